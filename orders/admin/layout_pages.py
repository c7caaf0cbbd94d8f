"""How the list looks: columns for a view or for oneself, how close the rows stand. Each is a POST and leads back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from customers.actors import NotPermitted
from customers.admin.base import actor_of, business_of, member_of
from orders import desk_columns, desk_list, services
from orders.admin.view_pages import back
from orders.errors import OrderError

if TYPE_CHECKING:
    from orders.admin.order_list import OrderListAdmin


def urls(admin: "OrderListAdmin") -> list[URLPattern]:
    def columns(request: HttpRequest) -> HttpResponse:
        """For this view they go into its address; for oneself they are kept, and the view names none."""
        wanted = desk_columns.known(request.POST.getlist("column"))
        view = QueryDict(request.POST.get("view", "")).dict()
        if "usual" in request.POST:
            wanted = desk_columns.USUAL
        elif not wanted:
            admin.message_user(request, "Choose at least one column.", messages.ERROR)
            return back(desk_list.view_of(view))
        if "here" in request.POST:
            return back(desk_list.view_of({**view, desk_columns.PARAMETER: ",".join(wanted)}))
        _keep(admin, request, lambda **how: services.keep_columns(columns=wanted, **how))
        return back(desk_list.view_of({**view, desk_columns.PARAMETER: ""}))

    def density(request: HttpRequest) -> HttpResponse:
        wanted = request.POST.get("density", "")
        _keep(admin, request, lambda **how: services.keep_density(density=wanted, **how))
        return back(desk_list.view_of(QueryDict(request.POST.get("view", "")).dict()))

    def page(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
        return admin.admin_site.admin_view(require_POST(view))

    return [
        path("layout/columns/", page(columns), name="desk_columns"),
        path("layout/density/", page(density), name="desk_density"),
    ]


def shown(request: HttpRequest, view: str | None = None) -> tuple[str, ...]:
    """The columns of a view, by default that of the address."""
    given = request.GET if view is None else QueryDict(view)
    return desk_columns.chosen(given.get(desk_columns.PARAMETER, ""), member=member_of(request))


def to_save(request: HttpRequest) -> str:
    """The view as it is saved: with its columns, unless they are the usual ones and each reader has their own."""
    columns = shown(request)
    named = "" if columns == desk_columns.USUAL else ",".join(columns)
    return desk_list.view_of({**request.GET.dict(), desk_columns.PARAMETER: named})


def _keep(admin: "OrderListAdmin", request: HttpRequest, call: Callable[..., object]) -> None:
    try:
        call(business=business_of(request), by=actor_of(request), at=timezone.now())
    except (NotPermitted, OrderError) as refusal:
        admin.message_user(request, str(refusal), messages.ERROR)
