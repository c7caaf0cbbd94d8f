"""What an order's document says besides its terms: who has it, its papers, its names elsewhere, what is billed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from billing.models import Invoice
from billing.states import InvoiceStatus
from customers.actors import Actor
from customers.permissions import Permission
from orders.admin import label_texts
from orders.models import Order, OrderFile
from orders.models.files import LARGEST_BYTES, TYPES
from orders.services import validity
from orders.services.files import MOST_FILES
from orders.states import Status

INVOICES_SHOWN = 24
NOT_COUNTED = (InvoiceStatus.DRAFT, InvoiceStatus.VOID)


@dataclass(frozen=True, kw_only=True, slots=True)
class Billed:
    """What is issued of an order so far, net of discount and credits, in minor units of its currency."""

    documents: int
    net_cents: int
    total_cents: int
    paid_cents: int


def context(*, order: Order, by: Actor, today: date) -> dict[str, Any]:
    """What the page shows of this, in a fixed number of statements."""
    invoices = _invoices(order)
    is_waiting = order.status == Status.SUBMITTED
    is_unsigned = is_waiting and order.signed_at is None
    return {
        "today": today,
        "is_expired": is_waiting and validity.is_over(order=order, on=today),
        "names": list(names_elsewhere(order)),
        **files(order=order, by=by),
        "may_sign": is_unsigned and by.may(Permission.SUBMIT),
        "may_set_validity": is_unsigned and by.may(Permission.DRAFT) and order.origin not in validity.NO_OFFERS,
        "billed": _billed(order, invoices),
        "invoices": invoices[:INVOICES_SHOWN],
        "invoices_shown": INVOICES_SHOWN,
    }


def files(*, order: Order, by: Actor) -> dict[str, Any]:
    """The files of an order, and whether this person may add one."""
    return {
        "files": _files(order),
        "may_attach": by.may(Permission.DRAFT),
        "may_prove": order.signed_at is None and order.approved_at is None,
        "file_types": ",".join(TYPES),
        "most_files": MOST_FILES,
        "largest_mb": LARGEST_BYTES // 2**20,
    }


def names_elsewhere(order: Order) -> Iterator[tuple[str, str]]:
    """What others call this order."""
    if order.reference:
        yield f"Number at {order.origin}", order.reference
    if order.po_number:
        yield "Purchase order of the customer", order.po_number
    yield "Id at the doors", str(order.uid)
    if order.tags:
        yield "Tags", ", ".join(order.tags)
    for name, value in order.attributes.items():
        if label_texts.is_plain(name, value):
            yield name, value


def _files(order: Order) -> list[OrderFile]:
    rows = OrderFile.objects.for_business(order.business).filter(order=order).defer("content")
    return list(rows.select_related("added_by__user").order_by("id"))


def _billed(order: Order, invoices: list[Invoice]) -> Billed | None:
    """The sum of all that counts; of few documents without asking for it."""
    if order.agreement_id is None:
        return None
    if len(invoices) <= INVOICES_SHOWN:
        counted = [invoice for invoice in invoices if invoice.status not in NOT_COUNTED]
        return Billed(
            documents=len(counted),
            net_cents=sum(invoice.subtotal_cents for invoice in counted),
            total_cents=sum(invoice.total_cents for invoice in counted),
            paid_cents=sum(invoice.amount_paid_cents for invoice in counted),
        )
    rows = Invoice.objects.for_business(order.business).filter(agreement_id=order.agreement_id)
    sums = rows.exclude(status__in=NOT_COUNTED).aggregate(
        documents=Count("pk"), net=Sum("subtotal_cents"), total=Sum("total_cents"), paid=Sum("amount_paid_cents")
    )
    return Billed(
        documents=sums["documents"],
        net_cents=sums["net"] or 0,
        total_cents=sums["total"] or 0,
        paid_cents=sums["paid"] or 0,
    )


def _invoices(order: Order) -> list[Invoice]:
    """The latest documents of an order, the newest first, and one more where there are more than are shown."""
    if order.agreement_id is None:
        return []
    invoices = Invoice.objects.for_business(order.business).filter(agreement_id=order.agreement_id)
    return list(invoices.order_by("-invoice_date", "-id")[: INVOICES_SHOWN + 1])
