"""Planning a billing run: what it would issue, without writing anything."""

from collections.abc import Iterator
from datetime import date

from billing import closed, due, errors, plans, queries
from billing.models import Agreement, Invoice
from billing.plans import BusinessPlan, Entry
from billing.services import documents
from billing.translate import Books
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission

BATCH = 500


def plan_billing(*, business: Business, as_of: date, by: Actor) -> BusinessPlan:
    """The documents that a run of this day would issue now: waiting drafts first, then what is due and not drafted."""
    by.require(Permission.BILL, business=business)
    plan = BusinessPlan(business=str(business.uid), name=business.name, as_of=as_of)
    through = closed.through(business=business)
    for draft in _drafts(business, as_of):
        plan.documents.append(plans.draft_entry(draft, closed_through=through))
    for books in _books(business, as_of):
        try:
            plan.documents.extend(_owed(books, as_of, through))
        except (errors.CannotBill, ArithmeticError) as reason:
            plan.parked[books.agreement.order_number] = str(reason)
    return plan


def _owed(books: Books, as_of: date, closed_through: date | None) -> list[Entry]:
    due_now = documents.due_documents(books, as_of)
    return [plans.due_entry(books.agreement, document, closed_through=closed_through) for document in due_now]


def _drafts(business: Business, as_of: date) -> Iterator[Invoice]:
    rows = due.drafts(business=business, as_of=as_of).select_related("agreement").order_by("invoice_date", "id")
    return rows.iterator(chunk_size=BATCH)


def _books(business: Business, as_of: date) -> Iterator[Books]:
    """Agreements that may owe something, in order of their ids, a batch at a time."""
    last = 0
    while batch := _batch(business, as_of, last):
        last = batch[-1].pk
        yield from queries.books(business=business, agreements=batch)


def _batch(business: Business, as_of: date, last: int) -> list[Agreement]:
    return list(due.agreements(business=business, as_of=as_of).filter(id__gt=last).order_by("id")[:BATCH])
