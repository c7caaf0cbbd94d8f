"""The pages of a draft: its form, what comes of a save that somebody was faster than, and what they post."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from billing.errors import BillingError
from customers.admin.base import actor_of, business_of, member_of
from customers.admin.verbs import Refused, VerbsAdmin, version
from customers.permissions import Permission
from orders import queries, services
from orders.admin import (
    at_hand,
    draft_conflicts,
    draft_forms,
    draft_preview,
    draft_rows,
    drafting,
    paper,
    questions,
    ramp_text,
)
from orders.errors import OrderError, StaleOrder
from orders.models import Autosave, Order
from orders.services.reservations import STORES
from orders.states import Status

CONFLICT = 409
PK = re.compile(r"\d{1,18}", re.ASCII)


class DraftPages(VerbsAdmin[Order]):
    """What the order desk shows while an order is a draft."""

    refusals = (*VerbsAdmin.refusals, OrderError, BillingError)

    def order_at_hand(self, request: HttpRequest, object_id: str) -> Order:
        """An order of the business with all that its page shows, in two statements; 404 where there is none."""
        known = queries.orders(business=business_of(request)).select_related("created_by__user", "approved_by__user")
        rows = at_hand.with_what_hangs(known, member=member_of(request))
        if not PK.fullmatch(object_id):
            raise Http404
        order = rows.filter(pk=int(object_id)).first()
        if order is None or not self.has_view_permission(request, order):
            raise Http404
        if order.agreement:
            order.agreement.business = order.business
        return order

    def is_editable(self, request: HttpRequest, order: Order) -> bool:
        """Whether this person edits the order here: a draft that no store fills."""
        is_ours = order.origin not in STORES
        return order.status == Status.DRAFT and is_ours and self.has_change_permission(request)

    def draft(self, request: HttpRequest, order: Order | None) -> HttpResponse:
        """Show the draft, or save what was typed; whatever is refused stays typed."""
        business = business_of(request)
        if request.method != "POST":
            return self._opened(request, order)
        if "_forget" in request.POST:
            services.forget_typed(business=business, order=order, by=actor_of(request))
            return HttpResponseRedirect(request.path)
        if draft_rows.pressed(request.POST) or "_preview" in request.POST:
            return self._rearranged(request, order)
        return self._save(request, order, request.POST)

    def _opened(self, request: HttpRequest, order: Order | None) -> HttpResponse:
        """The form as it is stored, or on request as it was typed last and never saved."""
        business = business_of(request)
        if order:
            kept = self.kept_words(request, order)
        else:
            kept = services.kept(business=business, order=None, member=member_of(request))
        if kept and "restore" in request.GET:
            posted = QueryDict(mutable=True)
            posted.update(kept.typed)
            forms = drafting.typed(posted, business=business, order=order)
            forms.is_complaining = False
            return self._form(request, forms)
        forms = drafting.stored(order=order) if order else drafting.blank(business=business)
        return self._form(request, forms, kept=kept)

    def _rearranged(self, request: HttpRequest, order: Order | None) -> HttpResponse:
        """The same form with its lines in another order, more or fewer of them: nothing is stored."""
        problem = ""
        posted: QueryDict = request.POST
        if draft_rows.pressed(posted):
            try:
                posted = draft_rows.rearranged(posted)
            except Refused as refusal:
                problem = str(refusal)
        forms = drafting.typed(posted, business=business_of(request), order=order)
        forms.is_complaining = False
        forms.is_looked_at = "_preview" in request.POST
        forms.problems += [problem] if problem else []
        return self._form(request, forms)

    def _save(self, request: HttpRequest, order: Order | None, posted: QueryDict) -> HttpResponse:
        forms = drafting.typed(posted, business=business_of(request), order=order)
        try:
            seen = version(posted) if order else None
            if order and seen is not None and seen != order.version:
                return self._merge(request, order, posted, seen)
            saved = self._store(request, forms, seen) if forms.is_valid() else None
        except Refused as refusal:
            forms.problems.append(str(refusal))
            saved = None
        except StaleOrder:
            assert order is not None
            now = self.order_at_hand(request, str(order.pk))
            return self.left_behind(request, now)
        except OrderError as refusal:
            forms.refuse(refusal)
            saved = None
        return HttpResponseRedirect(self.after(saved)) if saved else self._form(request, forms)

    def _store(self, request: HttpRequest, forms: drafting.DraftForms, seen: int | None) -> Order:
        submit = "_submit" in request.POST and draft_conflicts.MERGING not in request.POST
        saved = forms.save(by=actor_of(request), at=timezone.now(), seen_version=seen, submit=submit)
        services.forget_typed(business=forms.business, order=forms.order, by=actor_of(request))
        done = "is waiting for its approval" if submit else "is saved"
        self.message_user(request, f"{saved.number} {done}.", messages.SUCCESS)
        return saved

    def _merge(self, request: HttpRequest, order: Order, posted: QueryDict, seen: int) -> HttpResponse:
        """Save both people's changes, unless somebody has to choose or to look first."""
        conflict = draft_conflicts.find(order=order, posted=posted, seen_version=seen)
        if conflict.must_be_asked:
            return self._ask(request, conflict)
        forms = drafting.typed(
            conflict.merged_post(), business=order.business, order=order, most_lines=drafting.MOST_MERGED
        )
        if not forms.is_valid():
            return self._form(request, forms)
        try:
            saved = self._store(request, forms, order.version)
        except StaleOrder:
            return self._save(request, self.order_at_hand(request, str(order.pk)), posted)
        except OrderError as refusal:
            forms.refuse(refusal)
            return self._form(request, forms)
        self.message_user(request, f"{conflict.who} had changed it as well: both changes are kept.", messages.INFO)
        return HttpResponseRedirect(self.after(saved))

    def _ask(self, request: HttpRequest, conflict: draft_conflicts.Conflict) -> HttpResponse:
        order = conflict.order
        page = self.page(
            request,
            "admin/orders/draft_conflict.html",
            row=order,
            title=f"{order.number} · two changes",
            order=order,
            conflict=conflict,
        )
        page.status_code = CONFLICT
        return page

    def left_behind(self, request: HttpRequest, order: Order) -> HttpResponse:
        """What was typed into a form whose order is no draft any more: shown to copy, and ready to be a new draft."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if "_forget" in request.POST:
            services.forget_typed(business=order.business, order=order, by=actor_of(request))
            return HttpResponseRedirect(self.after(order))
        if "version" not in request.POST:
            raise PermissionDenied
        if self.is_editable(request, order):
            return self._save(request, order, request.POST)
        return self._words(request, order, request.POST)

    def kept_words(self, request: HttpRequest, order: Order) -> Autosave | None:
        """What this person typed while the order was a draft, and never saved."""
        if not at_hand.may_have(order, at_hand.WORDS):
            return None
        return services.kept(business=order.business, order=order, member=member_of(request))

    def kept_page(self, request: HttpRequest, order: Order, kept: Autosave) -> HttpResponse:
        """The same words as after a save that came too late."""
        posted = QueryDict(mutable=True)
        posted.update(kept.typed)
        return self._words(request, order, posted)

    def _words(self, request: HttpRequest, order: Order, posted: QueryDict) -> HttpResponse:
        page = self.page(
            request,
            "admin/orders/draft_left_behind.html",
            row=order,
            title=f"{order.number} · your changes",
            order=order,
            fields=draft_conflicts.typed_fields(posted),
            words=draft_conflicts.words(order=order, posted=posted),
        )
        page.status_code = CONFLICT if request.method == "POST" else 200
        return page

    def _form(self, request: HttpRequest, forms: drafting.DraftForms, *, kept: Autosave | None = None) -> HttpResponse:
        order, by, member = forms.order, actor_of(request), member_of(request)
        at = timezone.now()
        look: draft_preview.Look | None
        if not forms.is_looked_at:
            look = None
        elif forms.header.is_bound:
            look = draft_preview.of_forms(forms=forms, by=by, at=at)
        else:
            look = draft_preview.of_order(order=order, by=by, at=at) if order else None
        if look:
            draft_preview.stand_beside(forms=forms, look=look)
        return self.page(
            request,
            "admin/orders/draft.html",
            row=order,
            title=f"{order.number} · draft" if order else "New order",
            forms=forms,
            most_lines=draft_forms.MOST_LINES,
            currency=forms.header.order_currency,
            order=order,
            lines=order.lines.all() if order else (),
            look=look,
            kept=kept,
            others=services.who_else(order=order, member=member, at=at).sentence if order else "",
            pasted=request.POST.get("paste", "") if forms.problems else "",
            may_submit=member.may(Permission.SUBMIT),
            ramp_help=ramp_text.HELP,
            questions=questions.of_order(order, by=by) if order else [],
            may_ask=order is not None,
            may_say=order is not None and not by.may_only_read,
            **(paper.files(order=order, by=by) if order else {}),
        )
