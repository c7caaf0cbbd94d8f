"""The counts beside the navigation and the tabs, asked for once in a request."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from customers import compiled, counting, queries
from customers.admin.base import member_of
from customers.compiled import Compiled
from customers.models import Business, StaffMember, User
from customers.permissions import Permission, Role
from orders import desk, desk_tabs

MINE = "mine"
MY_DRAFTS = "my_drafts"
ALL = "all"
# What a page of the orders list counts, in the order of its statement.
ON_LIST = (MY_DRAFTS, ALL, *desk_tabs.TABS)

# Values that occur in no statement but where somebody's own belong.
ANYBODY = 2_000_000_011
ANY_BUSINESS = Business(pk=2_000_000_033, currency="\N{CURRENCY SIGN}", timezone="UTC")
ANY_MOMENT = datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)


def of(request: HttpRequest, more: Mapping[str, QuerySet[Any]] | None = None) -> dict[str, int]:
    """How much waits for this person, and whatever else the page counts, in the page's one statement for counts.

    The page asks first, then the navigation, which takes what is there.
    """
    known: dict[str, int] | None = getattr(request, "desk_counts", None)
    if known is None or (more and more.keys() - known.keys()):
        member = member_of(request)
        known = _with(more, member, timezone.now()) if more else of_navigation(member, timezone.now())
        request.desk_counts = known  # type: ignore[attr-defined]  # Django has no place for a request's own words
    return known


def of_list(request: HttpRequest) -> dict[str, int]:
    """The same for a page of the orders list: what each tab would show, searched for nothing, and the navigation."""
    member = member_of(request)
    known = dict(zip(ON_LIST, listed(is_approver=_approves(member)).row(places(member, timezone.now())), strict=True))
    request.desk_counts = known  # type: ignore[attr-defined]  # Django has no place for a request's own words
    return known


def on_list(member: StaffMember, at: datetime) -> dict[str, QuerySet[Any]]:
    """What a page of the orders list counts."""
    orders = desk.orders_of(member)
    tabs = {name: orders.filter(tab.condition(member, at)) for name, tab in desk_tabs.TABS.items()}
    return {**waiting(member, at, known=tabs), ALL: orders, **tabs}


def of_navigation(member: StaffMember, at: datetime) -> dict[str, int]:
    """What every page counts, by a statement that is compiled once: for an approver it is a long one."""
    statement = navigation(is_approver=_approves(member))
    return dict(zip((MINE, MY_DRAFTS), statement.row(places(member, at)), strict=True))


@cache
def navigation(*, is_approver: bool) -> Compiled:
    return _counting(waiting(_anybody(is_approver=is_approver), ANY_MOMENT))


@cache
def listed(*, is_approver: bool) -> Compiled:
    return _counting(on_list(_anybody(is_approver=is_approver), ANY_MOMENT))


def _counting(rows: Mapping[str, QuerySet[Any]]) -> Compiled:
    return compiled.of(counting.query(business=ANY_BUSINESS, of=rows))


def _anybody(*, is_approver: bool) -> StaffMember:
    role = Role.APPROVER if is_approver else Role.DRAFTER
    return StaffMember(pk=ANYBODY, business=ANY_BUSINESS, user=User(), role=role)


def _approves(member: StaffMember) -> bool:
    return member.may(Permission.APPROVE)


def places(member: StaffMember, at: datetime) -> compiled.Places:
    """Whoever asks in the place of anybody."""
    return {
        ANYBODY: member.pk,
        ANY_BUSINESS.pk: member.business_id,
        ANY_BUSINESS.currency: member.business.currency,
        ANY_MOMENT: at,
        ANY_MOMENT.date(): queries.today(business=member.business, at=at),
    }


def _with(more: Mapping[str, QuerySet[Any]], member: StaffMember, at: datetime) -> dict[str, int]:
    return counting.counts(business=member.business, of={**waiting(member, at, known=more), **more})


def waiting(member: StaffMember, at: datetime, known: Collection[str] = ()) -> dict[str, QuerySet[Any]]:
    """What waits for this person; the queue is a long condition, not written twice where the page has it already."""
    queue = {} if MINE in known else {MINE: desk.waiting_for(member=member, at=at)}
    return {**queue, MY_DRAFTS: desk.drafts_of(member=member)}
