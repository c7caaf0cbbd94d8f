"""Documents: the charges due on a day, with the contract discount and the tax, under one total (R5, R8)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.engine import tax as taxes
from billing.engine.charges import Kind
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import MAX_TOTAL_CENTS, TermsRefused


class DocumentType(StrEnum):
    """A document whose total is negative is a credit note."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What one booking adds to a (line, period); kind and revision make its key unique (R12)."""

    period: int
    revision: int
    amount_cents: int
    discount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A line and the charges it books; the contract discount has neither order line nor dates."""

    order_line: int | None
    kind: Kind
    description: str
    quantity: Decimal | None
    unit_price_cents: int | None
    amount_cents: int
    discount_cents: int
    service_start: date | None
    service_end_exclusive: date | None
    charges: tuple[Charge, ...]
    tax_cents: int = 0

    @property
    def net_cents(self) -> int:
        """What the line is taxed on."""
        return self.amount_cents - self.discount_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An invoice or credit note; its subtotal is after discount, tax included where prices include it."""

    type: DocumentType
    invoice_date: date
    lines: tuple[DocumentLine, ...]
    subtotal_cents: int
    discount_cents: int
    tax_cents: int
    total_cents: int
    tax_rate_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A line that belongs on the document of a day."""

    invoice_date: date
    line: DocumentLine


def assemble(*, due: Iterable[Due], tax: Treatment) -> tuple[Document, ...]:
    """One document per date, oldest first; its lines by order line and period, the contract discount last."""
    by_date: dict[date, list[DocumentLine]] = defaultdict(list)
    for item in due:
        by_date[item.invoice_date].append(item.line)
    return tuple(_document(invoice_date=day, lines=by_date[day], tax=tax) for day in sorted(by_date))


def _document(*, invoice_date: date, lines: Sequence[DocumentLine], tax: Treatment) -> Document:
    rate = tax.rate_on(invoice_date)
    subtotal = sum(line.net_cents for line in lines)
    discount = sum(line.discount_cents for line in lines)
    tax_cents = taxes.amount(net_cents=subtotal, mode=tax.mode, rate_percent=rate)
    total = subtotal + tax_cents if tax.mode is Mode.EXCLUSIVE else subtotal
    _check_size(invoice_date, *(line.amount_cents for line in lines), subtotal, total)
    ordered = _taxed(sorted(lines, key=_position), tax_cents=tax_cents, mode=tax.mode, rate_percent=rate)
    return Document(
        type=DocumentType.CREDIT_NOTE if total < 0 else DocumentType.INVOICE,
        invoice_date=invoice_date,
        lines=(*ordered, _contract_discount(discount)) if discount else ordered,
        subtotal_cents=subtotal,
        discount_cents=discount,
        tax_cents=tax_cents,
        total_cents=total,
        tax_rate_percent=rate,
    )


def _check_size(invoice_date: date, *amounts: int) -> None:
    if any(abs(amount) > MAX_TOTAL_CENTS for amount in amounts):
        raise TermsRefused(
            code="amount_too_large",
            field="total_cents",
            message=f"The document of {invoice_date} comes to more than {MAX_TOTAL_CENTS:,} minor units.",
        )


def _position(line: DocumentLine) -> tuple[int, int]:
    return (line.order_line or 0, line.charges[0].period)


def _taxed(
    lines: Sequence[DocumentLine], *, tax_cents: int, mode: Mode, rate_percent: Decimal
) -> tuple[DocumentLine, ...]:
    if not rate_percent:
        return tuple(lines)
    nets = [line.net_cents for line in lines]
    parts = taxes.by_line(tax_cents=tax_cents, nets=nets, mode=mode, rate_percent=rate_percent)
    return tuple(replace(line, tax_cents=part) for line, part in zip(lines, parts, strict=True))


def _contract_discount(discount_cents: int) -> DocumentLine:
    return DocumentLine(
        order_line=None,
        kind=Kind.DISCOUNT,
        description="Contract discount",
        quantity=None,
        unit_price_cents=None,
        amount_cents=-discount_cents,
        discount_cents=0,
        service_start=None,
        service_end_exclusive=None,
        charges=(),
    )
