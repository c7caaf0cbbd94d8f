"""What a line is committed to over the term, before discount and tax, and by how much changes move that.

One-off lines count once, ordered units at the price in force in the end, metered usage not at all. A recurring line
counts with the sum of its rounded periods; open-ended, with one whole period as it is on the day of the change.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Never

from billing.engine import change_refusals, changes, installments, money, segments, targets
from billing.engine.changes import AddLine, Amend, Change
from billing.engine.lines import Line, Rule
from billing.engine.terms import LEAD_IN, MAX_TOTAL_CENTS, Terms, TermsRefused


def delta(*, terms: Terms, agreed: Sequence[Change], proposed: Sequence[Amend | AddLine], on: date) -> int:
    """By how much proposed changes, all effective on one day, move the committed value.

    Raises TermsRefused for the first one that does not fit the terms and what was agreed before it.
    """
    so_far = [*agreed]
    for change in proposed:
        change_refusals.check_change(terms=terms, changes=so_far, change=change)
        so_far.append(change)
    before = _as_if_resumed(changes.apply(terms=terms, changes=agreed))
    after = _as_if_resumed(changes.apply(terms=terms, changes=so_far))
    amended = {change.line for change in proposed if isinstance(change, Amend)}
    touched = [line for line in after.lines if line.position in amended or line.position >= len(before.lines)]
    was = sum(of_line(line=line, terms=before, on=on) for line in before.lines if line.position in amended)
    will_be = sum(of_line(line=line, terms=after, on=on) for line in touched)
    if will_be > MAX_TOTAL_CENTS:
        _refuse("lines", f"come to {will_be:,} over the term, above the limit of {MAX_TOTAL_CENTS:,}")
    return will_be - was


def of_line(*, line: Line, terms: Terms, on: date) -> int:
    """The committed value of one line under the terms in force."""
    match line.rule:
        case Rule.USAGE_METERED:
            return 0
        case Rule.FLAT | Rule.PREPAID_BLOCK:
            return money.price(qty=line.qty, unit_price_cents=line.unit_price_cents)
        case Rule.PER_UNIT:
            return _price(line, k=0, on=date.max)
        case Rule.RECURRING if terms.months is None:
            return _price(line, k=terms.period_index(on), on=on)
        case Rule.RECURRING:  # pragma: no branch  # the types leave no other
            parts = installments.of_line(line=line, terms=terms)
            cut = {
                terms.period_index(day)
                for day in (line.starts_on, *(step.from_date for step in line.amendments))
                if day
            }
            return sum(_of_period(line, terms, k, is_cut=k in cut) for part in parts for k in part.periods)


def _of_period(line: Line, terms: Terms, k: int, *, is_cut: bool) -> int:
    """The target of a period; of one that nothing begins in, quantity times price, which is the same and quicker."""
    if is_cut or k == LEAD_IN or terms.is_paused(k):
        return targets.of_period(line=line, terms=terms, k=k, share_cents=0).amount_cents
    return _price(line, k=k, on=terms.boundary(k))


def _price(line: Line, *, k: int, on: date) -> int:
    qty, unit_price_cents = segments.in_force(line=line, k=k, on=on)
    return money.price(qty=qty, unit_price_cents=unit_price_cents)


def _as_if_resumed(terms: Terms) -> Terms:
    """A pause that nobody has ended yet takes nothing off the value: nobody knows which periods it will take."""
    return replace(terms, pauses=tuple(pause for pause in terms.pauses if pause.end != date.max))


def _refuse(field: str, rule: str) -> Never:
    raise TermsRefused(code="amount_too_large", field=field, message=f"{field} {rule}.")
