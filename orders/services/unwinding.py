"""Undoing an order whose door cancels it whole: what it billed is voided, and its agreement ends as if never served."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from billing import queries as billing_queries
from billing import services as billing_services
from customers.actors import Actor
from customers.permissions import Permission
from orders.models import Order
from orders.services import approval, completion


@transaction.atomic
def unwind_order(*, order: Order, by: Actor, at: datetime, reason: str) -> Order:
    """Cancel an order, approved or not; its open invoices are voided and nothing of it is billed any more.

    What follows in the books is the system's doing, so whoever may submit orders may take them back.
    Raises TransitionNotAllowed, OtherOrigin, and InvoiceNotVoidable when one of its invoices has a payment standing.
    """
    by.require(Permission.SUBMIT, business=order.business)
    agreement = order.agreement
    if agreement is None:
        return approval.cancel_order(order=order, reason=reason, by=by, at=at)
    books = replace(by, staff_member=None, credential=None)
    for invoice in billing_queries.unvoided_invoices(agreement=agreement):
        if invoice.number is None:
            billing_services.delete_draft(invoice=invoice, by=books, at=at)
        else:
            billing_services.void_invoice(invoice=invoice, reason=reason or "Order cancelled", by=books, at=at)
    completion.end_order(agreement=agreement, effective_on=agreement.anchor_date, reason=reason, by=books, at=at)
    order.refresh_from_db()
    return order
