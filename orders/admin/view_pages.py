"""Buttons of saved views: save what is shown, pin, unpin, delete. Each is a POST and leads back to the list."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from customers.actors import NotPermitted
from customers.admin.base import actor_of, business_of, member_of
from orders import desk_list, services, view_queries
from orders.errors import OrderError

if TYPE_CHECKING:
    from orders.admin.order_list import OrderListAdmin

REFUSALS = (NotPermitted, OrderError)
Act = Callable[..., object]
ACTS: dict[str, tuple[Act, str]] = {
    "pin": (services.pin_view, "“{view}” is on your desk now."),
    "unpin": (services.unpin_view, "“{view}” is off your desk."),
    "delete": (services.delete_view, "The view “{view}” is deleted; no order is touched."),
}


def urls(admin: "OrderListAdmin") -> list[URLPattern]:
    def save(request: HttpRequest) -> HttpResponse:
        shown = desk_list.view_of(QueryDict(request.POST.get("view", "")).dict())
        try:
            saved = services.save_view(
                business=business_of(request),
                name=request.POST.get("name", ""),
                query=shown,
                is_team="is_team" in request.POST,
                by=actor_of(request),
                at=timezone.now(),
            )
        except REFUSALS as refusal:
            admin.message_user(request, str(refusal), messages.ERROR)
        else:
            admin.message_user(request, f"The view “{saved}” is saved.", messages.SUCCESS)
        return back(shown)

    def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        view = view_queries.visible(member=member_of(request)).filter(pk=pk).first()
        if view is None:
            raise Http404
        call, done = ACTS[verb]
        try:
            call(view=view, by=actor_of(request), at=timezone.now())
        except REFUSALS as refusal:
            admin.message_user(request, str(refusal), messages.ERROR)
        else:
            admin.message_user(request, done.format(view=view), messages.SUCCESS)
        return back(view.query)

    wrap = admin.admin_site.admin_view
    one = wrap(require_POST(act))
    return [
        path("views/save/", wrap(require_POST(save)), name="desk_view_save"),
        *(path(f"views/<int:pk>/{verb}/", one, {"verb": verb}, name=f"desk_view_{verb}") for verb in ACTS),
    ]


def back(query: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('admin:orders_order_changelist')}?{query}")
