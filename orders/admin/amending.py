"""Amending an approved order: a draft as a form beside what is agreed, and what it would do while one types."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from billing import terms_in_force
from billing.errors import BillingError
from billing.states import ChangePurpose
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin.base import actor_of
from customers.admin.verbs import Refused
from customers.permissions import Permission
from orders import change_order_queries, services
from orders.admin import amend_forms, change_preview, draft_rows, ramp_text
from orders.admin.amend_forms import AmendForms
from orders.admin.draft_pages import CONFLICT, PK, DraftPages
from orders.errors import OrderError, StaleOrder
from orders.models import ChangeOrder, Order


class AmendMixin(DraftPages):
    """`<id>/amend/`, and what a script asks for while one types at `<id>/amend/preview/`."""

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("<path:object_id>/amend/", guard(self.amend_view), name="orders_order_amend"),
            path("<path:object_id>/amend/preview/", guard(self.amend_preview), name="orders_order_amend_preview"),
            *super().get_urls(),
        ]

    def amend_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        order = self.amendable(request, object_id)
        if isinstance(order, HttpResponse):
            return order
        at = timezone.now()
        if request.method != "POST":
            return self._amend_form(request, _opened(request, order, at), at)
        posted: QueryDict = request.POST
        problem = ""
        if draft_rows.pressed(posted):
            try:
                posted = draft_rows.rearranged(posted)
            except Refused as refusal:
                problem = str(refusal)
        forms = amend_forms.typed(posted, order=order, in_force=_in_force(order, at))
        forms.problems += [problem] if problem else []
        if {"_save", "_submit"} & posted.keys():
            return self._post_amendment(request, forms, at)
        forms.is_complaining = False
        return self._amend_form(request, forms, at)

    def amend_preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The fragment below the form: what is typed would move this, and needs these people."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        order = self.amendable(request, object_id)
        if isinstance(order, HttpResponse):
            return order
        at = timezone.now()
        forms = amend_forms.typed(request.POST, order=order, in_force=_in_force(order, at))
        look = _look(forms, by=actor_of(request), at=at)
        page = self.page(request, "admin/orders/amend_preview.html", row=order, title="Preview", **look)
        page.headers["Cache-Control"] = "no-store"
        return page

    def amendable(self, request: HttpRequest, object_id: str) -> Order | HttpResponse:
        """The order, or the way back to it with the reason why it is not amended here."""
        order = self.order_at_hand(request, object_id)
        if not self.has_change_permission(request):
            raise PermissionDenied
        if services.is_amendable(order):
            return order
        said = f"{order.number} is {order.status} and came through {order.origin}: there is nothing to amend here."
        self.message_user(request, said, messages.ERROR)
        return HttpResponseRedirect(self.after(order))

    def _post_amendment(self, request: HttpRequest, forms: AmendForms, at: datetime) -> HttpResponse:
        """Keep what is typed, and submit it if that was the button."""
        status = 200
        try:
            if forms.is_valid():
                saved = self._store_amendment(request, forms, at)
                return HttpResponseRedirect(reverse("admin:orders_changeorder_change", args=[saved.pk]))
        except StaleOrder as refusal:
            forms.problems.append(f"{refusal} Nothing is saved: below stands what your change would do now.")
            status = CONFLICT
        except (OrderError, BillingError) as refusal:
            forms.problems.append(change_preview.sentence(refusal))
        page = self._amend_form(request, forms, at)
        page.status_code = status
        return page

    def _store_amendment(self, request: HttpRequest, forms: AmendForms, at: datetime) -> ChangeOrder:
        seen, version = (forms.header.cleaned_data[name] for name in ("seen", "version"))
        is_submitted = "_submit" in request.POST
        store = services.amend_order if is_submitted else services.save_amendment
        saved = store(
            order=forms.order, command=forms.command(), seen=seen, version=version, by=actor_of(request), at=at
        )
        done = "waits for its approval" if is_submitted else "is saved as a draft: what is agreed stays in force"
        self.message_user(request, f"{saved} {done}.", messages.SUCCESS)
        return saved

    def _amend_form(self, request: HttpRequest, forms: AmendForms, at: datetime) -> HttpResponse:
        order = forms.order
        assert order.agreement is not None
        by = actor_of(request)
        return self.page(
            request,
            "admin/orders/amend.html",
            row=order,
            title=f"Amend {order.number}",
            order=order,
            agreement=order.agreement,
            forms=forms,
            seen=services.seen_state(agreement=order.agreement),
            prepared=services.prepared_change(agreement=order.agreement),
            waiting=services.waiting_change(agreement=order.agreement),
            may_submit=by.may(Permission.SUBMIT),
            currency=order.currency,
            ramp_help=ramp_text.HELP,
            pasted=request.POST.get("paste", "") if forms.problems else "",
            **(_look(forms, by=by, at=at) if forms.header.is_bound else {}),
        )


def _opened(request: HttpRequest, order: Order, at: datetime) -> AmendForms:
    """The draft there is; else an empty form, or one that says what an earlier change of the same agreement said."""
    assert order.agreement is not None
    in_force, seen = _in_force(order, at), services.seen_state(agreement=order.agreement)
    prepared = services.prepared_change(agreement=order.agreement)
    if known := prepared or earlier(request.GET, order, purpose=ChangePurpose.AMEND):
        return amend_forms.again(order=order, in_force=in_force, change_order=known, seen=seen)
    ends = "ends" in request.GET
    return amend_forms.blank(order=order, in_force=in_force, on=first_day(order, at), seen=seen, ends=ends)


def earlier(asked: QueryDict, order: Order, *, purpose: ChangePurpose) -> ChangeOrder | None:
    """The change of the same agreement that is drafted again, if the address names one (`?from=`)."""
    known = asked.get("from", "")
    if not PK.fullmatch(known):
        return None
    rows = change_order_queries.change_orders(business=order.business)
    return rows.filter(agreement=order.agreement, purpose=purpose, pk=int(known)).first()


def _in_force(order: Order, at: datetime) -> Mapping[int, tuple[Decimal, int]]:
    assert order.agreement is not None
    return terms_in_force.by_position(agreement=order.agreement, on=first_day(order, at))


def first_day(order: Order, at: datetime) -> date:
    """Today, or the first day of an agreement that is still to begin."""
    assert order.agreement is not None
    return max(customer_queries.today(business=order.business, at=at), order.agreement.anchor_date)


def _look(forms: AmendForms, *, by: Actor, at: datetime) -> dict[str, object]:
    """What is typed would do this; nothing is stored."""
    if not forms.is_valid():
        return {"look_problems": list(forms.unread())}
    return change_preview.look(order=forms.order, command=forms.command(), by=by, at=at)
