"""Money and parcels of a store's approved order: captured, shipped, refunded, with the books in step."""

from datetime import datetime

from django.db import transaction

from billing import queries as billing_queries
from billing import services as billing_services
from billing.models import Invoice, Method, Payment
from billing.states import InvoiceStatus
from customers import ledger
from customers import queries as customer_queries
from customers.actors import Actor
from customers.permissions import Permission
from orders import errors
from orders.models import Order, Shipment
from orders.services import completion, moves, progress
from orders.states import Fulfilment, ShipmentState, Status
from orders.states import Payment as Paid


@transaction.atomic
def capture_order(*, order: Order, by: Actor, at: datetime) -> Order:
    """Book the authorised payment of an approved order on its invoice, which is issued for it if it is not yet.

    Raises TransitionNotAllowed unless the order is approved and its payment authorised.
    """
    by.require(Permission.BILL, business=order.business)
    stored = _in(order, Status.APPROVED, Paid.AUTHORIZED, "capture", by)
    invoice = _issued_invoice(stored, by, at)
    if invoice and invoice.amount_due_cents > 0:
        billing_services.record_payment(
            invoice=invoice,
            amount_cents=invoice.amount_due_cents,
            received_date=customer_queries.today(business=stored.business, at=at),
            method=Method.OTHER,
            by=by,
            at=at,
        )
    paid = progress.pay(stored, Paid.PAID, by=by, at=at)
    return progress.fulfil(paid, Fulfilment.FULFILLED if _all_shipped(paid) else Fulfilment.IN_PROGRESS, by=by, at=at)


@transaction.atomic
def refund_order(*, order: Order, by: Actor, at: datetime) -> Order:
    """Give all the money of a captured order back: payments reversed, invoice void, agreement ended, order cancelled.

    What has not left the house goes back into stock. Raises TransitionNotAllowed unless the order is paid.
    """
    by.require(Permission.BILL, business=order.business)
    stored = _in(order, Status.APPROVED, Paid.PAID, "refund", by)
    agreement = stored.agreement
    assert agreement is not None
    for invoice in _invoices(stored):
        _undo(invoice, by, at)
    completion.end_order(
        agreement=agreement, effective_on=agreement.anchor_date, reason="Refunded in full", by=by, at=at
    )
    refunded = progress.pay(moves.locked(stored, by=by), Paid.REFUNDED, by=by, at=at)
    if refunded.fulfilment_status == Fulfilment.IN_PROGRESS:
        return progress.fulfil(refunded, Fulfilment.UNFULFILLED, by=by, at=at)
    return refunded


@transaction.atomic
def dispatch(*, shipment: Shipment, by: Actor, at: datetime, tracking_number: str = "") -> Shipment:
    """Say that a parcel of an approved order has left the house; with the last one a paid order is fulfilled.

    Raises TransitionNotAllowed unless the parcel is upcoming and its order approved.
    """
    by.require(Permission.BILL, business=shipment.business)
    order = moves.locked(shipment.order, by=by)
    upcoming = Shipment.objects.for_business(shipment.business).filter(pk=shipment.pk, state=ShipmentState.UPCOMING)
    if order.status != Status.APPROVED or not upcoming.update(
        state=ShipmentState.SHIPPED, tracking_number=tracking_number, shipped_at=at, updated_at=at
    ):
        raise errors.TransitionNotAllowed(f"{shipment} is not ready to be shipped.", field="status")
    after = {"shipment": str(shipment.uid), "tracking_number": tracking_number}
    ledger.record(subject=order, action="ship", by=by, at=at, after=after)
    if order.payment_status == Paid.PAID and _all_shipped(order):
        progress.fulfil(order, Fulfilment.FULFILLED, by=by, at=at)
    shipment.refresh_from_db()
    return shipment


def _in(order: Order, status: Status, payment: Paid, action: str, by: Actor) -> Order:
    """The order, its row locked, in exactly this state. Raises TransitionNotAllowed."""
    stored = moves.locked(order, by=by)
    if stored.status != status or stored.payment_status != payment:
        raise errors.TransitionNotAllowed(
            f"Cannot {action} {stored.number}: it is {moves.state_in_words(stored)} and {stored.payment_status}.",
            field="status",
        )
    return stored


def _invoices(order: Order) -> list[Invoice]:
    """The documents of an order that stand."""
    rows = billing_queries.invoices(business=order.business).select_related("business")
    return list(rows.filter(agreement=order.agreement_id).exclude(status=InvoiceStatus.VOID).order_by("id"))


def _issued_invoice(order: Order, by: Actor, at: datetime) -> Invoice | None:
    """The order's one document, drafted and issued as far as it is not; None when there is nothing to bill."""
    assert order.agreement is not None
    billing_services.draft_execution_invoice(agreement=order.agreement, by=by, at=at)
    invoice = next(iter(_invoices(order)), None)
    if invoice and invoice.status == InvoiceStatus.DRAFT:
        return billing_services.issue_invoice(invoice=invoice, by=by, at=at)
    return invoice


def _undo(invoice: Invoice, by: Actor, at: datetime) -> None:
    """Take the payments of an invoice back and the invoice out of the books."""
    standing = Payment.objects.for_business(invoice.business).filter(invoice=invoice, reversed_at=None)
    for payment in standing.select_related("invoice__business").order_by("id"):
        billing_services.reverse_payment(payment=payment, reason="Refunded in full", by=by, at=at)
    if invoice.status == InvoiceStatus.DRAFT:
        billing_services.delete_draft(invoice=invoice, by=by, at=at)
        return
    invoice.refresh_from_db()
    if invoice.status == InvoiceStatus.OPEN:
        billing_services.void_invoice(invoice=invoice, reason="Refunded in full", by=by, at=at)


def _all_shipped(order: Order) -> bool:
    """Whether there were parcels and the last one has left."""
    states = Shipment.objects.for_business(order.business).filter(order=order).values_list("state", flat=True)
    return {state for state in states if state != ShipmentState.CANCELLED} == {ShipmentState.SHIPPED}
