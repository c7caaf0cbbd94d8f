"""Reading saved views, always from the person down: one's own and the team's, and which are pinned."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from customers.models import StaffMember
from orders import desk, desk_list, desk_tabs, search
from orders.models import Order, SavedView, ViewPin
from orders.search import Asker
from orders.services.saved_views import MOST_VIEWS

MOST_PINS = 6


def visible(*, member: StaffMember) -> QuerySet[SavedView]:
    """What a person may use: their own views and those shared with the team."""
    views = SavedView.objects.for_business(member.business).filter(Q(owner=member) | Q(is_team=True))
    pins = ViewPin.objects.for_business(member.business).filter(view=OuterRef("pk"), staff_member=member)
    return views.select_related("owner__user").annotate(is_pinned=Exists(pins))


def views_of(*, member: StaffMember) -> Sequence[SavedView]:
    """By name, to a bound."""
    return list(visible(member=member).order_by("name", "id")[:MOST_VIEWS])


def pinned(*, member: StaffMember) -> Sequence[SavedView]:
    """The views on a person's desk, the first pinned first. A view that is shared no more is off others' desks."""
    mine = ViewPin.objects.for_business(member.business).filter(staff_member=member)
    pins = mine.filter(Q(view__owner=member) | Q(view__is_team=True)).select_related("view").order_by("id")
    return [pin.view for pin in pins[:MOST_PINS]]


def orders_in(view: SavedView, *, asker: Asker) -> QuerySet[Order]:
    """The orders that a view shows to a person."""
    query = QueryDict(view.query)
    rows = desk_list.searchable(desk.orders_of(asker.member))
    tab = desk_tabs.TABS.get(query.get("state", ""))
    if tab is not None:
        rows = rows.filter(tab.condition(asker.member, asker.at))
    return search.read(query.get("q", ""), asker=asker).filter(rows)
