"""RETURN: whole lines of an order, within its window, each once."""

from collections.abc import Mapping
from datetime import datetime

from orders import queries
from orders.commands import Origin
from orders.licensing import limits
from orders.licensing.quotes import Quote, QuotedLine
from orders.licensing.refusals import LicensingRefused, Refusal, refuse_any
from orders.licensing.requests import LineRequest, OrderRequest
from orders.licensing.vocabulary import LicenceOrderType
from orders.models import LicenceAccount, LicenceLine, LicenceOrder
from orders.states import Status


def original(*, account: LicenceAccount, code: str) -> LicenceOrder:
    """The completed order that a return names, its lines locked. Raises LicensingRefused."""
    number = queries.number_of_code(code)
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
    bought = original(account=account, code=request.original)
    rows = LicenceLine.objects.for_business(account.business).filter(licence_order=bought)
    locked = rows.select_for_update(of=("self",)).select_related("offer", "deployment", "subscription", "line")
    by_number = {row.number: row for row in locked.order_by("id")}
    _check(request, by_number)
    if at - bought.order.created_at > limits.RETURN_WINDOW:
        raise LicensingRefused(Refusal.RETURN_TOO_LATE, lines=[(line.number, "") for line in request.lines])
    lines = [_returned(line, by_number[line.number], bought.order.currency) for line in request.lines]
    return Quote(lines=tuple(lines), currency=bought.order.currency), bought, by_number


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
