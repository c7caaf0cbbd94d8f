"""RENEWAL and its preview: what renews at the anniversary, and what may be renewed late after it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from catalog import offer_queries
from customers import queries as customer_queries
from orders.licensing import buying, eligibility, quotes
from orders.licensing.quotes import Quote, QuotedLine
from orders.licensing.refusals import Ineligible, LicensingRefused, Refusal, refuse_any
from orders.licensing.requests import LineRequest, OrderRequest
from orders.licensing.vocabulary import LicenceOrderType, SubscriptionStatus
from orders.models import LicenceAccount, LicenceProgramme, Subscription


def renewal_quantity(subscription: Subscription) -> int:
    """How many renew: an explicit quantity sticks, otherwise what the customer has."""
    return subscription.renewal_quantity or subscription.quantity


def is_in_window(*, subscription: Subscription, programme: LicenceProgramme, today: date) -> bool:
    """Whether a subscription that ended may still be renewed."""
    last = subscription.renewal_date + timedelta(days=programme.late_renewal_days)
    return subscription.renewal_date <= today <= last


def may_renew_late(*, subscription: Subscription, programme: LicenceProgramme, today: date) -> bool:
    """Ended with its term, not by a return, and not too long ago."""
    ended = subscription.status == SubscriptionStatus.INACTIVE and subscription.quantity > 0
    return ended and is_in_window(subscription=subscription, programme=programme, today=today)


def _subscriptions(account: LicenceAccount) -> list[Subscription]:
    """All that the customer has or had, oldest first."""
    rows = Subscription.objects.for_business(account.business).filter(account=account)
    return list(rows.select_related("offer__item", "deployment", "account").order_by("id"))


def preview(*, account: LicenceAccount, programme: LicenceProgramme, request: OrderRequest, at: datetime) -> Quote:
    """What renews at the anniversary; with lines, what these subscriptions would be. Raises LicensingRefused."""
    today = customer_queries.today(business=account.business, at=at)
    known = _subscriptions(account)
    if request.lines:
        chosen = _named(request.lines, known)
        _check_late(chosen, programme, today)
    else:
        going_on = [row for row in known if row.is_auto_renewed and row.status != SubscriptionStatus.INACTIVE]
        if not going_on:
            raise LicensingRefused(Refusal.NOTHING_RENEWS)
        chosen = [(_line(number, row), row) for number, row in enumerate(going_on, start=1)]
    return quotes.with_currencies(lines=_renewed(account, chosen, today), account=account, request=request, at=at)


def _check_late(chosen: Sequence[tuple[LineRequest, Subscription]], programme: LicenceProgramme, today: date) -> None:
    """What has ended is renewed within its window, and no more of it than there was."""
    ended = [(asked, row) for asked, row in chosen if row.status == SubscriptionStatus.INACTIVE]
    refuse_any(
        Refusal.QUANTITY_OUT_OF_RANGE,
        (asked.number for asked, row in ended if (asked.quantity or 1) > row.quantity),
    )
    refuse_any(
        Refusal.OUTSIDE_RENEWAL_WINDOW,
        (asked.number for asked, row in ended if not is_in_window(subscription=row, programme=programme, today=today)),
    )


def late(*, account: LicenceAccount, programme: LicenceProgramme, request: OrderRequest, at: datetime) -> Quote:
    """The lines of a late renewal. Raises LicensingRefused."""
    today = customer_queries.today(business=account.business, at=at)
    chosen = _named(request.lines, _subscriptions(account))
    refuse_any(
        Refusal.QUANTITY_OUT_OF_RANGE,
        (asked.number for asked, row in chosen if not 1 <= (asked.quantity or 0) <= row.quantity),
    )
    lines = _as_asked(account, chosen, today)
    refuse_any(
        Refusal.SUBSCRIPTION_ACTIVE,
        (asked.number for asked, row in chosen if row.status != SubscriptionStatus.INACTIVE),
    )
    refuse_any(
        Refusal.OUTSIDE_RENEWAL_WINDOW,
        (asked.number for asked, row in chosen if not is_in_window(subscription=row, programme=programme, today=today)),
    )
    refuse_any(Refusal.SUBSCRIPTION_ACTIVE, _opened_anew(account, chosen))
    return quotes.with_currencies(lines=lines, account=account, request=request, at=at)


def at_anniversary(*, account: LicenceAccount, going_on: Sequence[Subscription], at: datetime, on: date) -> Quote:
    """The lines of a renewal on an anniversary, at the level that they reach by themselves. Raises LicensingRefused.

    A product that is no longer sold does not renew: its line says so.
    """
    chosen = [(_line(number, row), row) for number, row in enumerate(going_on, start=1)]
    lines = _renewed(account, chosen, on)
    request = OrderRequest(order_type=LicenceOrderType.RENEWAL, lines=())
    return quotes.with_currencies(
        lines=[line for line in lines if line.renews], account=account, request=request, at=at
    )


def _line(number: int, subscription: Subscription) -> LineRequest:
    return LineRequest(
        number=number,
        offer=subscription.offer.code,
        quantity=renewal_quantity(subscription),
        subscription=subscription.code,
        currency=subscription.currency,
        deployment=subscription.deployment.reference if subscription.deployment else "",
    )


def _named(lines: Sequence[LineRequest], known: Sequence[Subscription]) -> list[tuple[LineRequest, Subscription]]:
    by_code = {row.code: row for row in known}
    refuse_any(Refusal.UNKNOWN_SUBSCRIPTION, (line.number for line in lines if line.subscription not in by_code))
    return [
        (replace(line, currency=line.currency or by_code[line.subscription].currency), by_code[line.subscription])
        for line in lines
    ]


def _renewed(
    account: LicenceAccount, chosen: Sequence[tuple[LineRequest, Subscription]], today: date
) -> list[QuotedLine]:
    """The lines at the best level that they reach by themselves."""
    sold = offer_queries.offers_by_base(
        business=account.business, base_codes={row.base_code for _, row in chosen}, on=today
    )
    lines = [
        QuotedLine(
            asked=asked,
            offer=row.offer,
            quantity=asked.quantity or renewal_quantity(row),
            deployment=row.deployment,
            subscription=row,
            renews=row.base_code in sold,
        )
        for asked, row in chosen
    ]
    bought = ((line.offer, line.quantity) for line in lines if line.renews)
    eligible = eligibility.reached(account=account, bought=bought, on=today, from_scratch=True)
    return buying.at_best_level(lines=lines, account=account, eligible=eligible, today=today)


def _as_asked(
    account: LicenceAccount, chosen: Sequence[tuple[LineRequest, Subscription]], today: date
) -> list[QuotedLine]:
    """The lines at the offers they name, which are of their subscriptions' products and no better than reached."""
    known = offer_queries.offers_by_code(
        business=account.business, codes={asked.offer for asked, _ in chosen}, on=today
    )
    refuse_any(
        Refusal.UNKNOWN_OFFER,
        (
            asked.number
            for asked, row in chosen
            if asked.offer not in known or known[asked.offer].base_code != row.base_code
        ),
    )
    lines = [
        QuotedLine(
            asked=asked,
            offer=known[asked.offer],
            quantity=asked.quantity or 0,
            deployment=row.deployment,
            subscription=row,
        )
        for asked, row in chosen
    ]
    eligible = eligibility.reached(account=account, bought=((line.offer, line.quantity) for line in lines), on=today)
    refuse_any(
        Refusal.NOT_ELIGIBLE, ((line.number, Ineligible.CUSTOMER) for line in lines if not eligible.allows(line.offer))
    )
    return lines


def _opened_anew(account: LicenceAccount, chosen: Sequence[tuple[LineRequest, Subscription]]) -> list[int]:
    """Lines whose product the customer has bought again meanwhile: it is active already."""
    active = Subscription.objects.for_business(account.business).filter(
        account=account, status=SubscriptionStatus.ACTIVE
    )
    taken = set(active.values_list("base_code", "currency", "deployment_id"))
    return [asked.number for asked, row in chosen if (row.base_code, row.currency, row.deployment_id) in taken]
