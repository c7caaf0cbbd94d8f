"""The approve page: why you, whether you can, what changed since an approver looked last; and the POST behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, When

from billing import charts, comparison
from billing.schedules import Overview
from customers.actors import Actor
from customers.models import Event
from orders import desk, differences, forecasts, policies, versions
from orders.errors import RefusedTerms
from orders.models import Line, Order
from orders.services import approvals
from orders.services.policies import rules_of
from orders.states import Status
from orders.versions import Version

SIMILAR_LOOKED_AT = 10
SIMILAR_PERCENT = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """What moved since a version that an approver had before them: field by field, and in money by year."""

    version: Version
    was_sent_back: bool
    differences: Sequence[differences.Difference]
    years: Sequence[comparison.Year]
    in_words: str
    ghost: Overview | None


def decision(*, order: Order, by: Actor, at: datetime) -> dict[str, object]:
    """Why this order needs whom, and whether this person may approve it now."""
    if order.status != Status.SUBMITTED:
        return {"approvals_given": _given(order)}
    found = approvals.verdict(order=order, lines=order.lines.all(), by=by, at=at)
    told = approvals.who_can(order=order, need=found.need, at=at, known=found.known)
    return {
        **in_words(found, told=told, currency=order.currency, by=by),
        "may_delegate": found.hand is not None and found.hand.behind is None,
        "next_in_queue": _next(order, by, at) if by.staff_member else None,
    }


def in_words(found: approvals.Verdict, *, told: str, currency: str, by: Actor) -> dict[str, object]:
    """What a page says of a verdict; `told` is who can."""
    need = found.need
    return {
        "may_approve": not found.refusal,
        "refusal": found.refusal,
        "who_can": told if found.refusal or not found.is_last else "",
        "waits_for": told,
        "why_you": list(_why_you(found, by)),
        "need": need,
        "policy_rules": [policies.sentence(rule) for rule in rules_of(need.policy)],
        "asked": [policies.asked(demand, currency=currency) for demand in need.demands],
        "is_last": found.is_last,
        "approvals_given": need.standing,
    }


def since(*, order: Order, events: Sequence[Event], now: Overview | None, today: date) -> Since | None:
    """What moved since approvers had another version before them; None when this is the first one."""
    if order.status != Status.SUBMITTED:
        return None
    known = versions.of_events(events)
    before = versions.last_decided_on(versions=known, terms_sha256=order.terms_sha256)
    if before is None or not known:
        return None
    after = [event.action for event in known[known.index(before) + 1 :]]
    return compared(
        order=order, before=before, after=known[-1], now=now, today=today, was_sent_back="send_back" in after
    )


def compared(
    *, order: Order, before: Version, after: Version, now: Overview | None, today: date, was_sent_back: bool = False
) -> Since:
    """One version beside another one."""
    ghost = versions.overview(version=before, order=order, today=today)
    is_alike = now is not None and ghost is not None and ghost.currency == now.currency
    years = comparison.by_year(before=ghost, after=now) if is_alike and now else []
    return Since(
        version=before,
        was_sent_back=was_sent_back,
        differences=differences.between(before=before.said, after=after.said),
        years=years,
        in_words=comparison.in_words(years=years, currency=order.currency) if years else "",
        ghost=ghost if is_alike else None,
    )


def chart(*, now: Overview | None, found: Since | None, today: date | None = None) -> charts.Chart | None:
    """The schedule with the earlier one behind it, and a line where today stands if it is given."""
    return charts.draw(overview=now, ghost=found.ghost if found else None, today=today) if now else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Similar:
    """Another order of the customer, and how many of a hundred lines are the same."""

    number: str
    status: str
    created_at: datetime
    percent: int


def similar(*, order: Order) -> Similar | None:
    """The customer's order most of whose lines are the same, among the latest ten; in one statement."""
    others = Order.objects.for_business(order.business).filter(customer=order.customer).exclude(pk=order.pk)
    latest = others.exclude(status=Status.CANCELLED).order_by("-id").values("pk")[:SIMILAR_LOOKED_AT]
    named: dict[tuple[str, str, datetime], set[tuple[object, str]]] = {}
    rows = Line.objects.for_business(order.business).filter(order__in=latest).order_by("-order_id")
    told = ("order__number", "order__status", "order__created_at", "catalog_item_id", "description")
    for number, status, created_at, item, description in rows.values_list(*told):
        named.setdefault((number, status, created_at), set()).add((item, description))
    own = {(line.catalog_item_id, line.description) for line in order.lines.all()}
    shares = [(100 * len(own & theirs) // len(own | theirs), key) for key, theirs in named.items()]
    percent, key = max(shares, key=lambda share: share[0], default=(0, None))
    if key is None or percent < SIMILAR_PERCENT:
        return None
    return Similar(number=key[0], status=key[1], created_at=key[2], percent=percent)


def changed(*, order: Order, seen_version: int, events: Sequence[Event], today: date) -> Mapping[str, object]:
    """What a person sees whose approval fitted another version: what was seen, what it is now, and who changed it."""
    known = versions.of_events(events)
    seen = versions.numbered(versions=known, number=seen_version)
    if seen is None or not known:
        return {"since": None, "steps": ()}
    found = compared(order=order, before=seen, after=known[-1], now=_overview(order, today), today=today)
    return {"since": found, "steps": [version for version in known if version.number > seen_version]}


def _overview(order: Order, today: date) -> Overview | None:
    try:
        return forecasts.overview(order=order, today=today)
    except RefusedTerms:
        return None


def _why_you(found: approvals.Verdict, by: Actor) -> Iterator[str]:
    """In a few words each: the role and the limit that count, and what a person did not do."""
    if found.refusal or found.hand is None:
        return
    hand, member = found.hand, by.staff_member
    assert member is not None
    if hand.behind is None:
        yield f"your role is {hand.role}, your limit reaches it"
    else:
        yield "you are a deputy: the limit and the role are those of whom you stand in for"
    yield "you did not work on any version of it"
    if found.need.standing:
        yield "you have not approved it yet"
    yield "yours is the last approval it needs" if found.is_last else "somebody else has to approve it after you"


def _given(order: Order) -> list[object]:
    if order.submitted_at is None:
        return []
    rows = order.approvals.select_related("approved_by__user", "on_behalf_of__user", "policy", "credential")
    return list(rows.filter(terms_sha256=order.terms_sha256, submitted_at=order.submitted_at).order_by("id"))


def _next(order: Order, by: Actor, at: datetime) -> Order | None:
    """What waits for this person after this order: the longest wait first, and round again."""
    assert by.staff_member is not None
    waiting = desk.waiting_for(member=by.staff_member, at=at).exclude(pk=order.pk)
    is_earlier = Case(When(submitted_at__lt=order.submitted_at, then=1), default=0)
    return waiting.order_by(is_earlier, "submitted_at", "id").first()
