"""The one anniversary of a customer, to which everything it has runs."""

from datetime import date

from billing.engine import periods
from orders.licensing.prices import DAYS_OF_A_TERM
from orders.licensing.vocabulary import SubscriptionStatus
from orders.models import LicenceAccount, Subscription

MONTHS_OF_A_TERM = 12


def coterm(account: LicenceAccount, *, today: date) -> date | None:
    """The anniversary that something new runs to; None where its completion sets it.

    Past an anniversary that is not settled yet the next one counts, as long as the customer has something.
    """
    day = account.coterm_date
    if day is None or day > today:
        return day
    active = Subscription.objects.for_business(account.business).filter(
        account=account, status=SubscriptionStatus.ACTIVE
    )
    if not active.exists():
        return None
    years = 1 + (today.year - day.year)
    candidates = (periods.boundary(anchor=day, k=MONTHS_OF_A_TERM * year) for year in range(1, years + 1))
    return next(candidate for candidate in candidates if candidate > today)


def days_left(until: date | None, *, today: date) -> int:
    """The days that a new line is charged for: a whole term where it sets the anniversary."""
    return DAYS_OF_A_TERM if until is None else min(DAYS_OF_A_TERM, (until - today).days)


def months_left(until: date | None, *, start: date) -> int:
    """The months that a new line serves, begun ones whole."""
    if until is None:
        return MONTHS_OF_A_TERM
    return max(1, min(MONTHS_OF_A_TERM, periods.first_from(anchor=start, day=until)))
