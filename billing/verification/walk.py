"""All proofs of billing over one business, agreement by agreement in batches, so that memory stays flat."""

from collections.abc import Iterator

from billing import queries
from billing.book_rows import Books
from billing.models import Agreement
from billing.verification import (
    charges,
    closings,
    deliveries,
    discounts,
    documents,
    due_dates,
    numbers,
    payments,
    recount,
    revenue,
    targets,
)
from billing.verification.findings import Code
from customers.findings import Finding
from customers.models import Business

BATCH = 200


def of_business(*, business: Business) -> Iterator[Finding]:
    """Everything that is off in the books of a business, without regard to its orders."""
    yield from numbers.off(business=business)
    yield from closings.off(business=business)
    for batch in _batches(business):
        yield from documents.off(business=business, agreements=batch)
        yield from payments.off(business=business, agreements=batch)
        yield from charges.off(business=business, agreements=batch)
        yield from deliveries.hours_off(business=business, agreements=batch)
        yield from _of_agreements(business, batch)


def _batches(business: Business) -> Iterator[list[Agreement]]:
    rows = Agreement.objects.for_business(business).select_related("business").order_by("id")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(id__gt=batch[-1].pk)[:BATCH])


def _of_agreements(business: Business, agreements: list[Agreement]) -> Iterator[Finding]:
    """One that cannot be read at all is found by itself, and keeps nobody else's books from being proved."""
    try:
        read = queries.books(business=business, agreements=agreements)
    except ValueError as reason:
        if len(agreements) > 1:
            for agreement in agreements:
                yield from _of_agreements(business, [agreement])
        else:
            yield _unrateable(agreements[0], reason)
        return
    issued = revenue.documents(business=business, agreements=agreements)
    lines = revenue.lines(business=business, agreements=agreements)
    for books in read:
        yield from deliveries.units_off(books=books)
        yield from _of_agreement(books)
        key = books.agreement.pk
        yield from revenue.off(books=books, billed_lines=lines[key], documents=issued[key])


def _of_agreement(books: Books) -> Iterator[Finding]:
    try:
        owed = recount.owed(books=books)
    except recount.UNRATEABLE as reason:
        yield _unrateable(books.agreement, reason)
        return
    yield from targets.off(books=books, owed=owed)
    yield from discounts.off(books=books, owed=owed)
    yield from due_dates.off(books=books)


def _unrateable(agreement: Agreement, reason: Exception) -> Finding:
    return Finding(
        code=Code.CANNOT_RATE,
        subject=agreement.order_number,
        sentence=f"What it owes cannot be computed: {reason}",
    )
