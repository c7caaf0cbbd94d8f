"""The tax of a document whose credits bear other rates than its own: computed once for each rate (R8).

A credit has the rate of the day that it credits. No row stores it, but it follows from the terms and the tax table; of
the table, which only grows, it is not known what stood in it when a document was made.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from billing import queries
from billing.engine import tax
from billing.engine.charges import Kind
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Terms, TermsRefused
from billing.models import Charge, Invoice, InvoiceLine, TaxRate
from billing.workings import taxes


def taxes_by_rate(invoice: Invoice) -> Iterator[int]:
    """What the tax may come to, by the table as it stands and as it stood before each of its rates was entered.

    Nothing when no line can bear another rate than the document: then the tax of its subtotal is the only one.
    """
    lines = InvoiceLine.objects.for_business(invoice.business).filter(invoice=invoice).exclude(kind=Kind.DISCOUNT)
    (books,) = queries.books(business=invoice.business, agreements=[invoice.agreement])
    terms = books.terms_in_force()
    nets = [
        (_credited_on(line, terms), line.amount_cents - line.discount_cents)
        for line in lines.select_related("agreement_line")
    ]
    if any(day is not None for day, _ in nets):
        for treatment in _tables(invoice):
            try:
                yield _tax(invoice, nets, treatment)
            except TermsRefused:
                return


def _credited_on(line: InvoiceLine, terms: Terms) -> date | None:
    assert line.agreement_line is not None
    first = Charge.objects.for_business(line.business).filter(invoice_line=line).order_by("period").first()
    return taxes.credited_on(
        kind=Kind(line.kind),
        amount_cents=line.amount_cents,
        order_line=line.agreement_line.position,
        period=first.period if first else 0,
        terms=terms,
    )


def _tables(invoice: Invoice) -> Iterator[Treatment]:
    """The table of the document's treatment, without the rates entered last: none of them, the last, the last two, …"""
    rows = TaxRate.objects.for_business(invoice.business).filter(treatment__label=invoice.tax_treatment).order_by("id")
    entered = [(row.from_date, row.rate_percent) for row in rows]
    for count in range(len(entered), 0, -1):
        yield Treatment(label=invoice.tax_treatment, mode=Mode(invoice.tax_mode), rates=tuple(sorted(entered[:count])))


def _tax(invoice: Invoice, nets: list[tuple[date | None, int]], treatment: Treatment) -> int:
    by_rate: dict[Decimal, int] = defaultdict(int)
    for day, net_cents in nets:
        by_rate[treatment.rate_on(day) if day else invoice.tax_rate_percent] += net_cents
    return sum(
        tax.amount(net_cents=net_cents, mode=treatment.mode, rate_percent=rate) for rate, net_cents in by_rate.items()
    )
