"""What a change order is to the engine, by its purpose: what would be agreed with it, and whether that fits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from billing import errors, translate
from billing.book_rows import Books
from billing.engine import change_refusals
from billing.engine.changes import AddLine, Amend, Cancel, Change, GiveBack, Pause, Renew
from billing.handover import ChangeTerms
from billing.models import AgreementLine
from billing.refusing import refused_as
from billing.services import agreements
from billing.states import ChangePurpose


def steps(*, books: Books, change: ChangeTerms) -> list[Change]:
    """What a change adds to all that is agreed; the end of a pause adds nothing. Nothing of it is stored."""
    match change.purpose:
        case ChangePurpose.AMEND if change.ends:
            return [Cancel(effective=change.effective_on, requested_on=change.requested_on)]
        case ChangePurpose.AMEND:
            return [*_amendments(change), *_additions(books, change)]
        case ChangePurpose.PAUSE:
            return [Pause(effective=change.effective_on)]
        case ChangePurpose.RESUME:
            return []
        case ChangePurpose.RENEW:
            return [Renew(term_months=change.term_months or 0)]
        case ChangePurpose.CREDIT:
            return [GiveBack(line=position, effective=change.document_date) for position in sorted(change.credited)]


def with_it(*, books: Books, change: ChangeTerms) -> tuple[Change, ...]:
    """All that would be agreed then: what is, with an open pause ended if the change is to end it, and its steps."""
    known = books.changes
    if change.purpose is ChangePurpose.RESUME:
        known = tuple(_ended(one, change.effective_on) for one in known)
    return (*known, *steps(books=books, change=change))


def check(*, books: Books, change: ChangeTerms) -> None:
    """Raise ChangeRefused unless a change fits the signed terms, what was agreed, and its own steps each other."""
    _check_purpose(books, change)
    so_far = [*books.changes]
    with refused_as(errors.ChangeRefused):
        for step in steps(books=books, change=change):
            change_refusals.check_change(terms=books.terms, changes=so_far, change=step)
            so_far.append(step)


def added_lines(books: Books, change: ChangeTerms) -> list[AgreementLine]:
    """The added lines, not yet stored, after those that the agreement has."""
    return [
        agreements.line_row(agreement=books.agreement, line=replace(line, position=position))
        for position, line in enumerate(change.added, start=len(books.lines))
    ]


def _check_purpose(books: Books, change: ChangeTerms) -> None:
    match change.purpose:
        case ChangePurpose.PAUSE:
            _check_paused(books)
        case ChangePurpose.RESUME:
            _check_resumed(books, change)
        case ChangePurpose.RENEW:
            _check_renewed(books, change)
        case ChangePurpose.CREDIT if books.agreement.fixed_tax_cents is not None:
            raise errors.ChangeRefused("The tax of this agreement was signed as one amount.", field="line")


def _check_paused(books: Books) -> None:
    if pause := _open_pause(books):
        raise errors.ChangeRefused(f"{books.agreement} is paused already, from {pause.effective} on.", field="status")


def _check_resumed(books: Books, change: ChangeTerms) -> None:
    pause = _open_pause(books)
    if pause is None:
        raise errors.ChangeRefused(f"{books.agreement} is not paused: there is nothing to resume.", field="status")
    if change.effective_on <= pause.effective:
        raise errors.ChangeRefused(
            f"effective_on ({change.effective_on}) must be after the day the pause began ({pause.effective}).",
            field="effective_on",
        )


def _check_renewed(books: Books, change: ChangeTerms) -> None:
    """A renewal is of the term that was seen: not of one that another renewal has made longer since."""
    end = books.terms_in_force().end_date
    if end is not None and end != change.effective_on:
        raise errors.ChangeRefused(
            f"The term now ends on {end}, and this renewal goes on from {change.effective_on}.", field="effective_on"
        )


def _open_pause(books: Books) -> Pause | None:
    return next((one for one in books.changes if isinstance(one, Pause) and one.resumed is None), None)


def _ended(change: Change, day: date) -> Change:
    if isinstance(change, Pause) and change.resumed is None:
        return replace(change, resumed=day)
    return change


def _amendments(change: ChangeTerms) -> Iterator[Amend]:
    for amendment in change.amended:
        yield Amend(
            line=amendment.position,
            effective=change.effective_on,
            requested_on=change.requested_on,
            qty=amendment.qty,
            unit_price_cents=amendment.unit_price_cents,
        )


def _additions(books: Books, change: ChangeTerms) -> Iterator[AddLine]:
    for line in added_lines(books, change):
        yield AddLine(line=translate.line(line), effective=change.effective_on, requested_on=change.requested_on)
