"""Documents: the charges due on a day, with the contract discount and the tax, under one total (R5)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    """What one booking adds to a (line, period); kind and revision make its key unique."""

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
    """A line that belongs on the document of a day, or on a credit note of its own that day.

    A credit is taxed at the rate of the day it was charged on, not at the rate of its own document's day.
    """

    invoice_date: date
    line: DocumentLine
    taxed_on: date | None = None
    is_own_note: bool = False


def assemble(*, due: Iterable[Due], tax: Treatment) -> tuple[Document, ...]:
    """One document per date, oldest first; its lines by order line and period, the contract discount last."""
    by_date: dict[tuple[date, bool], list[Due]] = defaultdict(list)
    for item in due:
        by_date[item.invoice_date, item.is_own_note].append(item)
    return tuple(_document(invoice_date=key[0], due=by_date[key], tax=tax) for key in sorted(by_date))


def _document(*, invoice_date: date, due: Sequence[Due], tax: Treatment) -> Document:
    taxed = _taxed(due, tax=tax)
    lines = sorted((line for found in taxed.values() for line in found), key=_position)
    subtotal = sum(line.net_cents for line in lines)
    discount = sum(line.discount_cents for line in lines)
    tax_cents = sum(line.tax_cents for line in lines)
    total = subtotal + tax_cents if tax.mode is Mode.EXCLUSIVE else subtotal
    _check_size(invoice_date, *(line.amount_cents for line in lines), subtotal, total)
    return Document(
        type=DocumentType.CREDIT_NOTE if total < 0 else DocumentType.INVOICE,
        invoice_date=invoice_date,
        lines=(*lines, _contract_discount(discount)) if discount else tuple(lines),
        subtotal_cents=subtotal,
        discount_cents=discount,
        tax_cents=tax_cents,
        total_cents=total,
        tax_rate_percent=next(iter(taxed)) if len(taxed) == 1 else tax.rate_on(invoice_date),
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


def _taxed(due: Sequence[Due], *, tax: Treatment) -> dict[Decimal, list[DocumentLine]]:
    """The lines by their rate, each rate's tax computed once and shown on its lines so that they add up."""
    by_rate: dict[Decimal, list[DocumentLine]] = defaultdict(list)
    for item in due:
        by_rate[tax.rate_on(item.taxed_on or item.invoice_date)].append(item.line)
    return {rate: list(_with_tax(sorted(lines, key=_position), tax, rate)) for rate, lines in by_rate.items()}


def _with_tax(lines: Sequence[DocumentLine], tax: Treatment, rate_percent: Decimal) -> Iterator[DocumentLine]:
    if not rate_percent:
        return iter(lines)
    parts = taxes.on_lines(tax=tax, nets=[line.net_cents for line in lines], rate_percent=rate_percent)
    return (replace(line, tax_cents=part) for line, part in zip(lines, parts, strict=True))


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
