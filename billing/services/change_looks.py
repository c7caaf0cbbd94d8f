"""What a change would do, with nothing agreed: what it is worth, what it bills, and the documents that settle it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing import errors, queries, terms_in_force
from billing.book_rows import Books
from billing.engine import billing as engine
from billing.engine import value
from billing.engine.changes import AddLine, Amend, Change
from billing.engine.documents import Document
from billing.engine.terms import Rule
from billing.handover import ChangeTerms
from billing.models import Agreement
from billing.refusing import refused_as
from billing.schedules import Overview
from billing.services import purposes
from billing.states import ChangePurpose

# Agreed ahead of its day, it needs no document of its own: the runs to come bill more, or less.
BILLED_AS_IT_COMES = frozenset({ChangePurpose.PAUSE, ChangePurpose.RENEW})


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

    Open-ended, it is the difference for one period. A pause is worth what is not billed unless somebody ends it, and
    its end what comes back of that. Raises ChangeRefused when the change does not fit.
    """
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    return _value(books, change)


def look(*, agreement: Agreement, change: ChangeTerms, today: date) -> ChangeLook:
    """All that a change would do if it were agreed today; drafts of invoices give way to it. Raises ChangeRefused."""
    (books,) = queries.books(business=agreement.business, agreements=[agreement], without_drafts=True)
    worth = _value(books, change)
    after = purposes.with_it(books=books, change=change)
    settled_on = today if change.purpose in BILLED_AS_IT_COMES else max(today, change.document_date)
    as_it_is, with_it = (books.due(as_of=settled_on, changes=changes) for changes in (books.changes, after))
    return ChangeLook(
        value_delta_cents=worth,
        in_force=terms_in_force.of_books(books=books, on=change.effective_on),
        before=_overview(books, books.changes),
        after=_overview(books, after),
        settled_by=tuple(document for document in with_it if document not in as_it_is),
    )


def _value(books: Books, change: ChangeTerms) -> int:
    purposes.check(books=books, change=change)
    is_amended = change.purpose is ChangePurpose.AMEND and not change.ends
    if is_amended:
        return _value_of_lines(books, change)
    if books.agreement.term_months is None and change.purpose is not ChangePurpose.CREDIT:
        return _of_a_period(books, change.effective_on) * (1 if change.purpose is ChangePurpose.RESUME else -1)
    after = purposes.with_it(books=books, change=change)
    return _gross(_overview(books, after)) - _gross(_overview(books, books.changes))


def _value_of_lines(books: Books, change: ChangeTerms) -> int:
    steps = purposes.steps(books=books, change=change)
    lines = [step for step in steps if isinstance(step, Amend | AddLine)]
    with refused_as(errors.ChangeRefused):
        return value.delta(terms=books.terms, agreed=books.changes, proposed=lines, on=change.effective_on)


def _of_a_period(books: Books, on: date) -> int:
    """What recurs in one whole period of an open-ended agreement, as it is on a day."""
    terms = books.terms_in_force()
    recurring = [line for line in terms.lines if line.rule is Rule.RECURRING]
    return sum(value.of_line(line=line, terms=terms, on=on) for line in recurring)


def _gross(overview: Overview) -> int:
    return overview.gross_cents + sum(estimate.amount_cents for estimate in overview.undelivered)


def _overview(books: Books, changes: Sequence[Change]) -> Overview:
    schedule = engine.preview(terms=books.terms, tax=books.tax, changes=changes)
    agreement = books.agreement
    return Overview(currency=agreement.currency, term_months=agreement.term_months, schedule=schedule)
