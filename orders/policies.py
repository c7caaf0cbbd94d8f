"""What an approval policy asks for: rules and facts in, who is needed out. Same input, same output.

Every rule that fits an order asks for its people; an approval may answer several rules at once. Whatever the rules,
each approver's limit reaches the contract total, and nobody approves what they worked on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

from customers import currencies
from customers.words import counted

MOST_PEOPLE = 3
IN_WORDS = {1: "one person", 2: "two different people", 3: "three different people"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a policy looks at in an order. `discount` is the share of the lines' sum; no term is an open end.

    Of a change `total_cents` is the size of what it moves, up or down, and `lifted` the contract total before and
    after it.
    """

    currency: str
    total_cents: int
    lifted: tuple[int, int] | None = None
    discount: Fraction = Fraction(0)
    term_months: int | None = None
    free_text_lines: int = 0
    below_catalog_lines: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """If one of the conditions holds, and the currency fits, these people are needed. No condition: always.

    A blank currency is every one, a blank role anybody who may approve. Amounts are inclusive, percents and terms
    are exceeded; an open end exceeds every term.
    """

    currency: str = ""
    total_from_cents: int | None = None
    discount_above_percent: Decimal | None = None
    term_above_months: int | None = None
    on_free_text: bool = False
    on_below_catalog: bool = False
    role: str = ""
    limit_from_cents: int | None = None
    people: int = 1

    @property
    def is_unconditional(self) -> bool:
        conditions = (self.total_from_cents, self.discount_above_percent, self.term_above_months)
        return all(given is None for given in conditions) and not (self.on_free_text or self.on_below_catalog)


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """Who is needed, and why."""

    people: int = 1
    role: str = ""
    limit_from_cents: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """Somebody who approves, for themselves or as somebody's deputy, with the role and the limit that count."""

    person: int
    role: str
    limit_cents: int
    behind: int | None = None

    @property
    def people(self) -> frozenset[int]:
        """Both, where there are two: four eyes count each of them."""
        return frozenset(who for who in (self.person, self.behind) if who is not None)


BASELINE = Demand()


def demands(*, rules: Sequence[Rule], facts: Facts) -> tuple[Demand, ...]:
    """What the rules ask for an order, one demand for each rule that fits; where none fits, one approver."""
    found = [(rule, tuple(_reasons(rule, facts))) for rule in rules if rule.currency in ("", facts.currency)]
    asked = tuple(
        Demand(people=rule.people, role=rule.role, limit_from_cents=rule.limit_from_cents or 0, reasons=reasons)
        for rule, reasons in found
        if reasons
    )
    return asked or (BASELINE,)


def answers(*, demand: Demand, hand: Hand) -> bool:
    """Whether an approval by this hand counts for a demand."""
    return demand.role in ("", hand.role) and hand.limit_cents >= demand.limit_from_cents


def still_open(*, demands: Sequence[Demand], hands: Sequence[Hand]) -> tuple[Demand, ...]:
    """The demands that these approvals leave open, each with the number of people that are still missing."""
    left = ((demand, demand.people - _different(demand, hands)) for demand in demands)
    return tuple(
        Demand(people=missing, role=demand.role, limit_from_cents=demand.limit_from_cents, reasons=demand.reasons)
        for demand, missing in left
        if missing > 0
    )


def helps(*, demands: Sequence[Demand], hands: Sequence[Hand], hand: Hand) -> bool:
    """Whether one more approval answers something that is still open; nobody counts twice.

    Where nothing is open any more, because the policy asks for less than it did, anybody else completes it.
    """
    if any(hand.people & known.people for known in hands):
        return False
    left = still_open(demands=demands, hands=hands)
    return not left or any(answers(demand=demand, hand=hand) for demand in left)


def _different(demand: Demand, hands: Sequence[Hand]) -> int:
    """How many people answer a demand, a deputy and whom it stands in for being one."""
    counted: set[int] = set()
    number = 0
    for hand in hands:
        if answers(demand=demand, hand=hand) and not hand.people & counted:
            counted |= hand.people
            number += 1
    return number


def _reasons(rule: Rule, facts: Facts) -> Iterator[str]:
    """Why a rule fits an order; nothing when it does not."""
    if rule.is_unconditional:
        yield "every order" if not rule.currency else f"every order in {rule.currency}"
    if rule.total_from_cents is not None:
        yield from _of_the_total(rule.total_from_cents, facts)
    if rule.discount_above_percent is not None and facts.discount * 100 > Fraction(rule.discount_above_percent):
        yield f"discount {percent(facts.discount)} > {_plain(rule.discount_above_percent)} %"
    if rule.term_above_months is not None and (facts.term_months is None or facts.term_months > rule.term_above_months):
        term = "open-ended" if facts.term_months is None else f"{facts.term_months} months"
        yield f"term {term} > {rule.term_above_months} months"
    if rule.on_free_text and facts.free_text_lines:
        yield f"{counted(facts.free_text_lines, 'line')} outside the catalog"
    if rule.on_below_catalog and facts.below_catalog_lines:
        yield f"{counted(facts.below_catalog_lines, 'line')} below the catalog price"


def _of_the_total(least: int, facts: Facts) -> Iterator[str]:
    """A change is as large as what it moves; one that lifts the contract to an amount is asked as a contract is."""
    money = partial(currencies.amount, currency=facts.currency)
    if facts.total_cents >= least:
        what = "contract" if facts.lifted is None else "change"
        yield f"{what} {money(facts.total_cents)} ≥ {money(least)}"
    elif facts.lifted is not None and facts.lifted[0] < least <= facts.lifted[1]:
        yield f"contract {money(facts.lifted[1])} ≥ {money(least)}"


# Words


def sentence(rule: Rule) -> str:
    """A rule as a person reads it: If … or …, then who, with which limit; how many."""
    scope = f"In {rule.currency}: " if rule.currency else ""
    conditions = " or ".join(_conditions(rule))
    opening = f"if {conditions}" if conditions else "for every order"
    limit = "a limit of at least the contract"
    if rule.limit_from_cents:
        limit += f" and of {currencies.amount(rule.limit_from_cents, rule.currency)}"
    text = f"{opening}, {rule.role or 'anybody who approves'} with {limit}; {IN_WORDS[rule.people]}."
    return scope + (text if scope else text[0].upper() + text[1:])


def asked(demand: Demand, *, currency: str) -> str:
    """A demand as a person reads it: `two different people with the role finance and a limit of at least EUR 5.00`."""
    role = f" with the role {demand.role}" if demand.role else ""
    amount = currencies.amount(demand.limit_from_cents, currency)
    limit = f" with a limit of at least {amount}" if demand.limit_from_cents else ""
    return f"{IN_WORDS[demand.people]}{role}{' and' if role and limit else ''}{limit}"


def percent(share: Fraction) -> str:
    """A share as a percentage with one digit, cut off: 5.24 % reads 5.2 %."""
    tenths = int(share * 1000)
    return f"{tenths // 10}.{tenths % 10} %"


def _conditions(rule: Rule) -> Iterator[str]:
    if rule.discount_above_percent is not None:
        yield f"discount > {_plain(rule.discount_above_percent)} %"
    if rule.total_from_cents is not None:
        yield f"contract ≥ {currencies.amount(rule.total_from_cents, rule.currency)}"
    if rule.term_above_months is not None:
        yield f"term > {rule.term_above_months} months"
    if rule.on_free_text:
        yield "a line is outside the catalog"
    if rule.on_below_catalog:
        yield "a price is below the catalog's"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
