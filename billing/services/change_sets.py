"""Several changes agreed as one: what a change order brings down."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from billing import errors, queries, translate
from billing.book_rows import Books
from billing.engine import change_refusals
from billing.engine.changes import AddLine, Amend, Cancel
from billing.handover import ChangeTerms
from billing.models import Agreement, AgreementChange, AgreementLine
from billing.refusing import refused_as
from billing.services import agreements, changes, documents, writing
from billing.states import ChangeKind
from customers import ledger
from customers.actors import Actor


def check_open(*, agreement: Agreement) -> None:
    """Raise AgreementNotActive unless something can still be agreed."""
    if agreement.status not in changes.OPEN:
        raise errors.AgreementNotActive(f"{agreement} is {agreement.status}: nothing more can be agreed.")


@transaction.atomic
def agree(*, agreement: Agreement, change: ChangeTerms, by: Actor, at: datetime) -> list[AgreementChange]:
    """Amend and add all lines of a change, or none (R14), in a number of statements that does not grow with what is
    billed; each leaves its own event.

    Raises ChangeRefused, AgreementNotActive, and MoreThanOrdered when less would be committed than is delivered.
    """
    stored = changes.opened(agreement, by)
    (books,) = queries.books(business=stored.business, agreements=[stored])
    lines = _lines(books, change)
    check(books=books, changes=[*_amendments(change), *_additions(lines, change)])
    for amendment in change.amended:
        if amendment.qty is not None:
            changes.recommit(stored, amendment.position, amendment.qty)
    documents.discard_drafts(agreement=stored, by=by, at=at)
    rows = _rows(stored, change, at)
    writing.insert(rows)
    for line, row in zip(lines, rows[len(change.amended) :], strict=True):
        line.added_by = row
    writing.insert(lines)
    agreements.schedule_next(agreements=[stored], at=at)
    for row in rows:
        told = changes.state_of(row)
        ledger.record(subject=stored, action=row.kind, by=by, at=at, after=told)
    return rows


def proposed(*, books: Books, change: ChangeTerms) -> list[Amend | AddLine | Cancel]:
    """A change as the engine reads it; nothing of it is stored."""
    if change.ends:
        return [Cancel(effective=change.effective_on, requested_on=change.requested_on)]
    return [*_amendments(change), *_additions(_lines(books, change), change)]


def check(*, books: Books, changes: Sequence[Amend | AddLine | Cancel]) -> None:
    """Raise ChangeRefused unless each change fits the signed terms, what was agreed, and the changes before it."""
    so_far = [*books.changes]
    with refused_as(errors.ChangeRefused):
        for change in changes:
            change_refusals.check_change(terms=books.terms, changes=so_far, change=change)
            so_far.append(change)


def _lines(books: Books, change: ChangeTerms) -> list[AgreementLine]:
    """The added lines, not yet stored, after those that the agreement has."""
    return [
        agreements.line_row(agreement=books.agreement, line=replace(line, position=position))
        for position, line in enumerate(change.added, start=len(books.lines))
    ]


def _amendments(change: ChangeTerms) -> Iterator[Amend]:
    for amendment in change.amended:
        yield Amend(
            line=amendment.position,
            effective=change.effective_on,
            requested_on=change.requested_on,
            qty=amendment.qty,
            unit_price_cents=amendment.unit_price_cents,
        )


def _additions(lines: list[AgreementLine], change: ChangeTerms) -> Iterator[AddLine]:
    for line in lines:
        yield AddLine(line=translate.line(line), effective=change.effective_on, requested_on=change.requested_on)


def _rows(agreement: Agreement, change: ChangeTerms, at: datetime) -> list[AgreementChange]:
    """The changes to be stored, numbered on from the agreement's last one."""
    first = changes.next_number(agreement)
    kinds = [ChangeKind.AMEND] * len(change.amended) + [ChangeKind.ADD_LINE] * len(change.added)
    rows = [
        changes.row_of(agreement, kind, change.effective_on, change.requested_on, at, number=number)
        for number, kind in enumerate(kinds, start=first)
    ]
    for row, amendment in zip(rows, change.amended, strict=False):
        row.line_position, row.qty = amendment.position, amendment.qty
        row.unit_price_cents = amendment.unit_price_cents
    return rows
