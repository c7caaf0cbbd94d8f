"""Day Zero's words for the states of orders, contracts and invoices, and how a list is filtered by each."""

from enum import StrEnum

from django.db.models import Q

from billing.states import AgreementStatus
from billing.states import InvoiceStatus as Billed
from orders import states
from orders.states import Status


class OrderStatus(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    SIGNED = "signed"
    COUNTERSIGNED = "countersigned"
    CANCELLED = "cancelled"


class InvoiceStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    PARTIALLY_PAID = "partially_paid"
    MANUAL_PAID = "manual_paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class ItemType(StrEnum):
    SERVICE = "service"
    NON_INVENTORY = "non_inventory"
    INVENTORY = "inventory"
    BUNDLE = "bundle"


class Direction(StrEnum):
    """Which way a list is read from its cursor."""

    NEXT = "next"
    PREV = "prev"


ContractStatus = AgreementStatus


class ChangeOrderStatus(StrEnum):
    """What is submitted is a draft there until it is decided; what the desk prepares is not there yet."""

    DRAFT = states.ChangeOrderStatus.DRAFT
    APPROVED = states.ChangeOrderStatus.APPROVED
    REJECTED = states.ChangeOrderStatus.REJECTED


ORDERS: dict[OrderStatus, Q] = {
    OrderStatus.DRAFT: Q(status=Status.DRAFT),
    OrderStatus.SENT: Q(status=Status.SUBMITTED, signed_at=None),
    OrderStatus.SIGNED: Q(status=Status.SUBMITTED, signed_at__isnull=False),
    OrderStatus.COUNTERSIGNED: Q(status__in=(Status.APPROVED, Status.COMPLETED)),
    OrderStatus.CANCELLED: Q(status__in=(Status.CANCELLED, Status.REJECTED, Status.FAILED)),
}
INVOICES: dict[InvoiceStatus, Q] = {
    InvoiceStatus.DRAFT: Q(status=Billed.DRAFT),
    InvoiceStatus.OPEN: Q(status=Billed.OPEN, amount_paid_cents=0),
    InvoiceStatus.PARTIALLY_PAID: Q(status=Billed.OPEN, amount_paid_cents__gt=0),
    InvoiceStatus.MANUAL_PAID: Q(status=Billed.PAID),
    InvoiceStatus.VOID: Q(status=Billed.VOID),
    InvoiceStatus.UNCOLLECTIBLE: Q(status=Billed.UNCOLLECTIBLE),
}


def order_status(*, status: str, is_signed: bool) -> OrderStatus:
    """Signing is a stamp of ours and a status of Day Zero's; what was refused for good is cancelled there."""
    match Status(status):
        case Status.DRAFT:
            return OrderStatus.DRAFT
        case Status.SUBMITTED:
            return OrderStatus.SIGNED if is_signed else OrderStatus.SENT
        case Status.APPROVED | Status.COMPLETED:
            return OrderStatus.COUNTERSIGNED
        case Status.CANCELLED | Status.REJECTED | Status.FAILED:
            return OrderStatus.CANCELLED


def invoice_status(*, status: str, amount_paid_cents: int) -> InvoiceStatus:
    """An open invoice with a payment on it is partially paid; payments of ours are entered by hand."""
    match Billed(status):
        case Billed.OPEN if amount_paid_cents:
            return InvoiceStatus.PARTIALLY_PAID
        case Billed.PAID:
            return InvoiceStatus.MANUAL_PAID
        case same:
            return InvoiceStatus(same)
