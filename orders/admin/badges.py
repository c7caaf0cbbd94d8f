"""The counts beside the navigation and the tabs, asked for once in a request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from customers import counting
from customers.admin.base import member_of
from customers.models import StaffMember
from orders import desk, desk_tabs

MINE = "mine"
MY_DRAFTS = "my_drafts"
ALL = "all"


def of(request: HttpRequest, more: Mapping[str, QuerySet[Any]] | None = None) -> dict[str, int]:
    """How much waits for this person, and whatever else the page counts, in the page's one statement for counts.

    The page asks first, then the navigation, which takes what is there.
    """
    known: dict[str, int] | None = getattr(request, "desk_counts", None)
    if known is None or (more and more.keys() - known.keys()):
        member = member_of(request)
        counted = {**_navigation(member, timezone.now(), known=more or {}), **(more or {})}
        known = counting.counts(business=member.business, of=counted)
        request.desk_counts = known  # type: ignore[attr-defined]  # Django has no place for a request's own words
    return known


def of_tabs(member: StaffMember, at: datetime) -> dict[str, QuerySet[Any]]:
    """What each tab of the orders list would show, searched for nothing."""
    orders = desk.orders_of(member)
    return {ALL: orders, **{name: orders.filter(tab.condition(member, at)) for name, tab in desk_tabs.TABS.items()}}


def _navigation(member: StaffMember, at: datetime, known: Mapping[str, QuerySet[Any]]) -> dict[str, QuerySet[Any]]:
    """What waits for this person; the queue is a long condition, not written twice where the page has it already."""
    queue = {} if MINE in known else {MINE: desk.waiting_for(member=member, at=at)}
    return {**queue, MY_DRAFTS: desk.drafts_of(member=member)}
