"""The tax of a document worked out: once for all lines at one rate, then shown on each of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.engine import installments, tax
from billing.engine.charges import Kind
from billing.engine.documents import Document, DocumentLine
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Terms, TermsRefused
from billing.workings.working import TaxExplained, Working, inputs, portions

ARREARS = (Kind.USAGE, Kind.LATE_USAGE, Kind.TRUE_UP)


def of_lines(*, document: Document, treatment: Treatment, terms: Terms) -> Mapping[int, TaxExplained]:
    """The tax of each line by its place on the document; untaxed lines and the contract discount have none.

    A credit is taxed at the rate of what it credits. Where that makes other amounts than the document's, its own
    rate was used for all: a draft is taxed again when a rate is entered.
    """
    taxed = [place for place, line in enumerate(document.lines) if line.kind is not Kind.DISCOUNT]
    for rates in (_rates(document, taxed, treatment, terms), dict.fromkeys(taxed, document.tax_rate_percent)):
        found = _explained(document, treatment, rates)
        if all(line.is_reproduced for line in found.values()):
            return found
    return found


def _rates(document: Document, taxed: Sequence[int], treatment: Treatment, terms: Terms) -> dict[int, Decimal]:
    """The rate of each line by the day that it is taxed on; the document's own where the table says nothing."""
    return {place: _rate(document, _taxed_on(document.lines[place], terms), treatment) for place in taxed}


def _rate(document: Document, day: date | None, treatment: Treatment) -> Decimal:
    if day is None:
        return document.tax_rate_percent
    try:
        return treatment.rate_on(day)
    except TermsRefused:
        return document.tax_rate_percent


def _taxed_on(line: DocumentLine, terms: Terms) -> date | None:
    return credited_on(
        kind=line.kind,
        amount_cents=line.amount_cents,
        order_line=line.order_line or 0,
        period=line.charges[0].period if line.charges else 0,
        terms=terms,
    )


def credited_on(*, kind: Kind, amount_cents: int, order_line: int, period: int, terms: Terms) -> date | None:
    """The day whose rate a credit has; None for a charge, which has the rate of its document's day."""
    if kind in ARREARS and amount_cents < 0:
        return terms.arrears_date(period)
    if kind is Kind.CREDIT:
        part = installments.containing(line=terms.lines[order_line], terms=terms, k=period)
        return installments.invoice_date(part=part, terms=terms)
    return None


def _explained(document: Document, treatment: Treatment, rates: Mapping[int, Decimal]) -> dict[int, TaxExplained]:
    by_rate: dict[Decimal, list[int]] = defaultdict(list)
    for place, rate in rates.items():
        by_rate[rate].append(place)
    found: dict[int, TaxExplained] = {}
    for rate, places in by_rate.items():
        if rate or any(document.lines[place].tax_cents for place in places):
            found |= _at_rate(document, treatment, rate, places)
    return found


def _at_rate(document: Document, treatment: Treatment, rate: Decimal, places: Sequence[int]) -> dict[int, TaxExplained]:
    nets = [document.lines[place].net_cents for place in places]
    numerator, denominator = _part_of_net(treatment, rate, sum(nets))
    total = sum(tax.on_lines(tax=treatment, nets=nets, rate_percent=rate))
    parts = portions(
        among="the lines at this rate",
        total=total,
        numerators=[net * numerator for net in nets],
        denominator=denominator,
    )
    working = _working(treatment, rate, sum(nets), total, Fraction(numerator, denominator))
    return {
        place: TaxExplained(
            treatment=treatment.label or "as signed",
            mode=treatment.mode,
            rate_percent=rate,
            net_cents=document.lines[place].net_cents,
            lines=len(places),
            working=working,
            portion=part,
            is_reproduced=part.cents == document.lines[place].tax_cents,
        )
        for place, part in zip(places, parts, strict=True)
    }


def _part_of_net(treatment: Treatment, rate: Decimal, net_cents: int) -> tuple[int, int]:
    """The part of a net amount that is tax; of a tax that was signed as an amount, what it comes to."""
    if treatment.fixed_cents is not None and net_cents:
        return treatment.fixed_cents, net_cents
    return tax.fraction_of_net(mode=treatment.mode, rate_percent=rate)


def _working(treatment: Treatment, rate: Decimal, net_cents: int, tax_cents: int, part: Fraction) -> Working:
    """What is rounded: the tax on top, or, where prices include it, the total without it."""
    values = inputs(total=net_cents, rate_percent=rate)
    if treatment.fixed_cents is not None:
        return Working(formula="tax as signed", inputs=values, exact=Fraction(tax_cents), cents=tax_cents)
    if treatment.mode is Mode.INCLUSIVE:
        return Working(
            formula="total without tax = total / (1 + rate / 100); the rest is tax",
            inputs=values,
            exact=net_cents * (1 - part),
            cents=net_cents - tax_cents,
        )
    return Working(formula="tax = total x rate / 100", inputs=values, exact=net_cents * part, cents=tax_cents)
