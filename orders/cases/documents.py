"""Billing documents as a case writes them. What is None was not written, and is not compared."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing import queries, revenue_schedules
from billing.engine.billing import DocumentType
from billing.models import Invoice, InvoiceLine
from customers.models import Business
from orders.cases.nodes import Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A charge; the contract discount has neither order line nor service dates."""

    kind: str
    order_line: int | None
    service_start: date | None
    service_end_exclusive: date | None
    amount_cents: int
    discount_cents: int | None
    tax_cents: int | None
    quantity: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """An invoice or credit note."""

    date: date
    type: str
    subtotal_cents: int
    tax_cents: int
    total_cents: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """What is recognised in a calendar month, written `2026-01`."""

    month: str
    recognised_cents: int


def expected_month(node: Node) -> Month:
    """A month of the revenue schedule as written in a file."""
    return Month(month=node["month"].text(), recognised_cents=node["recognised_cents"].whole())


def recognised(*, business: Business) -> tuple[Month, ...]:
    """The months in which something of a business's one agreement is recognised."""
    return tuple(
        Month(month=f"{row.month.month:%Y-%m}", recognised_cents=row.month.recognised_cents)
        for row in revenue_schedules.scheduled_months(business=business)
        if row.month.recognised_cents
    )


def expected(node: Node) -> Document:
    """A document as written in a file."""
    return Document(
        date=node["date"].day(),
        type=node["type"].one_of(DocumentType),
        subtotal_cents=node["subtotal_cents"].whole(),
        tax_cents=node["tax_cents"].whole(),
        total_cents=node["total_cents"].whole(),
        lines=tuple(map(_expected_line, node["lines"].elements())),
    )


def _expected_line(node: Node) -> Line:
    return Line(
        kind=node["kind"].text(),
        order_line=node.maybe("order_line", Node.whole),
        service_start=node.maybe("service_start", Node.day),
        service_end_exclusive=node.maybe("service_end_exclusive", Node.day),
        amount_cents=node["amount_cents"].whole(),
        discount_cents=node.maybe("discount_cents", Node.whole),
        tax_cents=node.maybe("tax_cents", Node.whole),
        quantity=node.maybe("quantity", Node.quantity),
    )


def issued(*, business: Business) -> tuple[Document, ...]:
    """The issued documents of a business, oldest first."""
    numbered = queries.invoices(business=business).filter(issued_at__isnull=False)
    return tuple(map(_issued, numbered.order_by("invoice_date", "id")))


def _issued(invoice: Invoice) -> Document:
    return Document(
        date=invoice.invoice_date,
        type=invoice.type,
        subtotal_cents=invoice.subtotal_cents,
        tax_cents=invoice.tax_cents,
        total_cents=invoice.total_cents,
        lines=tuple(map(_issued_line, invoice.lines.all())),
    )


def _issued_line(line: InvoiceLine) -> Line:
    return Line(
        kind=line.kind,
        order_line=None if line.agreement_line is None else line.agreement_line.position,
        service_start=line.service_start,
        service_end_exclusive=line.service_end_exclusive,
        amount_cents=line.amount_cents,
        discount_cents=line.discount_cents,
        tax_cents=line.tax_cents,
        quantity=line.quantity,
    )
