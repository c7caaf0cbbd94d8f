"""The POST that approves a change order: bound to the terms that were seen, and harmless when it comes twice."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone

from customers.actors import Actor
from customers.admin.base import actor_of, business_of
from customers.admin.verbs import Refused, VerbsAdmin
from orders import change_order_queries as queries
from orders import services
from orders.admin import again, change_words
from orders.models import ChangeOrder, ChangeOrderApproval
from orders.states import ChangeOrderStatus


class ChangeApproval(VerbsAdmin[ChangeOrder]):
    """`<id>/approve/`."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.approve_view)
        return [path("<path:object_id>/approve/", view, name="orders_changeorder_approve"), *super().get_urls()]

    def approve_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = self.row(request, object_id)
        change_order = queries.change_orders(business=business_of(request)).get(pk=found.pk)
        by, at = actor_of(request), timezone.now()
        cents, currency = abs(change_order.value_delta_cents), change_order.currency
        try:
            seen = _terms(request)
            is_open = change_order.status == ChangeOrderStatus.DRAFT
            problem = again.refusal(request, amount_cents=cents, currency=currency, at=at) if is_open else None
            if problem is not None:
                return self._ask(request, change_order, seen, problem)
            approved = services.approve_change_order(change_order=change_order, by=by, at=at, seen_sha256=seen)
        except self.refusals as refusal:
            if _is_done(change_order, by):
                told = f"You have approved {change_order} already: nothing was done twice."
                self.message_user(request, f"{told} {refusal}")
            else:
                self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _told(approved), messages.SUCCESS)
        return HttpResponseRedirect(self.after(change_order))

    def _ask(self, request: HttpRequest, change_order: ChangeOrder, seen: str, problem: str) -> HttpResponse:
        return again.ask(
            self,
            request,
            row=change_order,
            problem=problem,
            what=f"{change_order} for {change_order.agreement.customer_name}",
            amount_cents=change_order.value_delta_cents,
            currency=change_order.currency,
            button="Approve this change",
            hidden={"terms_sha256": seen},
        )


def _terms(request: HttpRequest) -> str:
    seen = request.POST.get("terms_sha256", "")
    if not seen:
        raise Refused("The page did not say which terms you saw: open it again.")
    return seen


def _told(change_order: ChangeOrder) -> str:
    if change_order.status == ChangeOrderStatus.DRAFT:
        return f"Your approval of {change_order} is kept. It waits for somebody else's."
    return f"{change_order} is approved; {change_words.of(change_order).done}."


def _is_done(change_order: ChangeOrder, by: Actor) -> bool:
    """Whether this person has approved it: the same POST again."""
    rows = ChangeOrderApproval.objects.for_business(change_order.business).filter(change_order=change_order)
    return rows.filter(approved_by=by.staff_member).exists()
