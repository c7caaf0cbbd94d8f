"""Who could approve what: people beside amounts, and the amounts that nobody covers. Same input, same output.

Between two bounds the answer is the same for every amount: bounds are the amounts that rules begin at, and the first
cent above somebody's limit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from orders import policies
from orders.policies import Demand, Facts, Hand, Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who approves, with the limit of one currency."""

    person: int
    name: str
    role: str
    limit_cents: int

    @property
    def hand(self) -> Hand:
        return Hand(person=self.person, role=self.role, limit_cents=self.limit_cents)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """One demand and whom it finds. A gap finds too few; it is thin when nobody may be away or have drafted."""

    demand: Demand
    names: tuple[str, ...]

    @property
    def is_gap(self) -> bool:
        return len(self.names) < self.demand.people

    @property
    def is_thin(self) -> bool:
        return len(self.names) == self.demand.people


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """The amounts from `low_cents` to `high_cents`, both included; no upper bound is everything above."""

    low_cents: int
    high_cents: int | None
    reaching: frozenset[int]
    plain: tuple[Cover, ...]
    peculiar: tuple[Cover, ...]

    @property
    def is_gap(self) -> bool:
        return any(cover.is_gap for cover in (*self.plain, *self.peculiar))


def bands(*, rules: Sequence[Rule], people: Sequence[Person], currency: str) -> list[Band]:
    """All amounts of a currency, cut where the answer changes.

    `plain` is an order with nothing but its amount; `peculiar` one with everything that the rules ask about.
    """
    bounds = sorted({0, *_starts(rules, currency), *(person.limit_cents + 1 for person in people)})
    return [
        Band(
            low_cents=low,
            high_cents=high - 1 if high is not None else None,
            reaching=frozenset(person.person for person in people if person.limit_cents >= low),
            plain=_covers(rules, people, Facts(currency=currency, total_cents=low, term_months=0)),
            peculiar=_covers(rules, people, _with_everything(currency, low)),
        )
        for low, high in zip(bounds, [*bounds[1:], None], strict=True)
    ]


def covers(*, demands: Iterable[Demand], people: Iterable[Person], total_cents: int) -> tuple[Cover, ...]:
    """Whom each demand finds among these people for an order of this total."""
    able = [person for person in people if person.limit_cents >= total_cents]
    return tuple(
        Cover(
            demand=demand,
            names=tuple(person.name for person in able if policies.answers(demand=demand, hand=person.hand)),
        )
        for demand in demands
    )


def _covers(rules: Sequence[Rule], people: Sequence[Person], facts: Facts) -> tuple[Cover, ...]:
    return covers(demands=policies.demands(rules=rules, facts=facts), people=people, total_cents=facts.total_cents)


def _starts(rules: Sequence[Rule], currency: str) -> Iterable[int]:
    return (rule.total_from_cents for rule in rules if rule.currency == currency and rule.total_from_cents is not None)


def _with_everything(currency: str, total_cents: int) -> Facts:
    return Facts(
        currency=currency, total_cents=total_cents, discount=Fraction(2), free_text_lines=1, below_catalog_lines=1
    )
