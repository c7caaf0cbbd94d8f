"""What the parties agree after the approval, in the order it was agreed, and the terms that result.

A renewal continues the same grid with k = n, n+1, …, so the original day of the month returns (R18); what was
billed once is not repeated, and the discount is not extended.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from billing.engine.lines import DatedStep, Line
from billing.engine.periods import Period
from billing.engine.terms import Ending, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """From `effective` on a line has another quantity, price or both; an absent one stays as it was."""

    line: int
    effective: date
    requested_on: date | None = None
    qty: Decimal | None = None
    unit_price_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLine:
    """One more line from `effective` on; it shares the grid and the end of the term."""

    line: Line
    effective: date
    requested_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """`effective` is the first day without service."""

    effective: date
    requested_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew:
    """The term goes on for so many months."""

    term_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Periods that begin from `effective` on and before `resumed` are not served; None while it lasts."""

    effective: date
    resumed: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack:
    """A flat line is returned whole on `effective`: it owes nothing any more, and what was billed is credited."""

    line: int
    effective: date


Change = Amend | AddLine | Cancel | Renew | Pause | GiveBack


def apply(*, terms: Terms, changes: Iterable[Change]) -> Terms:
    """The terms in force after these changes."""
    for change in changes:
        terms = _after(terms, change)
    return terms


def document_date(change: Amend | AddLine | Cancel | Pause | GiveBack) -> date:
    """The day of the document that settles a change: when it takes effect, or is requested if that is later.

    A pause is settled when it ends: until then nobody knows which periods it took.
    """
    if isinstance(change, Pause):
        return change.resumed or date.max
    if isinstance(change, GiveBack):
        return change.effective
    return max(change.effective, change.requested_on or change.effective)


def _after(terms: Terms, change: Change) -> Terms:
    match change:
        case Amend():
            return replace(terms, lines=tuple(_amended(line, change) for line in terms.lines))
        case AddLine():
            added = replace(
                change.line,
                position=len(terms.lines),
                starts_on=change.effective,
                billed_from=document_date(change),
            )
            return replace(terms, lines=(*terms.lines, added))
        case Cancel():
            return replace(terms, ending=Ending(on=change.effective, billed_on=document_date(change)))
        case Renew():
            return replace(terms, renewals=(*terms.renewals, change.term_months))
        case Pause():
            pause = Period(start=change.effective, end=change.resumed or date.max)
            return replace(terms, pauses=(*terms.pauses, pause))
        case GiveBack():  # pragma: no branch  # the types leave no other
            lines = (
                replace(line, is_given_back=line.is_given_back or line.position == change.line) for line in terms.lines
            )
            return replace(terms, lines=tuple(lines))


def _amended(line: Line, change: Amend) -> Line:
    if line.position != change.line:
        return line
    step = DatedStep(
        from_date=change.effective,
        billed_on=document_date(change),
        qty=change.qty,
        unit_price_cents=change.unit_price_cents,
    )
    return replace(line, amendments=tuple(sorted((*line.amendments, step), key=lambda known: known.from_date)))
