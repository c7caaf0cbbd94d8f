"""RETURN: whole lines of an order, within its window, each once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from orders import queries as order_queries
from orders.commands import Origin
from orders.licensing import limits, queries
from orders.licensing.quotes import Quote, QuotedLine
from orders.licensing.refusals import Ineligible, LicensingRefused, Refusal, refuse_any
from orders.licensing.requests import LineRequest, OrderRequest
from orders.licensing.vocabulary import LicenceOrderType
from orders.models import LicenceAccount, LicenceLine, LicenceOrder
from orders.states import Status


def original(*, account: LicenceAccount, code: str) -> LicenceOrder:
    """The completed order that a return names, its lines locked. Raises LicensingRefused."""
    number = order_queries.number_of_code(code)
    found = (
        LicenceOrder.objects.for_business(account.business)
        .filter(account=account, order__number=number, order__origin=Origin.ADOBE)
        .select_related("order")
        .first()
        if number
        else None
    )
    if found is None:
        raise LicensingRefused(Refusal.UNKNOWN_ORDER)
    was_completed = found.order.approved_at is not None and found.order.status in (
        Status.APPROVED,
        Status.COMPLETED,
        Status.CANCELLED,
    )
    if found.order_type == LicenceOrderType.RETURN or not was_completed:
        raise LicensingRefused(Refusal.INVALID_FIELD, fields=["referenceOrderId"])
    return found


def quote(
    *, account: LicenceAccount, request: OrderRequest, at: datetime
) -> tuple[Quote, LicenceOrder, Mapping[int, LicenceLine]]:
    """The lines that come back, with the order and the lines they were bought with. Raises LicensingRefused.

    The lines of the original order are locked until the transaction ends: of two returns the second finds them taken.
    """
    _lock(account)
    bought = original(account=account, code=request.original)
    rows = LicenceLine.objects.for_business(account.business).filter(licence_order=bought)
    locked = rows.select_for_update(of=("self",)).select_related("offer", "deployment", "subscription", "line")
    by_number = {row.number: row for row in locked.order_by("id")}
    _check(request, by_number)
    if at - bought.order.created_at > limits.RETURN_WINDOW:
        raise LicensingRefused(Refusal.RETURN_TOO_LATE, lines=[(line.number, "") for line in request.lines])
    _check_what_stays(account, [by_number[line.number] for line in request.lines])
    lines = [_returned(line, by_number[line.number], bought.order.currency) for line in request.lines]
    return Quote(lines=tuple(lines), currency=bought.order.currency), bought, by_number


def _lock(account: LicenceAccount) -> None:
    """Returns, completions and consumption of one customer go one by one: each counts what the others leave."""
    LicenceAccount.objects.for_business(account.business).select_for_update().get(pk=account.pk)


def _check_what_stays(account: LicenceAccount, lines: Sequence[LicenceLine]) -> None:
    """What is used up cannot come back, and of a high-growth offer its least quantity stays."""
    leaving = queries.coming_back(account=account)
    for row in lines:
        leaving[row.subscription_id] += row.quantity
    left = {row.number: row.subscription.quantity - leaving[row.subscription_id] for row in lines if row.subscription}
    used = {row.number: row.subscription.consumed_quantity for row in lines if row.subscription}
    refuse_any(
        Refusal.NOT_ELIGIBLE,
        ((number, Ineligible.CONSUMED) for number, quantity in left.items() if quantity < used[number]),
    )
    least = {row.number: row.offer.growth_quantity or 0 for row in lines}
    refuse_any(Refusal.RETURN_BELOW_MINIMUM, (number for number, quantity in left.items() if quantity < least[number]))


def _check(request: OrderRequest, bought: Mapping[int, LicenceLine]) -> None:
    lines = request.lines
    refuse_any(Refusal.RETURN_LINE_DIFFERS, (line.number for line in lines if line.number not in bought))
    refuse_any(
        Refusal.RETURN_OFFER_DIFFERS,
        (line.number for line in lines if line.offer != bought[line.number].offer.code),
    )
    refuse_any(
        Refusal.RETURN_QUANTITY_DIFFERS,
        (line.number for line in lines if line.quantity != bought[line.number].quantity),
    )
    refuse_any(
        Refusal.RETURNED_ALREADY, (line.number for line in lines if bought[line.number].returned_by_id is not None)
    )


def _returned(asked: LineRequest, bought: LicenceLine, currency: str) -> QuotedLine:
    """A line of a return costs nothing: what was billed is credited when the return is completed."""
    return QuotedLine(
        asked=asked,
        offer=bought.offer,
        quantity=bought.quantity,
        days=bought.prorated_days,
        currency=currency,
        deployment=bought.deployment,
        subscription=bought.subscription,
    )
