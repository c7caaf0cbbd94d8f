"""Pausing, resuming, renewing and crediting at the desk: a form, what it would do, and a change order to approve."""

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from billing.errors import BillingError
from billing.states import ChangePurpose
from customers.admin.base import actor_of
from customers.permissions import Permission
from orders import services
from orders.admin import agreed_forms, amending, change_preview, change_words
from orders.admin.agreed_forms import FORMS, AgreedForm, CreditForm
from orders.admin.draft_pages import CONFLICT
from orders.errors import OrderError, StaleOrder
from orders.models import Order


class AgreeMixin(amending.AmendMixin):
    """`<id>/pause/`, `resume/`, `renew/` and `credit/`; what a script asks for while one types is below, `preview/`."""

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        urls = []
        for purpose in FORMS:
            name, at = f"orders_order_{purpose}", f"<path:object_id>/{purpose}/"
            urls += [
                path(at, guard(partial(self.agree_view, purpose=purpose)), name=name),
                path(f"{at}preview/", guard(partial(self.agree_preview, purpose=purpose)), name=f"{name}_preview"),
            ]
        return [*urls, *super().get_urls()]

    def agree_view(self, request: HttpRequest, object_id: str, *, purpose: ChangePurpose) -> HttpResponse:
        order = self._agreeable(request, object_id, purpose)
        if isinstance(order, HttpResponse):
            return order
        at = timezone.now()
        if request.method != "POST":
            return self._agree_form(request, self._blank(request, order, purpose, at), at)
        form = FORMS[purpose](request.POST, order=order)
        return (
            self._post_agreed(request, form, at) if "_submit" in request.POST else self._agree_form(request, form, at)
        )

    def agree_preview(self, request: HttpRequest, object_id: str, *, purpose: ChangePurpose) -> HttpResponse:
        """The fragment below the form: what is typed would move this, and needs these people."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        order = self._agreeable(request, object_id, purpose)
        if isinstance(order, HttpResponse):
            return order
        look = _look(request, FORMS[purpose](request.POST, order=order), timezone.now())
        page = self.page(request, "admin/orders/amend_preview.html", row=order, title="Preview", **look)
        page.headers["Cache-Control"] = "no-store"
        return page

    def _agreeable(self, request: HttpRequest, object_id: str, purpose: ChangePurpose) -> Order | HttpResponse:
        """The order, or the way back to it with the reason why this cannot be agreed of it."""
        order = self.amendable(request, object_id)
        if isinstance(order, HttpResponse):
            return order
        assert order.agreement is not None
        if purpose in agreed_forms.offered(order.agreement):
            return order
        self.message_user(request, _why_not(order, purpose), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:billing_agreement_change", args=[order.agreement.pk]))

    def _blank(self, request: HttpRequest, order: Order, purpose: ChangePurpose, at: datetime) -> AgreedForm:
        assert order.agreement is not None
        seen = services.seen_state(agreement=order.agreement)
        known = amending.earlier(request.GET, order, purpose=purpose)
        return agreed_forms.blank(
            order=order, purpose=purpose, on=amending.first_day(order, at), seen=seen, earlier=known
        )

    def _post_agreed(self, request: HttpRequest, form: AgreedForm, at: datetime) -> HttpResponse:
        problems, status = [], 200
        try:
            if form.is_valid():
                seen, command = form.cleaned_data["seen"], form.command()
                saved = services.amend_order(order=form.order, command=command, seen=seen, by=actor_of(request), at=at)
                self.message_user(request, f"{saved} waits for its approval.", messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:orders_changeorder_change", args=[saved.pk]))
        except StaleOrder as refusal:
            problems, status = [f"{refusal} Nothing is saved: below stands what your change would do now."], CONFLICT
        except (OrderError, BillingError) as refusal:
            problems = [change_preview.sentence(refusal)]
        page = self._agree_form(request, form, at, problems=problems, is_complaining=True)
        page.status_code = status
        return page

    def _agree_form(
        self,
        request: HttpRequest,
        form: AgreedForm,
        at: datetime,
        *,
        problems: list[str] | None = None,
        is_complaining: bool = False,
    ) -> HttpResponse:
        order, words = form.order, change_words.WORDS[form.purpose]
        assert order.agreement is not None
        return self.page(
            request,
            "admin/orders/agree.html",
            row=order,
            title=f"{words.verb}: {order.number}",
            order=order,
            agreement=order.agreement,
            form=form,
            words=words,
            purpose=form.purpose,
            preview=reverse(f"admin:orders_order_{form.purpose}_preview", args=[order.pk]),
            problems=problems or [],
            is_complaining=is_complaining,
            seen=services.seen_state(agreement=order.agreement),
            waiting=services.waiting_change(agreement=order.agreement),
            prepared=services.prepared_change(agreement=order.agreement),
            may_submit=actor_of(request).may(Permission.SUBMIT),
            creditable=agreed_forms.creditable(order.agreement) if isinstance(form, CreditForm) else [],
            chosen=form["lines"].value() or [] if isinstance(form, CreditForm) else [],
            **(_look(request, form, at) if form.is_bound else {}),
        )


def _look(request: HttpRequest, form: AgreedForm, at: datetime) -> dict[str, object]:
    """What is typed would do this; nothing is stored."""
    if not form.is_valid():
        return {
            "look_problems": [
                f"{form.fields[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()
            ]
        }
    return change_preview.look(order=form.order, command=form.command(), by=actor_of(request), at=at)


def _why_not(order: Order, purpose: ChangePurpose) -> str:
    agreement = order.agreement
    assert agreement is not None
    match purpose:
        case ChangePurpose.PAUSE:
            return f"{order.number} is paused already: resume it first."
        case ChangePurpose.RESUME:
            return f"{order.number} is not paused: there is nothing to resume."
        case ChangePurpose.RENEW:
            return f"{order.number} is open-ended: it goes on until it is ended, and needs no renewal."
        case _:
            return f"{order.number} has no line that is billed once and has not come back: there is nothing to credit."
