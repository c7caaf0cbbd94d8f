"""Documents: lines add up to their header, tax is that of the net total, the total follows the tax mode (R5, R8)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from billing.engine import tax
from billing.engine.charges import Kind
from billing.engine.tax import Mode
from billing.models import Agreement, Invoice
from billing.verification import rates
from billing.verification.findings import Code
from customers.findings import Finding
from customers.models import Business


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sums:
    """What the lines of a document add up to; `given_cents` is what its discount lines take off."""

    amount_cents: int
    discount_cents: int
    tax_cents: int
    given_cents: int


def off(*, business: Business, agreements: Sequence[Agreement]) -> Iterator[Finding]:
    """Documents of these agreements, drafts among them, whose amounts do not agree with each other."""
    rows = (
        Invoice.objects.for_business(business)
        .filter(agreement__in=agreements)
        .select_related("agreement", "business")
        .annotate(
            line_amounts=Coalesce(Sum("lines__amount_cents"), 0),
            line_discounts=Coalesce(Sum("lines__discount_cents"), 0),
            line_taxes=Coalesce(Sum("lines__tax_cents"), 0),
            given=-Coalesce(Sum("lines__amount_cents", filter=Q(lines__kind=Kind.DISCOUNT)), 0),
        )
        .order_by("id")
    )
    for invoice in rows:
        sums = _Sums(
            amount_cents=int(invoice.line_amounts),
            discount_cents=int(invoice.line_discounts),
            tax_cents=int(invoice.line_taxes),
            given_cents=int(invoice.given),
        )
        yield from _of_invoice(invoice, sums)


def subject(invoice: Invoice) -> str:
    """The number of an issued document; of a draft, its day and its order."""
    return invoice.number_text or f"draft of {invoice.invoice_date} of {invoice.order_number}"


def _expected_tax(invoice: Invoice) -> int:
    """The tax that was signed as an amount, else that of the net total; where credits bear other rates, of each."""
    if invoice.agreement.fixed_tax_cents is not None:
        return invoice.agreement.fixed_tax_cents
    at_one_rate = tax.amount(
        net_cents=invoice.subtotal_cents, mode=Mode(invoice.tax_mode), rate_percent=invoice.tax_rate_percent
    )
    if at_one_rate == invoice.tax_cents or invoice.tax_mode == Mode.NONE:
        return at_one_rate
    by_rate = list(rates.taxes_by_rate(invoice))
    return invoice.tax_cents if invoice.tax_cents in by_rate else next(iter(by_rate), at_one_rate)


def _of_invoice(invoice: Invoice, sums: _Sums) -> Iterator[Finding]:
    on_top = invoice.tax_cents if invoice.tax_mode == Mode.EXCLUSIVE else 0
    expected_tax = _expected_tax(invoice)
    checks = (
        (Code.SUBTOTAL_OFF, "Its lines add up to", sums.amount_cents, "its subtotal is", invoice.subtotal_cents),
        (Code.DISCOUNT_SUM_OFF, "Its lines share", sums.discount_cents, "its discount is", invoice.discount_cents),
        (Code.DISCOUNT_SUM_OFF, "Its discount lines give", sums.given_cents, "its discount is", invoice.discount_cents),
        (Code.TAX_SUM_OFF, "Its lines show a tax of", sums.tax_cents, "its tax is", invoice.tax_cents),
        (Code.TAX_OFF, "Its subtotal makes a tax of", expected_tax, "its tax is", invoice.tax_cents),
        (
            Code.TOTAL_OFF,
            "Subtotal and tax make",
            invoice.subtotal_cents + on_top,
            "its total is",
            invoice.total_cents,
        ),
    )
    for code, computed, is_cents, stored, was_cents in checks:
        if is_cents != was_cents:
            yield Finding(code=code, subject=subject(invoice), sentence=f"{computed} {is_cents}, {stored} {was_cents}.")
