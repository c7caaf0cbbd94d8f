"""The anniversary: what renews by itself and what ends, one customer in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef

from customers import ledger
from customers.actors import Actor
from customers.models import Business, CustomerStatus
from customers.permissions import Permission
from orders.licensing import placing, renewing
from orders.licensing.requests import OrderRequest
from orders.licensing.vocabulary import LicenceOrderType, Source, SubscriptionStatus
from orders.models import LicenceAccount, Order, Subscription
from orders.services.approval import approve_order
from orders.services.sweeping import PARKING, to_the_end

WAITING = (SubscriptionStatus.ACTIVE, SubscriptionStatus.SCHEDULED)


@dataclass(kw_only=True)
class Renewed:
    """What a run did: numbers of renewal orders, codes of ended subscriptions, parked customers with the reason."""

    as_of: date
    orders: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    parked: dict[str, str] = field(default_factory=dict)


def renew_subscriptions(*, business: Business, as_of: date, by: Actor, at: datetime, dry_run: bool = False) -> Renewed:
    """Renew or end everything whose anniversary is on a day or earlier, customer by customer.

    What is renewed is ordered, completed and billed for a new term, at the level that its quantities reach. Running
    again renews nothing twice; several missed years are caught up one by one. A dry run leaves nothing behind.
    """
    by.require(Permission.APPROVE, business=business)
    run = Renewed(as_of=as_of)
    to_the_end(partial(_next, business, run, by, at), dry_run=dry_run)
    return run


@transaction.atomic
def _next(business: Business, run: Renewed, by: Actor, at: datetime, last: int) -> int | None:
    """Settle the next customer that nobody else holds, perhaps the last one again for its next year."""
    due = Subscription.objects.for_business(business).filter(
        account=OuterRef("pk"), status__in=WAITING, renewal_date__lte=run.as_of
    )
    accounts = LicenceAccount.objects.for_business(business).filter(Exists(due)).exclude(code__in=run.parked)
    rows = accounts.select_related("customer", "business").select_for_update(skip_locked=True, of=("self",))
    account = rows.order_by("pk").first()
    if account is None:
        return None
    try:
        with transaction.atomic():
            orders, ended = _settle(account, run.as_of, by, at)
    except PARKING as reason:
        run.parked[account.code] = str(reason)
    else:
        run.orders += [order.number for order in orders]
        run.ended += [row.code for row in ended]
    return account.pk


def _settle(account: LicenceAccount, as_of: date, by: Actor, at: datetime) -> tuple[list[Order], list[Subscription]]:
    """The renewal orders of a customer's next anniversary, and the subscriptions that ended on it."""
    rows = Subscription.objects.for_business(account.business).filter(account=account, status__in=WAITING)
    due = rows.filter(renewal_date__lte=as_of).select_related("offer__item", "deployment").order_by("id")
    waiting = list(due)
    day = min(row.renewal_date for row in waiting)
    of_the_day = [row for row in waiting if row.renewal_date == day]
    going_on = [row for row in of_the_day if _goes_on(row, account, of_the_day)]
    orders = list(_renewed(account, going_on, day, by, at))
    later = Subscription.objects.for_business(account.business).filter(account=account, renewal_date__gt=day)
    renewed = set(later.values_list("pk", flat=True))
    ended = [row for row in of_the_day if row.pk not in renewed]
    _end(account, ended, day, by, at)
    return orders, ended


def _goes_on(row: Subscription, account: LicenceAccount, of_the_day: Sequence[Subscription]) -> bool:
    """Whether a subscription renews; one that was to begin is not needed where the product was bought meanwhile."""
    if not row.is_auto_renewed or account.customer.status != CustomerStatus.ACTIVE:
        return False
    if row.status == SubscriptionStatus.ACTIVE:
        return True
    mine = (row.base_code, row.currency, row.deployment_id)
    return all(
        mine != (other.base_code, other.currency, other.deployment_id)
        for other in of_the_day
        if other.status == SubscriptionStatus.ACTIVE
    )


def _renewed(
    account: LicenceAccount, going_on: Sequence[Subscription], day: date, by: Actor, at: datetime
) -> Iterator[Order]:
    """One renewal order for each currency, completed at once."""
    by_currency = sorted(going_on, key=lambda row: (row.currency, row.pk))
    for _, rows in groupby(by_currency, key=lambda row: row.currency):
        quote = renewing.at_anniversary(account=account, going_on=list(rows), at=at, on=day)
        if quote.lines:
            request = OrderRequest(order_type=LicenceOrderType.RENEWAL, lines=())
            order = placing.store(
                account=account, request=request, quote=quote, start=day, by=by, at=at, source=Source.SYSTEM
            )
            approve_order(order=order, by=by, at=at)
            account.refresh_from_db()
            yield order


def _end(account: LicenceAccount, ended: Sequence[Subscription], day: date, by: Actor, at: datetime) -> None:
    if not ended:
        return
    rows = Subscription.objects.for_business(account.business).filter(pk__in=[row.pk for row in ended])
    rows.update(status=SubscriptionStatus.INACTIVE, ended_on=day, updated_at=at)
    ledger.record(
        subject=account,
        action="subscriptions_end",
        by=by,
        at=at,
        after={"subscriptions": [row.code for row in ended], "ended_on": day},
    )
