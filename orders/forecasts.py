"""What an order will bill, from the one function that bills it: as expected, or with less or more metered usage."""

from collections.abc import Iterator, Sequence
from datetime import date

from billing import queries as billing_queries
from billing.engine import billing as engine
from billing.engine import refusals
from billing.engine.billing import DocumentLine, Estimate
from billing.engine.tax import Treatment
from billing.engine.terms import Terms
from billing.scenarios import Usage, with_usage
from billing.schedules import Overview
from customers import csv_cells, currencies
from orders import agreement_terms
from orders.errors import RefusedTerms
from orders.models import Order

CSV_HEAD = (
    "invoice_date line description kind quantity unit_price service_start last_day amount discount tax currency "
    "committed"
).split()


def overview(*, order: Order, today: date, usage: Usage = Usage.EXPECTED) -> Overview:
    """An order's schedule: as agreed once it is approved, before that as if it were approved today.

    Raises RefusedTerms for terms that cannot be billed.
    """
    try:
        terms, tax = _terms(order, today)
        schedule = engine.preview(terms=with_usage(terms=terms, usage=usage), tax=tax)
    except refusals.TermsRefused as refused:
        raise RefusedTerms(refused.message, field=refused.field, rule=refused.code) from refused
    return Overview(currency=order.currency, term_months=order.term_months, schedule=schedule)


def as_csv(*, overview: Overview) -> Iterator[str]:
    """The schedule as lines of CSV: each charge of each document, then the estimates; amounts in major units."""
    yield csv_cells.line(CSV_HEAD)
    for document in overview.documents:
        for line in document.lines:
            if line.order_line is not None:
                yield csv_cells.line(_billed(document.invoice_date, line.order_line, line, overview))
    for estimate in overview.schedule.estimates:
        yield csv_cells.line(_estimated(estimate, overview))


def _billed(day: date, position: int, line: DocumentLine, overview: Overview) -> Sequence[object]:
    return (
        day.isoformat(),
        position + 1,
        csv_cells.text(line.description),
        line.kind.value,
        "" if line.quantity is None else f"{line.quantity.normalize():f}",
        _major(line.unit_price_cents, overview),
        line.service_start or "",
        _last_day(line.service_end_exclusive),
        _major(line.amount_cents, overview),
        _major(-line.discount_cents, overview),
        _major(line.tax_cents, overview),
        overview.currency,
        "yes",
    )


def _estimated(estimate: Estimate, overview: Overview) -> Sequence[object]:
    """Units are ordered and wait for their delivery; usage is only expected, period by period."""
    is_ordered = estimate.period is None
    return (
        estimate.invoice_date or "on delivery",
        estimate.order_line + 1,
        csv_cells.text(estimate.description),
        "per_unit" if is_ordered else "usage_metered",
        f"{estimate.quantity.normalize():f}",
        _major(estimate.unit_price_cents, overview),
        "",
        "",
        _major(estimate.amount_cents, overview),
        _major(-estimate.discount_cents, overview),
        "",
        overview.currency,
        "yes" if is_ordered else "no, expected",
    )


def _terms(order: Order, today: date) -> tuple[Terms, Treatment]:
    if order.agreement is not None:
        (books,) = billing_queries.books(business=order.business, agreements=[order.agreement])
        return books.terms, books.tax
    terms = agreement_terms.engine_terms(order=order, lines=list(order.lines.all()), approved_on=today)
    fixed = agreement_terms.fixed_tax(order)
    if fixed:
        return terms, Treatment.fixed(fixed)
    return terms, billing_queries.tax_treatment(business=order.business, label=order.tax_treatment)


def _major(cents: int | None, overview: Overview) -> str:
    if cents is None:
        return ""
    return currencies.major_units(cents=cents, currency=overview.currency).replace(",", "")


def _last_day(end_exclusive: date | None) -> str:
    return date.fromordinal(end_exclusive.toordinal() - 1).isoformat() if end_exclusive else ""
