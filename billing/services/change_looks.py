"""What a change would do, with nothing agreed: what it is worth, what it bills, and the documents that settle it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing import errors, queries, terms_in_force
from billing.book_rows import Books
from billing.engine import billing as engine
from billing.engine import value
from billing.engine.changes import AddLine, Amend, Cancel
from billing.engine.documents import Document
from billing.engine.terms import Rule
from billing.handover import ChangeTerms
from billing.models import Agreement
from billing.refusing import refused_as
from billing.schedules import Overview
from billing.services import change_sets

Proposed = Sequence[Amend | AddLine | Cancel]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeLook:
    """A change looked at: its value in minor units before discount and tax, and the schedules around it.

    `in_force` is the quantity and the unit price of each line on its day, by position, as long as nothing is agreed.
    `settled_by` are the documents that it brings by the day it is settled: credit notes, and invoices of more.
    """

    value_delta_cents: int
    in_force: Mapping[int, tuple[Decimal, int]]
    before: Overview
    after: Overview
    settled_by: tuple[Document, ...]


def value_delta(*, agreement: Agreement, change: ChangeTerms) -> int:
    """By how much a change would move the committed value of an agreement, before discount and tax.

    Open-ended, it is the difference for one period. Raises ChangeRefused when the change does not fit.
    """
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    return _value(books, change, change_sets.proposed(books=books, change=change))


def look(*, agreement: Agreement, change: ChangeTerms, today: date) -> ChangeLook:
    """All that a change would do if it were agreed today; drafts of invoices give way to it. Raises ChangeRefused."""
    (books,) = queries.books(business=agreement.business, agreements=[agreement], without_drafts=True)
    proposed = change_sets.proposed(books=books, change=change)
    worth = _value(books, change, proposed)
    before, after = (_overview(books, changes) for changes in ((), proposed))
    settled_on = max(today, change.effective_on, change.requested_on or change.effective_on)
    as_it_is, with_it = (books.due(as_of=settled_on, proposed=changes) for changes in ((), proposed))
    settled_by = tuple(document for document in with_it if document not in as_it_is)
    in_force = terms_in_force.of_books(books=books, on=change.effective_on)
    return ChangeLook(value_delta_cents=worth, in_force=in_force, before=before, after=after, settled_by=settled_by)


def _value(books: Books, change: ChangeTerms, proposed: Proposed) -> int:
    change_sets.check(books=books, changes=proposed)
    if change.ends:
        return _value_of_the_end(books, change, proposed)
    lines = [step for step in proposed if not isinstance(step, Cancel)]
    with refused_as(errors.ChangeRefused):
        return value.delta(terms=books.terms, agreed=books.changes, proposed=lines, on=change.effective_on)


def _value_of_the_end(books: Books, change: ChangeTerms, proposed: Proposed) -> int:
    """What is no longer committed; open-ended, one period of all that recurs."""
    if books.agreement.term_months is None:
        terms = books.terms_in_force()
        recurring = [line for line in terms.lines if line.rule is Rule.RECURRING]
        return -sum(value.of_line(line=line, terms=terms, on=change.effective_on) for line in recurring)
    before, after = (_overview(books, changes) for changes in ((), proposed))
    return _gross(after) - _gross(before)


def _gross(overview: Overview) -> int:
    return overview.gross_cents + sum(estimate.amount_cents for estimate in overview.undelivered)


def _overview(books: Books, proposed: Proposed) -> Overview:
    schedule = engine.preview(terms=books.terms, tax=books.tax, changes=(*books.changes, *proposed))
    agreement = books.agreement
    return Overview(currency=agreement.currency, term_months=agreement.term_months, schedule=schedule)
