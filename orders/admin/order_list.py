"""The orders list: tabs with counts, one search with typed filters, saved views, an export of what is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from customers import counting
from customers.admin import lists
from customers.admin.base import business_of, member_of
from customers.admin.verbs import VerbsAdmin
from customers.lists import Density
from customers.permissions import Permission
from orders import approvers, desk_columns, desk_list, desk_tabs, view_queries
from orders import search as searches
from orders.admin import badges, bulk_pages, csv_export, glance, layout_pages, order_cells, selection, view_pages
from orders.models import Order
from orders.search import Search, Term
from orders.states import Status

LIST = "admin:orders_order_changelist"
# A tab only while there is something on it.
SNOOZED = "snoozed"
WAITING = (badges.MINE, Status.SUBMITTED)


class StateFilter(lists.TabsFilter):
    title = "state"
    parameter_name = "state"
    tabs = {
        str(name): (tab.label, lambda request, tab=tab: tab.condition(member_of(request), timezone.now()))  # type: ignore[misc]
        for name, tab in desk_tabs.TABS.items()
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Each tab with its count where that is what the tab would show: nothing is searched for."""
        self.counts = {} if request.GET.get("q") else badges.of(request)
        may_approve = member_of(request).may(Permission.APPROVE)
        return [(name, label) for name, (label, _) in self.tabs.items() if name != badges.MINE or may_approve]

    def choices(self, changelist: Any) -> Iterator[Any]:
        names = [badges.ALL, *(name for name, _ in self.lookup_choices)]
        for name, choice in zip(names, super().choices(changelist), strict=True):
            count = self.counts.get(name)
            if name == SNOOZED and not count and not choice["selected"]:
                continue
            yield {**choice, "count": None if count is None else counting.said(count)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """A filter in force, and the list without it."""

    term: Term
    without: str


class OrderChangeList(lists.BoundedChangeList):
    rows: list[desk_list.Row]
    table: list[tuple[desk_list.Row, SafeString]]
    columns: list[order_cells.Column]

    def get_results(self, request: HttpRequest) -> None:
        """The page's orders with all that their rows show; who can approve is read once, if anything waits.

        Which orders they are is found first: what their rows show is not worked out for those of the pages before.
        """
        super().get_results(request)
        assert isinstance(self.result_list, QuerySet)
        page = Order.objects.for_business(business_of(request)).filter(pk__in=self.result_list.values("pk"))
        shown = desk_list.shown(page, business=business_of(request), at=timezone.now())
        self.result_list = list(shown.order_by(*self.queryset.query.order_by))
        waits = any(order.status == Status.SUBMITTED for order in self.result_list)
        among = approvers.approvers(business=business_of(request), at=timezone.now()) if waits else []
        self.columns = order_cells.columns(layout_pages.shown(request))
        self.rows = [desk_list.row(order, among=among) for order in self.result_list]
        self.table = [(row, order_cells.cells(row, self.columns)) for row in self.rows]


class OrderListAdmin(VerbsAdmin[Order]):
    """The list of orders and what is done from it."""

    list_display = ("number",)
    list_filter = (StateFilter,)
    list_per_page = 100
    search_fields = ("number",)
    search_help_text = "A number, a customer's name, or filters: customer:acme total>50k state:waiting starts<2027-01"

    def get_urls(self) -> list[URLPattern]:
        """Before the pages of single orders, whose addresses begin with anything."""
        view = self.admin_site.admin_view
        return [
            path("export/", view(self.export), name="desk_export"),
            *bulk_pages.urls(self),
            *view_pages.urls(self),
            *layout_pages.urls(self),
            *glance.urls(self),
            *super().get_urls(),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OrderChangeList]:
        return OrderChangeList

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The newest first; of what waits, the longest waiting."""
        return ("submitted_at", "id") if request.GET.get("state") in WAITING else ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        rows = desk_list.searchable(queryset)
        return search_of(request, search_term).filter(rows), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        search = search_of(request, request.GET.get("q", ""))
        if found := _jump(request, search):
            return HttpResponseRedirect(found)
        member = member_of(request)
        if not request.GET.get("q"):
            badges.of_list(request)
        context = {
            "search": search,
            "filter_examples": [known.example for known in searches.FILTERS.values()],
            "chips": [Chip(term=term, without=_address(request, search.without(term))) for term in search.terms],
            "view_query": desk_list.view_of(request.GET.dict()),
            "view_to_save": layout_pages.to_save(request),
            "column_choices": desk_columns.LABELS,
            "columns_shown": layout_pages.shown(request),
            "densities": list(Density),
            "empty_tab": "" if request.GET.get("q") else _empty(request.GET.get("state", "")),
            "views": view_queries.views_of(member=member),
            "kept": selection.kept(request),
            "may_submit": member.may(Permission.SUBMIT),
            "may_approve": member.may(Permission.APPROVE),
            "may_draft": member.may(Permission.DRAFT),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Every order of exactly this view, however many, as CSV; a filter that cannot be read exports nothing."""
        search = search_of(request, request.GET.get("q", ""))
        if search.problems:
            self.message_user(request, "Nothing is exported: a filter cannot be read.", messages.ERROR)
            return HttpResponseRedirect(f"{reverse(LIST)}?{desk_list.view_of(request.GET.dict())}")
        found: QuerySet[Order] = self.get_changelist_instance(request).queryset
        business, at = business_of(request), timezone.now()
        shown = desk_list.shown(found, business=business, at=at)
        return csv_export.answer(shown, columns=layout_pages.shown(request), business=business, at=at)


def search_of(request: HttpRequest, text: str) -> Search:
    """What is searched for, read once in a request."""
    known: dict[str, Search] = request.__dict__.setdefault("searches_read", {})
    if text not in known:
        known[text] = searches.read(text, asker=searches.Asker(member=member_of(request), at=timezone.now()))
    return known[text]


def _jump(request: HttpRequest, search: Search) -> str | None:
    """The page of the order whose number is all that was typed, if there is one."""
    if request.method != "GET" or search.jump is None:
        return None
    found = Order.objects.for_business(business_of(request)).filter(number=search.jump).values_list("pk", flat=True)
    pk = found.first()
    return reverse("admin:orders_order_change", args=[pk]) if pk else None


def _empty(state: str) -> str:
    """What a tab without orders says."""
    tab = desk_tabs.TABS.get(state)
    return tab.empty if tab else ""


def _address(request: HttpRequest, text: str) -> str:
    return f"?{desk_list.view_of({**request.GET.dict(), 'q': text})}"
