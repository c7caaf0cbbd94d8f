"""What a recurring line owes for a period under given terms, and the discount in it.

Cancelled inside the period it owes the days used, net of the same share of its discount (R13); in a paused
period it owes nothing and its discount lapses (R24). One-off and prepaid lines are not shortened.
"""

from dataclasses import dataclass
from fractions import Fraction

from billing.engine import money, segments
from billing.engine.lines import Line
from billing.engine.rules import recurring
from billing.engine.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A rounded amount and the discount in it, never more than the amount."""

    amount_cents: int
    discount_cents: int

    @property
    def net_cents(self) -> int:
        """What is to be billed for the period in the end."""
        return self.amount_cents - self.discount_cents


NOTHING = Target(amount_cents=0, discount_cents=0)


def of_period(*, line: Line, terms: Terms, k: int, share_cents: int) -> Target:
    """The target of a recurring (line, period), given its share of the contract discount."""
    if terms.is_paused(k):
        return NOTHING
    if segments.is_whole(line=line, terms=terms, k=k):
        amount = recurring.amount(line=line, k=k)
        return Target(amount_cents=amount, discount_cents=min(share_cents, amount))
    return _of_days(line, terms, k, share_cents)


def _of_days(line: Line, terms: Terms, k: int, share_cents: int) -> Target:
    exact = segments.cost(line=line, terms=terms, k=k)
    amount = money.round_half_away(exact)
    net = money.round_half_away(max(Fraction(0), exact - share_cents * part_served(terms=terms, k=k)))
    return Target(amount_cents=amount, discount_cents=amount - net)


def part_served(*, terms: Terms, k: int) -> Fraction:
    """The share of a period's days before a cancellation."""
    whole = terms.period(k)
    end = max(whole.start, min(whole.end, terms.service_end))
    return Fraction((end - whole.start).days, (whole.end - whole.start).days)
