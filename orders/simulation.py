"""What a policy would have asked of the orders of the last days, in a fixed number of statements."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Prefetch, Q

from customers.models import ApprovalLimit, Business, StaffMember
from customers.permissions import APPROVING
from customers.words import counted
from orders import policies
from orders.coverage import Cover, Person, covers
from orders.models import Line, Order
from orders.policies import BASELINE, Rule
from orders.services import approvals

DAYS = 90
MOST_ORDERS = 1_000
SHOWN = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An order that the policy would have asked more for, or that nobody could have approved."""

    order: Order
    covers: tuple[Cover, ...]

    @property
    def is_gap(self) -> bool:
        return any(cover.is_gap for cover in self.covers)

    @property
    def needs_second(self) -> bool:
        return any(cover.demand.people > 1 for cover in self.covers)

    @property
    def reasons(self) -> list[str]:
        return list(dict.fromkeys(reason for cover in self.covers for reason in cover.demand.reasons))


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulation:
    """How many orders were looked at, and what would have become of them."""

    since: datetime
    looked_at: int
    is_capped: bool
    second: int
    somebody_else: int
    nobody: int
    by_rule: Sequence[tuple[Rule, int]]
    cases: Sequence[Case]

    @property
    def in_words(self) -> str:
        orders = counted(self.looked_at, "order")
        return (
            f"Of {orders} of the last {DAYS} days {self.second} would have needed a second person, "
            f"{self.nobody} would have had nobody."
        )


def simulate(*, business: Business, rules: Sequence[Rule], at: datetime) -> Simulation:
    """Run rules over the orders submitted in the last 90 days, the newest thousand of them, with today's people."""
    since = at - timedelta(days=DAYS)
    orders = _orders_since(business, since, rules)
    by_currency = people_by_currency(business=business)
    counted: Counter[Rule] = Counter()
    cases: list[Case] = []
    for order in orders:
        facts = approvals.facts(order=order, lines=order.lines.all())
        counted.update(rule for rule in rules if policies.demands(rules=[rule], facts=facts) != (BASELINE,))
        demands = policies.demands(rules=rules, facts=facts)
        able = [one for one in by_currency.get(order.currency, []) if one.person not in order.contributor_ids]
        case = Case(order=order, covers=covers(demands=demands, people=able, total_cents=order.total_cents))
        if case.is_gap or demands != (BASELINE,):
            cases.append(case)
    return Simulation(
        since=since,
        looked_at=len(orders),
        is_capped=len(orders) == MOST_ORDERS,
        second=sum(case.needs_second for case in cases),
        somebody_else=sum(not case.needs_second and not case.is_gap for case in cases),
        nobody=sum(case.is_gap for case in cases),
        by_rule=[(rule, counted[rule]) for rule in rules],
        cases=sorted(cases, key=lambda case: not case.is_gap)[:SHOWN],
    )


def people_by_currency(*, business: Business) -> dict[str, list[Person]]:
    """Who approves in which currency up to what, by username; only those with a limit."""
    limits = (
        ApprovalLimit.objects.for_business(business)
        .filter(staff_member__role__in=APPROVING, staff_member__user__is_active=True)
        .select_related("staff_member__user")
        .order_by("currency", "staff_member__user__username")
    )
    found: dict[str, list[Person]] = {}
    for limit in limits:
        found.setdefault(limit.currency, []).append(_person(limit.staff_member, limit.amount_cents))
    return found


def _person(member: StaffMember, limit_cents: int) -> Person:
    return Person(person=member.pk, name=str(member), role=member.role, limit_cents=limit_cents)


def _orders_since(business: Business, since: datetime, rules: Iterable[Rule]) -> list[Order]:
    """The newest submitted orders with the lines that a rule could ask about; no lines where none does."""
    looked_at = Q(pk=None)
    if any(rule.on_free_text or rule.on_below_catalog for rule in rules):
        cheaper = Q(unit_price_cents__lt=F("catalog_item__unit_price_cents")) | Q(ramp_schedule__isnull=False)
        looked_at |= Q(catalog_item=None) | cheaper
    if any(rule.term_above_months is not None for rule in rules):
        looked_at |= Q(billing_rule__in=approvals.RUNNING, order__term_months=None)
    lines = Line.objects.for_business(business).filter(looked_at).select_related("catalog_item")
    rows = Order.objects.for_business(business).filter(submitted_at__gte=since).select_related("business", "customer")
    return list(rows.prefetch_related(Prefetch("lines", queryset=lines)).order_by("-id")[:MOST_ORDERS])
