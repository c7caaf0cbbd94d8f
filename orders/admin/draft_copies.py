"""A draft from what is there: a duplicate of an order, a template of a draft."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from customers.admin.base import actor_of
from orders import services
from orders.admin.draft_live import LiveDraft


class DraftCopies(LiveDraft):
    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("<path:object_id>/duplicate/", guard(self.duplicate_view), name="orders_order_duplicate"),
            path("<path:object_id>/template/", guard(self.template_view), name="orders_order_template"),
            *super().get_urls(),
        ]

    def duplicate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A new draft with the terms of this order; what is not in it is said."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        order = self.order_at_hand(request, object_id)
        try:
            copy = services.duplicate_order(order=order, by=actor_of(request), at=timezone.now())
        except self.refusals as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(self.after(order))
        self.message_user(request, f"{copy.order.number} is a draft like {order.number}.", messages.SUCCESS)
        for sentence in copy.left_out:
            self.message_user(request, sentence, messages.WARNING)
        return HttpResponseRedirect(self.after(copy.order))

    def template_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep the terms of this order, as they are stored, under a name."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        order = self.order_at_hand(request, object_id)
        name = request.POST.get("name", "").replace("\0", "")
        try:
            template = services.save_template(order=order, name=name, by=actor_of(request), at=timezone.now())
        except self.refusals as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(self.after(order))
        self.message_user(request, f"“{template}” is a template now.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:orders_drafttemplate_change", args=[template.pk]))
