"""What happens to a draft's form while somebody types: it is kept, and looked at. Neither changes the order."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone

from customers.admin.base import actor_of, business_of, member_of
from customers.admin.verbs import version
from orders import services
from orders.admin import draft_conflicts, draft_preview, drafting
from orders.admin.draft_pages import CONFLICT
from orders.admin.workbench import Workbench
from orders.models import Order


class LiveDraft(Workbench):
    """Two addresses that a script posts the form to; without it the same form has a button to look."""

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("add/autosave/", guard(self.autosave_view), name="orders_order_autosave_add"),
            path("add/preview/", guard(self.preview_view), name="orders_order_preview_add"),
            path("<path:object_id>/autosave/", guard(self.autosave_view), name="orders_order_autosave"),
            path("<path:object_id>/preview/", guard(self.preview_view), name="orders_order_preview"),
            *super().get_urls(),
        ]

    def autosave_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Keep what is typed, and say whether the order has moved on meanwhile. It never saves nor submits.

        A page that is only open says so with `looking`, and keeps nothing.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        order = self.order_at_hand(request, object_id) if object_id else None
        by, at = actor_of(request), timezone.now()
        try:
            seen = version(request.POST) if order else None
            if order and "looking" in request.POST:
                if self.is_editable(request, order):
                    services.look(order=order, by=by, at=at)
                return self._kept_answer(request, order, seen)
            services.keep_typed(
                business=business_of(request),
                order=order,
                seen_version=seen,
                typed=dict(draft_conflicts.typed_fields(request.POST)),
                by=by,
                at=at,
            )
        except self.refusals as refusal:
            return JsonResponse({"state": "refused", "sentence": str(refusal)}, status=422)
        return self._kept_answer(request, order, seen)

    def _kept_answer(self, request: HttpRequest, order: Order | None, seen: int | None) -> JsonResponse:
        if order is None:
            return JsonResponse({"state": "kept", "others": ""})
        others = services.who_else(order=order, member=member_of(request), at=timezone.now()).sentence
        if not self.is_editable(request, order):
            sentence = f"{order.number} is {order.status} now. What you type is kept for you to copy."
            return JsonResponse({"state": "closed", "sentence": sentence, "others": others}, status=CONFLICT)
        if seen != order.version:
            sentence = f"Conflict: it is at version {order.version} now. Saving merges both changes."
            return JsonResponse({"state": "conflict", "sentence": sentence, "others": others}, status=CONFLICT)
        return JsonResponse({"state": "kept", "others": others})

    def preview_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """The fragment below the form: totals, problems, forecast and schedule of what is typed."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        order = self.order_at_hand(request, object_id) if object_id else None
        business = business_of(request)
        forms = drafting.typed(request.POST, business=business, order=order)
        look = draft_preview.of_forms(forms=forms, by=actor_of(request), at=timezone.now())
        draft_preview.stand_beside(forms=forms, look=look)
        page = self.page(request, "admin/orders/draft_preview.html", row=order, title="Preview", look=look, typed=forms)
        page.headers["Cache-Control"] = "no-store"
        return page
