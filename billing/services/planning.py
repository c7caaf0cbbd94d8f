"""Planning a billing run: what it would issue, without writing anything."""

from collections.abc import Iterator
from datetime import date

from billing import closed, due, errors, plans, queries
from billing.models import Agreement, Invoice
from billing.plans import BusinessPlan, Entry
from billing.services import documents
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission

BATCH = 500


def plan_billing(*, business: Business, as_of: date, by: Actor) -> tuple[BusinessPlan, Iterator[Entry]]:
    """What a run of this day would issue now: waiting drafts first, then what is due and not drafted.

    The documents come one by one as they are drawn, and are forgotten: a plan's memory does not grow. Its sums and
    its parked agreements are complete when all are drawn.
    """
    by.require(Permission.BILL, business=business)
    plan = BusinessPlan(business=str(business.uid), name=business.name, as_of=as_of)
    return plan, map(plan.counted, _entries(business, as_of, plan.parked))


def _entries(business: Business, as_of: date, parked: dict[str, str]) -> Iterator[Entry]:
    through = closed.through(business=business)
    for draft in _drafts(business, as_of):
        yield plans.draft_entry(draft, closed_through=through)
    for batch in _batches(business, as_of):
        for books in queries.books(business=business, agreements=batch):
            try:
                found = documents.due_documents(books, as_of)
            except (errors.CannotBill, ArithmeticError) as reason:
                parked[books.agreement.order_number] = str(reason)
            else:
                yield from (plans.due_entry(books.agreement, document, closed_through=through) for document in found)


def _drafts(business: Business, as_of: date) -> Iterator[Invoice]:
    rows = due.drafts(business=business, as_of=as_of).select_related("agreement").prefetch_related("lines")
    return rows.order_by("invoice_date", "id").iterator(chunk_size=BATCH)


def _batches(business: Business, as_of: date) -> Iterator[list[Agreement]]:
    """Agreements that may owe something, in order of their ids, a batch at a time."""
    rows = due.agreements(business=business, as_of=as_of).order_by("id")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(id__gt=batch[-1].pk)[:BATCH])
