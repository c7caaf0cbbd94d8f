"""What an approval counts for: the policy in force, who has approved these terms already, and who is still needed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from billing.engine.terms import Rule
from customers import ledger
from customers.actors import Actor
from orders import policies
from orders.models import ApprovalPolicy, ChangeOrderApproval, Line, Order, OrderApproval
from orders.policies import BASELINE, Demand, Facts, Hand
from orders.services import four_eyes
from orders.services.four_eyes import Candidate
from orders.services.policies import policy_in_force, rules_of

# What goes on until somebody ends it, where the order has no term.
RUNNING = (Rule.RECURRING, Rule.USAGE_METERED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """What the policy in force asks for an order or a change, and what is still open after the approvals that stand."""

    policy: ApprovalPolicy | None
    demands: tuple[Demand, ...]
    standing: tuple[OrderApproval, ...] | tuple[ChangeOrderApproval, ...]

    @property
    def hands(self) -> list[Hand]:
        return [approval.hand for approval in self.standing if approval.hand]

    @property
    def open(self) -> tuple[Demand, ...]:
        return policies.still_open(demands=self.demands, hands=self.hands)

    @property
    def taken(self) -> frozenset[int]:
        """The people who have approved already, and whom they stood in for."""
        return frozenset().union(*(hand.people for hand in self.hands))

    @property
    def is_plain(self) -> bool:
        """No rule fits: one approver with the role and the limit."""
        return self.demands == (BASELINE,)

    @property
    def reasons(self) -> list[str]:
        return list(dict.fromkeys(reason for demand in self.demands for reason in demand.reasons))


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether somebody's approval would count, as what, and whether it would be the last one.

    `known` are all who can approve, where a person asked.
    """

    need: Need
    known: Sequence[Candidate] | None
    refusal: str = ""
    hand: Hand | None = None
    is_last: bool = False


def need_of(*, order: Order, lines: Iterable[Line], at: datetime) -> Need:
    """Who is needed for an order, by the policy in force at a moment."""
    policy = policy_in_force(business=order.business, at=at)
    demands = policies.demands(rules=rules_of(policy), facts=facts(order=order, lines=lines))
    return Need(policy=policy, demands=demands, standing=tuple(_standing(order)))


def verdict(
    *, order: Order, lines: Iterable[Line], by: Actor, at: datetime, also_today: Mapping[int, int] | None = None
) -> Verdict:
    """Whether this actor may approve an order now; if not, a sentence says why, without who can.

    `also_today` is what counts as approved today besides what is stored, by the person within whose limit.
    """
    matter = replace(matter_of(order), also_today=also_today or {})
    return verdict_on(matter=matter, need=need_of(order=order, lines=lines, at=at), by=by, at=at)


def verdict_on(*, matter: four_eyes.Matter, need: Need, by: Actor, at: datetime) -> Verdict:
    """The same of anything that a policy asks people for."""
    known = four_eyes.candidates(matter=matter, at=at) if by.person else None
    if refusal := four_eyes.refusal_of(matter=matter, by=by, at=at, known=known):
        return Verdict(need=need, known=known, refusal=refusal)
    # What the system completes, a licence programme has placed by its own published rules: nobody stands behind it.
    if by.is_system:
        return Verdict(need=need, known=known, is_last=True)
    if by.credential is not None:
        refusal = "" if need.is_plain else f"{matter.name} needs people by the policy {need.policy}, not a credential."
        return Verdict(need=need, known=known, refusal=refusal, is_last=not refusal)
    assert by.staff_member is not None
    if by.staff_member.pk in need.taken:
        return Verdict(
            need=need, known=known, refusal=f"{by.name} has approved {matter.name} already; somebody else is needed."
        )
    own = four_eyes.hands_of(member=by.staff_member, known=known or ())
    helping = [hand for hand in own if policies.helps(demands=need.demands, hands=need.hands, hand=hand)]
    if not helping:
        return Verdict(need=need, known=known, refusal=f"{by.name} is not whom the policy {need.policy} asks for.")
    hand = min(helping, key=lambda hand: len(_left(need, hand)))
    return Verdict(need=need, known=known, hand=hand, is_last=not _left(need, hand))


def who_can(*, order: Order, need: Need, at: datetime, known: Sequence[Candidate] | None = None) -> str:
    """Who may approve next, a sentence for each demand that is open; `known` are the candidates, if at hand."""
    return who_can_next(matter=matter_of(order), need=need, at=at, known=known)


def who_can_next(
    *, matter: four_eyes.Matter, need: Need, at: datetime, known: Sequence[Candidate] | None = None
) -> str:
    """The same of anything that a policy asks people for."""
    told = (
        four_eyes.who_can(matter=matter, at=at, demand=demand, taken=need.taken, known=known)
        for demand in need.open or (BASELINE,)
    )
    return " ".join(dict.fromkeys(told))


def refusal(*, matter: four_eyes.Matter, given: Verdict, at: datetime) -> str | None:
    """Why a verdict says no, as a sentence that says who can; None when it says yes."""
    if not given.refusal:
        return None
    return f"{given.refusal} {who_can_next(matter=matter, need=given.need, at=at, known=given.known)}"


def record(*, order: Order, given: Verdict, by: Actor, at: datetime) -> OrderApproval:
    """Keep one approval with the version, the terms and the policy it was made under. The order's row is locked."""
    assert order.submitted_at is not None
    return OrderApproval.objects.create(
        business=order.business,
        order=order,
        version=order.version,
        terms_sha256=order.terms_sha256,
        submitted_at=order.submitted_at,
        **hand_of(given=given, by=by),
        at=at,
    )


def hand_of(*, given: Verdict, by: Actor) -> dict[str, Any]:
    """The columns of an approval that say whose hand it was, what counted of it, and what asked for it."""
    return {
        "approved_by": by.person,
        "on_behalf_of_id": given.hand.behind if given.hand else None,
        "credential": by.credential,
        "channel": by.channel,
        "role": given.hand.role if given.hand else "",
        "limit_cents": given.hand.limit_cents if given.hand else None,
        "policy": given.need.policy,
        "reasons": [reason[:200] for reason in given.need.reasons],
    }


def announce(*, order: Order, given: Verdict, by: Actor, at: datetime) -> None:
    """Leave the event of an approval that others have to follow."""
    ledger.record(
        subject=order,
        action="countersign",
        by=by,
        at=at,
        after={**told(given=given, currency=order.currency), "terms_sha256": order.terms_sha256},
    )


def told(*, given: Verdict, currency: str) -> Mapping[str, object]:
    """What the ledger keeps of an approval: the policy, and what it still needs."""
    left = _left(given.need, given.hand) if given.hand else ()
    return {
        "policy": str(given.need.policy),
        "still_needs": [policies.asked(demand, currency=currency) for demand in left],
    }


def facts(*, order: Order, lines: Iterable[Line]) -> Facts:
    """What a policy looks at; catalog prices are in the business's own currency and compared in it only."""
    rows = list(lines)
    has_prices = order.currency == order.business.currency
    return Facts(
        currency=order.currency,
        total_cents=order.total_cents,
        discount=Fraction(order.discount_cents, order.subtotal_cents) if order.subtotal_cents else Fraction(0),
        term_months=_term(order, rows),
        free_text_lines=sum(line.catalog_item_id is None for line in rows),
        below_catalog_lines=sum(map(_is_below_catalog, rows)) if has_prices else 0,
    )


def matter_of(order: Order) -> four_eyes.Matter:
    return four_eyes.Matter(
        business=order.business,
        name=order.number,
        currency=order.currency,
        amount_cents=order.total_cents,
        contributor_ids=order.contributor_ids,
    )


def _standing(order: Order) -> Iterator[OrderApproval]:
    """The approvals of these very terms since they were submitted, by people who did not touch them since."""
    if order.submitted_at is None:
        return
    rows = OrderApproval.objects.for_business(order.business).filter(
        order=order, submitted_at=order.submitted_at, terms_sha256=order.terms_sha256
    )
    for approval in rows.select_related("approved_by__user", "on_behalf_of__user").order_by("id"):
        if approval.hand is None or not approval.hand.people & set(order.contributor_ids):
            yield approval


def _left(need: Need, hand: Hand) -> Sequence[Demand]:
    return policies.still_open(demands=need.demands, hands=[*need.hands, hand])


def _term(order: Order, lines: Sequence[Line]) -> int | None:
    """The months that an order runs; without a term, an open end where something recurs, and nothing elsewhere."""
    if order.term_months is None and not any(line.billing_rule in RUNNING for line in lines):
        return 0
    return order.term_months


def _is_below_catalog(line: Line) -> bool:
    """Cheaper than the catalog's own price, from the start or by a step of its ramp."""
    if line.catalog_item is None:
        return False
    return lowest_price(line.unit_price_cents, line.ramp_schedule) < line.catalog_item.unit_price_cents


def lowest_price(unit_price_cents: int, ramp_schedule: object) -> int:
    """The least that a unit costs, from the start or by a step of its ramp."""
    return min(unit_price_cents, *_ramped_prices(ramp_schedule))


def _ramped_prices(schedule: object) -> list[int]:
    steps = schedule.get("steps") if isinstance(schedule, dict) else None
    prices = [step.get("unit_price_cents") for step in steps or () if isinstance(step, dict)]
    return [price for price in prices if isinstance(price, int)] or [2**62]
