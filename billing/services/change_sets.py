"""What a change order brings down, agreed as one: lines amended and added, a pause or its end, a renewal, a credit."""

from datetime import datetime

from django.db import transaction

from billing import errors, queries
from billing.book_rows import Books
from billing.handover import ChangeTerms
from billing.models import Agreement, AgreementChange
from billing.services import agreements, changes, documents, purposes, returns, writing
from billing.states import ChangeKind, ChangePurpose
from customers import ledger
from customers.actors import Actor


def check_open(*, agreement: Agreement) -> None:
    """Raise AgreementNotActive unless something can still be agreed."""
    if agreement.status not in changes.OPEN:
        raise errors.AgreementNotActive(f"{agreement} is {agreement.status}: nothing more can be agreed.")


@transaction.atomic
def agree(*, agreement: Agreement, change: ChangeTerms, by: Actor, at: datetime) -> list[AgreementChange]:
    """Agree all that a change says, or none of it; the end of an agreement is not agreed here.

    Raises ChangeRefused, AgreementNotActive, and MoreThanOrdered when less would be committed than is delivered.
    """
    stored = changes.opened(agreement, by)
    (books,) = queries.books(business=stored.business, agreements=[stored])
    purposes.check(books=books, change=change)
    day, why = change.effective_on, change.reason
    match change.purpose:
        case ChangePurpose.AMEND:
            return _amend(stored, books, change, by=by, at=at)
        case ChangePurpose.PAUSE:
            return [changes.pause_agreement(agreement=stored, effective_on=day, reason=why, by=by, at=at)]
        case ChangePurpose.RESUME:
            return [changes.resume_agreement(agreement=stored, resumed_on=day, reason=why, by=by, at=at)]
        case ChangePurpose.RENEW:
            months = change.term_months or 0
            return [changes.renew_agreement(agreement=stored, term_months=months, reason=why, by=by, at=at)]
        case ChangePurpose.CREDIT:
            day, lines = change.document_date, change.credited
            return returns.credit_lines(agreement=stored, lines=lines, returned_on=day, reason=why, by=by, at=at)


def _amend(
    agreement: Agreement, books: Books, change: ChangeTerms, *, by: Actor, at: datetime
) -> list[AgreementChange]:
    """Amend and add all lines of a change (R14), in a number of statements that does not grow with what is billed;
    each leaves its own event.
    """
    lines = purposes.added_lines(books, change)
    for amendment in change.amended:
        if amendment.qty is not None:
            changes.recommit(agreement, amendment.position, amendment.qty)
    documents.discard_drafts(agreement=agreement, by=by, at=at)
    rows = _rows(agreement, change, at)
    writing.insert(rows)
    for line, row in zip(lines, rows[len(change.amended) :], strict=True):
        line.added_by = row
    writing.insert(lines)
    agreements.schedule_next(agreements=[agreement], at=at)
    for row in rows:
        told = changes.state_of(row)
        ledger.record(subject=agreement, action=row.kind, by=by, at=at, after=told)
    return rows


def _rows(agreement: Agreement, change: ChangeTerms, at: datetime) -> list[AgreementChange]:
    """The changes to be stored, numbered on from the agreement's last one."""
    first = changes.next_number(agreement)
    kinds = [ChangeKind.AMEND] * len(change.amended) + [ChangeKind.ADD_LINE] * len(change.added)
    rows = [
        changes.row_of(agreement, kind, change.effective_on, change.requested_on, at, number=number)
        for number, kind in enumerate(kinds, start=first)
    ]
    for row in rows:
        row.reason = change.reason
    for row, amendment in zip(rows, change.amended, strict=False):
        row.line_position, row.qty = amendment.position, amendment.qty
        row.unit_price_cents = amendment.unit_price_cents
    return rows
