"""Changes that cannot be billed are refused before they are agreed, naming the field."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Never

from billing.engine import changes as agreed
from billing.engine import charges, refusals
from billing.engine.changes import AddLine, Amend, Cancel, Change, GiveBack, Pause, Renew
from billing.engine.lines import Line, Rule
from billing.engine.refusals import MAX_TERM_MONTHS, MAX_TOTAL_CENTS
from billing.engine.terms import Terms, TermsRefused


def check_change(*, terms: Terms, changes: Sequence[Change], change: Change) -> None:
    """Refuse a change that does not fit the signed terms and the changes agreed so far."""
    in_force = agreed.apply(terms=terms, changes=changes)
    if in_force.ending is not None:
        day = in_force.ending.on
        _refuse("already_cancelled", "changes", f"cannot be agreed any more: the agreement is cancelled on {day}")
    match change:
        case Amend():
            _check_amend(change, in_force)
        case AddLine():
            _check_added(change, in_force)
        case Cancel():
            _check_within(change.effective, in_force)
        case Renew():
            _check_renewal(change, in_force)
        case Pause():
            _check_pause(change, in_force)
        case GiveBack():  # pragma: no branch  # the types leave no other
            _check_given_back(change, in_force)


def _check_amend(change: Amend, terms: Terms) -> None:
    if not 0 <= change.line < len(terms.lines):
        _refuse("line_unknown", "line", f"must be one of the {len(terms.lines)} lines, counted from 0")
    line = terms.lines[change.line]
    if line.one_off:
        _refuse("amendment_not_allowed", "line", f"cannot be amended: a {line.rule} line is billed once")
    _check_amended_fields(change, line)
    _check_within(change.effective, terms, since=line.starts_on)
    _check_amounts(change, line, terms)


def _check_amended_fields(change: Amend, line: Line) -> None:
    if change.qty is None and change.unit_price_cents is None:
        _refuse("amendment_empty", "qty", "or unit_price_cents must be given")
    if change.qty is not None and line.rule is Rule.USAGE_METERED:
        _refuse("amendment_not_allowed", "qty", "of metered usage is an estimate and never billed")
    if change.unit_price_cents is not None and line.pricing is not None:
        _refuse("amendment_not_allowed", "unit_price_cents", "does not price a line with tiers or packages")


def _check_amounts(change: Amend, line: Line, terms: Terms) -> None:
    amended = replace(
        line,
        qty=line.qty if change.qty is None else change.qty,
        unit_price_cents=line.unit_price_cents if change.unit_price_cents is None else change.unit_price_cents,
        ramp=(),
    )
    refusals.check_line(amended)
    if charges.line_total(line=amended, term_months=terms.months) > MAX_TOTAL_CENTS:
        _refuse(
            "amount_too_large", "qty", f"times unit_price_cents comes to more than {MAX_TOTAL_CENTS:,} over the term"
        )


def _check_added(change: AddLine, terms: Terms) -> None:
    """An added line is checked as if it had been signed; its ramp counts the months of the agreement's grid."""
    _check_within(change.effective, terms)
    position = len(terms.lines)
    line = replace(change.line, position=position)
    refusals.check(replace(terms, term_months=terms.months, renewals=(), lines=(*terms.lines, line), discount_cents=0))


def _check_renewal(change: Renew, terms: Terms) -> None:
    if terms.months is None:
        _refuse("renewal_not_needed", "term_months", "cannot be extended: the agreement is open-ended")
    if change.term_months < 1 or terms.months + change.term_months > MAX_TERM_MONTHS:
        _refuse(
            "term_out_of_range",
            "term_months",
            f"must be at least 1, and {MAX_TERM_MONTHS} at most with the term so far",
        )


def _check_pause(change: Pause, terms: Terms) -> None:
    _check_within(change.effective, terms)
    if change.resumed is not None and change.resumed <= change.effective:
        _refuse("resumed_too_early", "resumed_on", f"must be after the pause begins ({change.effective})")
    end = change.resumed or date.max
    if any(pause.start < end and change.effective < pause.end for pause in terms.pauses):
        _refuse("already_paused", "effective_on", f"({change.effective}) lies in, or runs into, another pause")


def _check_given_back(change: GiveBack, terms: Terms) -> None:
    """Units and usage are corrected where they are counted, periods by an amendment or a cancellation."""
    if not 0 <= change.line < len(terms.lines):
        _refuse("line_unknown", "line", f"must be one of the {len(terms.lines)} lines, counted from 0")
    line = terms.lines[change.line]
    if line.rule is not Rule.FLAT:
        _refuse("return_not_allowed", "line", f"cannot be returned: it is a {line.rule} line, not a flat one")
    if line.is_given_back:
        _refuse("already_returned", "line", "is returned already")


def _check_within(day: date, terms: Terms, *, since: date | None = None) -> None:
    first = since or (terms.start_date if terms.has_lead_in and terms.start_date else terms.anchor_date)
    if day < first or (terms.end_date is not None and day >= terms.end_date):
        until = f", and before {terms.end_date}" if terms.end_date else ""
        _refuse("outside_term", "effective_on", f"({day}) must be {first} or later{until}")


def _refuse(code: str, field: str, rule: str) -> Never:
    raise TermsRefused(code=code, field=field, message=f"{field} {rule}.")
