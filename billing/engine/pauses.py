"""What a pause skipped: listed, so that a period without an invoice is never taken for a forgotten one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from billing.engine import changes as agreed
from billing.engine import segments, targets
from billing.engine.changes import Change
from billing.engine.discounts import Shares
from billing.engine.lines import Line, Rule
from billing.engine.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A (line, period) that begins in a pause: the days, and the amount and discount that lapsed with them.

    Lines billed in arrears have no amount that was agreed beforehand.
    """

    order_line: int
    period: int
    service_start: date
    service_end_exclusive: date
    amount_cents: int
    discount_cents: int


def skipped(*, terms: Terms, as_of: date, changes: Sequence[Change] = ()) -> tuple[Skipped, ...]:
    """Every period of the term begun by a day that a pause took, in order; one-off lines lose none."""
    in_force, shares = agreed.apply(terms=terms, changes=changes), Shares(terms=terms)
    return tuple(
        _skipped(line, k, in_force, shares)
        for k in _paused(in_force, as_of)
        for line in in_force.lines
        if not line.one_off and (line.starts_on is None or line.starts_on < in_force.boundary(k + 1))
    )


def _paused(terms: Terms, as_of: date) -> Iterator[int]:
    begun = terms.period_index(as_of) + 1
    return (k for k in range(begun) if terms.covers(k) and (terms.is_paused(k) or terms.is_open_pause(k)))


def _skipped(line: Line, k: int, terms: Terms, shares: Shares) -> Skipped:
    service = segments.service(line=line, terms=terms, k=k)
    lapsed = targets.NOTHING
    if line.rule is Rule.RECURRING:
        share_cents = shares.of_period(line, k)
        lapsed = targets.of_period(line=line, terms=replace(terms, pauses=()), k=k, share_cents=share_cents)
    return Skipped(
        order_line=line.position,
        period=k,
        service_start=service.start,
        service_end_exclusive=service.end,
        amount_cents=lapsed.amount_cents,
        discount_cents=lapsed.discount_cents,
    )
