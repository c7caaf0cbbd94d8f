"""What a draft would have to say to need fewer approvals: the policy asked again at its own thresholds.

An answer is priced and looked at like any order. Less discount makes a contract larger, a shorter term makes it
smaller, and either may bring another rule in; what comes out is what the policy says of all of it.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from customers import currencies
from customers.words import counted
from orders import policies
from orders.errors import OrderError
from orders.models import Line, Order
from orders.policies import BASELINE, Demand, Facts, Rule
from orders.services import approvals, composing

SHOWN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What would be said instead; what is None or False stays."""

    discount_percent: Decimal | None = None
    term_months: int | None = None
    total_below_cents: int | None = None
    only_catalog: bool = False
    catalog_prices: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Instead:
    """A change, and who would be needed then."""

    words: str
    demands: tuple[Demand, ...]
    facts: Facts

    @property
    def is_plain(self) -> bool:
        return self.demands == (BASELINE,)

    @property
    def sentence(self) -> str:
        least = self.facts.total_cents
        whom = dict.fromkeys(
            policies.asked(
                replace(demand, limit_from_cents=max(least, demand.limit_from_cents)), currency=self.facts.currency
            )
            for demand in self.demands
        )
        return f"With {self.words}, {' and '.join(whom)} would be enough."


def fewer(*, order: Order, lines: Sequence[Line], rules: Sequence[Rule], at: datetime) -> list[Instead]:
    """The nearest changes that would need less, those that no rule asks anything for before others.

    Where no change by itself leads there, the least number of them that does. `order` and `lines` bear their totals.
    """
    present = approvals.facts(order=order, lines=lines)
    now = policies.demands(rules=rules, facts=present)
    if now == (BASELINE,):
        return []
    world = _World(order=order, lines=lines, rules=rules, at=at, now=now)
    found = [best for ways in _ways(rules, present) if (best := world.best(ways))]
    plain = [instead for instead in found if instead.is_plain]
    if plain:
        return plain[:SHOWN]
    return [*world.together(_ways(rules, present)), *found][:SHOWN]


@dataclass(frozen=True, kw_only=True, slots=True)
class _World:
    order: Order
    lines: Sequence[Line]
    rules: Sequence[Rule]
    at: datetime
    now: tuple[Demand, ...]

    def best(self, ways: Sequence[Change]) -> Instead | None:
        """Of the changes of one kind, the nearest that leaves nothing asked for, else the nearest that leaves less."""
        less = [instead for change in ways if (instead := self.instead(change)) and self._is_less(instead.demands)]
        return next((instead for instead in less if instead.is_plain), less[0] if less else None)

    def together(self, ways: Sequence[Sequence[Change]]) -> list[Instead]:
        """The least number of kinds, each at its furthest, that leaves nothing asked for."""
        furthest = [kind[-1] for kind in ways]
        for number in range(2, len(furthest) + 1):
            tried = (self.instead(_joined(kinds)) for kinds in combinations(furthest, number))
            if plain := [instead for instead in tried if instead and instead.is_plain]:
                return plain
        return []

    def instead(self, change: Change) -> Instead | None:
        """What the policy asks for once this is changed; None where such terms are refused."""
        order, lines = copy.copy(self.order), [copy.copy(line) for line in self.lines]
        if change.term_months is not None:
            order.term_months = change.term_months
        if change.catalog_prices:
            for line in lines:
                _raise(line)
        try:
            composing.price(order, lines, self.at)
            if change.discount_percent is not None:
                order.discount_cents = int(order.subtotal_cents * change.discount_percent / 100)
                composing.price(order, lines, self.at)
        except OrderError:
            return None
        facts = approvals.facts(order=order, lines=lines)
        if change.total_below_cents is not None:
            facts = replace(facts, total_cents=min(facts.total_cents, change.total_below_cents - 1))
        if change.only_catalog:
            facts = replace(facts, free_text_lines=0)
        asked = policies.demands(rules=self.rules, facts=facts)
        return Instead(words=" and ".join(_words(change, order)), demands=asked, facts=facts)

    def _is_less(self, demands: tuple[Demand, ...]) -> bool:
        """Whether some of what is asked for now falls away, and nothing is asked for that was not."""
        if demands == (BASELINE,):
            return True
        return set(map(_asked, demands)) < set(map(_asked, self.now))


def _ways(rules: Sequence[Rule], facts: Facts) -> list[list[Change]]:
    """For each kind of change the thresholds of the rules that are passed now, the nearest first."""
    own = [rule for rule in rules if rule.currency in ("", facts.currency)]
    percents = {rule.discount_above_percent for rule in own if rule.discount_above_percent is not None}
    terms = {rule.term_above_months for rule in own if rule.term_above_months is not None}
    totals = {rule.total_from_cents for rule in own if rule.total_from_cents is not None}
    passed_terms = [months for months in terms if facts.term_months is None or facts.term_months > months]
    kinds = [
        [Change(discount_percent=one) for one in sorted(percents, reverse=True) if facts.discount * 100 > one],
        [Change(term_months=months) for months in sorted(passed_terms, reverse=True) if months > 0],
        [Change(only_catalog=True)] if facts.free_text_lines and any(rule.on_free_text for rule in own) else [],
        [Change(catalog_prices=True)]
        if facts.below_catalog_lines and any(rule.on_below_catalog for rule in own)
        else [],
        [Change(total_below_cents=cents) for cents in sorted(totals, reverse=True) if 0 < cents <= facts.total_cents],
    ]
    return [kind for kind in kinds if kind]


def _joined(changes: Sequence[Change]) -> Change:
    """Changes of different kinds at once."""
    said = ((name, value) for change in changes for name, value in asdict(change).items())
    return Change(**{name: value for name, value in said if value is not None and value is not False})


def _asked(demand: Demand) -> Demand:
    """A demand without its reasons."""
    return replace(demand, reasons=())


def _raise(line: Line) -> None:
    """Set what costs less than the catalog's own price to that price, from the start and in each step of the ramp."""
    if line.catalog_item is None:
        return
    least = line.catalog_item.unit_price_cents
    line.unit_price_cents = max(line.unit_price_cents, least)
    if isinstance(line.ramp_schedule, dict) and isinstance(steps := line.ramp_schedule.get("steps"), list):
        line.ramp_schedule = {"steps": [_raised(step, least) for step in steps]}


def _raised(step: dict[str, object], least: int) -> dict[str, object]:
    cents = step.get("unit_price_cents")
    return {**step, "unit_price_cents": max(cents, least)} if isinstance(cents, int) else step


def _words(change: Change, order: Order) -> Iterator[str]:
    if change.discount_percent is not None:
        percent = f"{change.discount_percent.normalize():f} %"
        amount = currencies.amount(order.discount_cents, order.currency)
        yield f"a contract discount of at most {amount} ({percent})" if order.discount_cents else "no contract discount"
    if change.term_months is not None:
        yield f"a term of {counted(change.term_months, 'month')}"
    if change.only_catalog:
        yield "every line from the catalog"
    if change.catalog_prices:
        yield "no price below the catalog's"
    if change.total_below_cents is not None:
        yield f"a contract below {currencies.amount(change.total_below_cents, order.currency)}"
