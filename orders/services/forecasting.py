"""Who would have to approve a draft if it were submitted now, why, and what would need less. Nothing is stored."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from customers.actors import Actor
from orders.models import Line, Order
from orders.policies import BASELINE
from orders.services import approvals, four_eyes, moves, what_if
from orders.services.approvals import Need
from orders.services.policies import rules_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Who is needed, as a sentence that says who can, and what asks for them."""

    sentence: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """What the policy in force asks for a draft; `instead` are sentences about changes that would need less."""

    policy: str
    wanted: tuple[Wanted, ...]
    instead: tuple[str, ...] = ()


def forecast(*, order: Order, lines: Sequence[Line], by: Actor, at: datetime, looks_around: bool = True) -> Forecast:
    """Who would have to approve these terms if this actor submitted them now.

    The order and its lines need not be stored, and bear their totals. Terms that are refused have no alternatives:
    whoever knows that they are does not ask for any.
    """
    submitted, need = _submitted(order, lines, by, at)
    fewer = (
        what_if.fewer(order=submitted, lines=lines, rules=rules_of(need.policy), at=at)
        if looks_around and not need.is_plain
        else ()
    )
    return Forecast(
        policy=str(need.policy or ""),
        wanted=_wanted(submitted, need, at),
        instead=tuple(instead.sentence for instead in fewer),
    )


def forecast_approval(*, order: Order, lines: Sequence[Line], by: Actor, at: datetime) -> str:
    """The same as a sentence, without alternatives."""
    submitted, need = _submitted(order, lines, by, at)
    because = f" Because: {' · '.join(need.reasons)} ({need.policy})." if need.reasons else ""
    return f"If submitted now: {approvals.who_can(order=submitted, need=need, at=at)}{because}"


def _submitted(order: Order, lines: Sequence[Line], by: Actor, at: datetime) -> tuple[Order, Need]:
    submitted = copy.copy(order)
    submitted.contributor_ids = moves.contributors(order.contributor_ids, by)
    return submitted, approvals.need_of(order=submitted, lines=lines, at=at)


def _wanted(order: Order, need: Need, at: datetime) -> tuple[Wanted, ...]:
    """One for each sentence: two rules that ask for the same people are two reasons."""
    matter = approvals.matter_of(order)
    known = four_eyes.candidates(matter=matter, at=at)
    found: dict[str, list[str]] = {}
    for demand in need.open or (BASELINE,):
        sentence = four_eyes.who_can(matter=matter, at=at, demand=demand, taken=need.taken, known=known)
        found.setdefault(sentence, []).extend(demand.reasons)
    return tuple(Wanted(sentence=said, reasons=tuple(dict.fromkeys(reasons))) for said, reasons in found.items())
