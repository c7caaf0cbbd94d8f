"""My desk: for each role the tiles of its work, read in a number of statements that grows with nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from customers import counting
from customers.models import StaffMember
from customers.permissions import Permission
from customers.tenancy import TenantQuerySet
from orders import desk, desk_problems, desk_tabs, view_queries
from orders.models import Order, SavedView
from orders.models.order_indexes import FIRST_BILLED
from orders.search import Asker
from orders.states import Status

SHOWN = 6
# The name under which the queue is counted, on this page as on every other one.
QUEUE = "mine"
SENT_BACK = "sent_back_drafts"
IDLE = timedelta(days=30)
AHEAD = timedelta(days=30)
HOW_TO_ASSIGN = " Choose orders in the list, and “Assign…” them to somebody."


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """A few orders under a heading, with the view of the list that has all of them."""

    heading: str
    orders: Sequence[Order]
    view: str
    when: str
    empty: str
    note: str = ""
    # How many there are in all, as a badge says it.
    count: str = ""
    is_queue: bool = False
    # Of drafts: how many problems each that is shown has, by its id, and how many were sent back in all.
    problems: Mapping[int, int] = field(default_factory=dict)
    sent_back: str = ""

    @property
    def rows(self) -> list[tuple[Order, int]]:
        """Each order with the number of its problems."""
        return [(order, self.problems.get(order.pk, 0)) for order in self.orders]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    heading: str
    rows: QuerySet[Order]
    view: str
    when: str
    empty: str
    counts: bool = True


def counted(*, member: StaffMember, today: date, at: datetime) -> dict[str, QuerySet[Order]]:
    """What the tiles have in all, to be counted with the rest of the page, and what this person has put off."""
    rows = {f"tile_{name}": plan.rows for name, plan in plans(member=member, today=today, at=at).items() if plan.counts}
    if "tile_drafts" in rows:
        rows[SENT_BACK] = rows["tile_drafts"].filter(desk_tabs.TABS["sent_back"].condition(member, at))
    snoozed = desk_tabs.TABS["snoozed"].condition(member, at)
    return {**rows, "snoozed": desk.orders_of(member).filter(snoozed)}


def tiles(
    *, member: StaffMember, waiting: Sequence[int], counts: Mapping[str, int], today: date, at: datetime
) -> list[Tile]:
    """The tiles of a person's role: the queue's first orders are known by their ids. Three statements in all."""
    known = plans(member=member, today=today, at=at)
    ids = _ids(known)
    wanted = {*waiting, *(pk for found in ids.values() for pk in found)}
    orders = desk.orders_of(member).in_bulk(wanted) if wanted else {}
    shown = {name: [orders[pk] for pk in ids.get(name, ()) if pk in orders] for name in known}
    found = [
        Tile(
            heading=plan.heading,
            orders=shown[name],
            view=plan.view,
            when=plan.when,
            empty=plan.empty,
            count=_said(counts.get(f"tile_{name}", 0)),
            problems=_problems(member, shown[name], today) if name == "drafts" else {},
            sent_back=_said(counts.get(SENT_BACK, 0)) if name == "drafts" else "",
        )
        for name, plan in known.items()
    ]
    if not member.may(Permission.APPROVE):
        return found
    mine = [orders[pk] for pk in waiting if pk in orders]
    if mine:
        return [_queue(mine, _said(counts.get(QUEUE, 0))), *found]
    return [_empty_queue(found[-1]), *found[:-1]]


def _problems(member: StaffMember, drafts: Sequence[Order], today: date) -> Mapping[int, int]:
    return desk_problems.of_drafts(business=member.business, drafts=drafts, today=today) if drafts else {}


def _said(count: int) -> str:
    return counting.said(count) if count else ""


def _queue(orders: Sequence[Order], count: str) -> Tile:
    return Tile(
        heading="Waiting for me",
        orders=orders,
        view="state=mine",
        when="submitted",
        empty="",
        count=count,
        is_queue=True,
    )


def _empty_queue(decided: Tile) -> Tile:
    """An empty queue tells what was decided last."""
    return Tile(
        heading="Waiting for me",
        orders=decided.orders,
        view="state=mine",
        when="changed",
        empty="No submitted order is yours to approve, and nothing has been decided yet.",
        note="Nothing waits for you. The last decisions:" if decided.orders else "",
    )


def plans(*, member: StaffMember, today: date, at: datetime) -> Mapping[str, _Plan]:
    """What each tile is of. What a person has put off is on no tile of their own work."""
    plans: dict[str, _Plan] = {}
    awake = desk.awake(member, at)
    plans["assigned"] = _Plan(
        heading="Assigned to me",
        rows=desk.assigned_to(member=member).filter(awake),
        view="q=assigned%3Ame+state%3Aopen+state%3Aawake",
        when="changed",
        empty="Nothing is assigned to you." + (HOW_TO_ASSIGN if member.may(Permission.DRAFT) else ""),
    )
    if member.may(Permission.DRAFT):
        plans |= _of_a_drafter(member, awake, at)
    plans["beginning"] = _Plan(
        heading="Billing begins within 30 days",
        rows=beginning(member=member, today=today),
        view=f"state=approved&q=bills%3E%3D{today}+bills%3C{today + AHEAD}",
        when="bills",
        empty="No agreement begins to bill in the next 30 days.",
    )
    plans["decided"] = _Plan(
        heading="Latest decisions",
        rows=desk.decided(member=member),
        view="",
        when="changed",
        empty="Nothing has been decided yet.",
        counts=False,
    )
    return plans


def _of_a_drafter(member: StaffMember, awake: Q, at: datetime) -> Mapping[str, _Plan]:
    return {
        "drafts": _Plan(
            heading="My drafts",
            rows=desk.drafts_of(member=member).filter(awake),
            view="state=draft&q=by%3Ame+state%3Aawake",
            when="changed",
            empty="You have no drafts. “+ New order” begins one.",
        ),
        "submissions": _Plan(
            heading="Waiting for others",
            rows=desk.submissions_of(member=member).filter(awake),
            view="state=submitted&q=by%3Ame+state%3Aawake",
            when="submitted",
            empty="Nothing of yours waits for approval.",
        ),
        "idle": _Plan(
            heading="Idle drafts, over 30 days",
            rows=idle(member=member, at=at).filter(awake),
            view="q=idle%3E30d+state%3Aawake",
            when="changed",
            empty="No draft has been idle for 30 days.",
        ),
    }


def idle(*, member: StaffMember, at: datetime) -> TenantQuerySet[Order]:
    """The business's drafts that nobody has touched for thirty days, the longest first."""
    return desk.orders_of(member).filter(status=Status.DRAFT, updated_at__lt=at - IDLE).order_by("updated_at", "id")


def beginning(*, member: StaffMember, today: date) -> QuerySet[Order]:
    """The approved orders whose first invoice falls in [today, today + 30 days), the next first."""
    approved = desk.orders_of(member).filter(status=Status.APPROVED).alias(begins=FIRST_BILLED)
    soon = approved.filter(GreaterThanOrEqual(F("begins"), today), LessThan(F("begins"), today + AHEAD))
    return soon.order_by(FIRST_BILLED, "id")


def _ids(of: Mapping[str, _Plan]) -> dict[str, list[int]]:
    """The first orders of each tile, in its order, in one statement."""
    parts = [
        plan.rows.select_related(None).annotate(tile=Value(name, CharField())).values_list("tile", "pk")[:SHOWN]
        for name, plan in of.items()
    ]
    found: dict[str, list[int]] = {}
    for name, pk in parts[0].union(*parts[1:], all=True):
        found.setdefault(name, []).append(pk)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    view: SavedView
    orders: QuerySet[Order]


def pins(*, member: StaffMember, at: datetime) -> dict[str, Pin]:
    """The pinned views with their orders, to be counted with the rest of the page, under the names of the counts."""
    asker = Asker(member=member, at=at, reads_names_first=False)
    return {
        f"pin_{view.pk}": Pin(view=view, orders=view_queries.orders_in(view, asker=asker))
        for view in view_queries.pinned(member=member)
    }
