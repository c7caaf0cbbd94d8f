"""People on the desk: accounts, roles, limits and deputies, and why somebody cannot approve an order."""

import re
from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from customers import deputies, guesses, ledger, people, second_factors
from customers.actors import Actor
from customers.admin import amounts
from customers.admin.base import actor_of, business_of, member_of
from customers.admin.queries import day_of
from customers.admin.verbs import Refused, Verb, VerbsAdmin
from customers.currencies import is_known
from customers.models import ApprovalLimit, Business, Delegation, SecondFactor, StaffMember
from customers.permissions import APPROVING, GRANTS, Permission, Role
from orders import services
from orders.models import ChangeOrder, Order
from orders.services import change_orders
from orders.states import ChangeOrderStatus, Status

MOST_PEOPLE = 500
CHANGE = re.compile(r"(?P<order>\S+) CHANGE (?P<number>\d{1,5})", re.ASCII)


class AccountForm(forms.Form):
    username = forms.CharField(max_length=150, validators=[UnicodeUsernameValidator()])
    first_name = forms.CharField(max_length=150)
    last_name = forms.CharField(required=False, max_length=150)
    email = forms.EmailField(required=False)
    role = forms.ChoiceField(choices=[(role.value, role.title()) for role in Role])


def set_role(member: StaffMember, posted: QueryDict, by: Actor, at: datetime) -> None:
    role = posted.get("role", "")
    if role not in set(Role):
        raise Refused("Choose a role.")
    people.set_role(member=member, role=Role(role), by=by, at=at)


def set_limit(member: StaffMember, posted: QueryDict, by: Actor, at: datetime) -> None:
    currency = posted.get("currency", "").upper()
    if not is_known(currency):
        raise Refused("Say the currency of the limit, like EUR.")
    cents, daily = (_cents(posted.get(name, "").strip(), currency) for name in ("amount", "daily"))
    people.set_limit(member=member, currency=currency, amount_cents=cents, daily_cents=daily, by=by, at=at)


def _cents(text: str, currency: str) -> int | None:
    try:
        return amounts.to_cents(text=text, currency=currency) if text else None
    except ValidationError as wrong:
        raise Refused(wrong.messages[0]) from wrong


def deactivate(member: StaffMember, posted: QueryDict, by: Actor, at: datetime) -> None:
    people.deactivate(member=member, by=by, at=at)


def reactivate(member: StaffMember, posted: QueryDict, by: Actor, at: datetime) -> None:
    people.reactivate(member=member, by=by, at=at)


def unlock(member: StaffMember, posted: QueryDict, by: Actor, at: datetime) -> None:
    people.unlock(member=member, by=by, at=at)


def reset_second_factor(member: StaffMember, posted: QueryDict, by: Actor, at: datetime) -> None:
    second_factors.reset(member=member, by=by, at=at)


def delegate(member: StaffMember, posted: QueryDict, by: Actor, at: datetime) -> None:
    """Through the whole of the last day, by the business's clock."""
    deputy = _row(StaffMember.objects.for_business(member.business).select_related("user"), posted, "delegate")
    last_day = day_of(posted.get("last_day", ""))
    if last_day is None:
        raise Refused("Say the last day of the delegation.")
    ends_at = datetime.combine(last_day + timedelta(days=1), time.min, ZoneInfo(member.business.timezone))
    said = posted.get("reason", "").replace("\0", "").strip()[:1000]
    deputies.delegate(delegator=member, delegate=deputy, ends_at=ends_at, reason=said, by=by, at=at)


def end_delegation(member: StaffMember, posted: QueryDict, by: Actor, at: datetime) -> None:
    row = _row(Delegation.objects.for_business(member.business), posted, "delegation")
    deputies.end(delegation=row, by=by, at=at)


def _row(rows: Any, posted: QueryDict, name: str) -> Any:
    key = posted.get(name, "")
    found = rows.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None:
        raise Refused("There is no such row: pick one that is offered.")
    return found


@admin.register(StaffMember)
class StaffMemberAdmin(VerbsAdmin[StaffMember]):
    writing = Permission.BILL
    refusals = (*VerbsAdmin.refusals, people.PeopleRefused)
    verbs: ClassVar = (
        Verb(slug="set_role", call=set_role, done="The role of {row} is changed."),
        Verb(slug="set_limit", call=set_limit, done="The limit of {row} is changed."),
        Verb(slug="deactivate", call=deactivate, done="The account of {row} is closed."),
        Verb(slug="reactivate", call=reactivate, done="The account of {row} is open again."),
        Verb(slug="unlock", call=unlock, done="{row} may try to log in again."),
        Verb(slug="reset_second_factor", call=reset_second_factor, done="{row} logs in with the password alone now."),
        Verb(slug="delegate", call=delegate, done="{row} has a deputy."),
        Verb(slug="end_delegation", call=end_delegation, done="The delegation has ended."),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.require_view))
        return [path("require/", view, name="customers_staffmember_require"), *super().get_urls()]

    def require_view(self, request: HttpRequest) -> HttpResponse:
        """Whether everybody who may approve needs a second factor."""
        business, is_required = business_of(request), request.POST.get("is_required") == "yes"
        try:
            second_factors.require(business=business, is_required=is_required, by=actor_of(request), at=timezone.now())
        except self.refusals as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            said = "is asked of" if is_required else "is no longer asked of"
            self.message_user(request, f"A second factor {said} everybody who may approve.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:customers_staffmember_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """Everybody on one page: role, limits, deputies."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        business, at = business_of(request), timezone.now()
        return self.page(
            request,
            "admin/orders/people.html",
            title="People",
            rows=everybody(business=business, at=at)[:MOST_PEOPLE],
            grants={role: sorted(granted) for role, granted in GRANTS.items()},
            may_manage=member_of(request).may(Permission.BILL),
            is_required=business.requires_second_factor,
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: object = None) -> HttpResponse:
        """A new account; its first password is shown once, on the answer of the POST."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AccountForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            said = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
            try:
                new = people.create_account(
                    business=business_of(request), by=actor_of(request), at=timezone.now(), **said
                )
            except people.PeopleRefused as refused:
                form.add_error("username", str(refused))
            else:
                answer: HttpResponse = self.page(
                    request, "admin/orders/new_account.html", row=new.member, title=str(new.member), new=new
                )
                answer["Cache-Control"] = "no-store"
                return answer
        return self.page(request, "admin/orders/account_form.html", title="New account", form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        business, at, by = business_of(request), timezone.now(), actor_of(request)
        known = self.row(request, object_id)
        member = everybody(business=business, at=at).get(pk=known.pk)
        is_self = member == by.staff_member
        return self.page(
            request,
            "admin/orders/person.html",
            row=member,
            title=str(member),
            person=member,
            roles=[(role.value, role.title()) for role in Role],
            may=sorted(GRANTS[Role(member.role)]),
            is_self=is_self,
            may_manage=by.may(Permission.BILL) and not is_self,
            may_delegate=is_self and by.may(Permission.APPROVE),
            deputies=_others(business, member) if is_self else (),
            delegations=list(_delegations(business, member)),
            now=at,
            question=(request.GET.get("order") or "").strip()[:40],
            answer=explain(member=member, number=request.GET.get("order", ""), at=at),
            events=ledger.history(business=business, subject=member),
            second_factor=second_factors.confirmed(member=member),
            locked_minutes=-(-guesses.locked_seconds(username=member.user.get_username()) // 60),
        )


def explain(*, member: StaffMember, number: str, at: datetime) -> str:
    """Why a member can or cannot approve an order or `ORD-000001 change 1`, as a sentence; blank for no question."""
    wanted = number.replace("\0", "").strip().upper()
    if not wanted:
        return ""
    if change := CHANGE.fullmatch(wanted):
        return _explain_change(member, change["order"], int(change["number"]), at)
    order = Order.objects.for_business(member.business).select_related("business").filter(number=wanted).first()
    if order is None:
        return f"There is no order {wanted}."
    if order.status != Status.SUBMITTED:
        return f"{order.number} is {order.status}: only what is submitted can be approved."
    if not member.user.is_active:
        return f"The account of {member} is closed. {services.who_can(order=order, at=at)}"
    refusal = services.why_not(order=order, by=Actor.staff(member), at=at)
    return refusal or f"{member} can approve {order.number}."


def _explain_change(member: StaffMember, order: str, number: int, at: datetime) -> str:
    """The same of a change order, by the number of its order and its own."""
    rows = ChangeOrder.objects.for_business(member.business).select_related("business", "agreement")
    change_order = rows.filter(agreement__order_number=order, number=number).first()
    if change_order is None:
        return f"There is no change {number} of {order}."
    if change_order.status == ChangeOrderStatus.PREPARING:
        return f"{change_order} is still being prepared: only what is submitted can be approved."
    if change_order.status != ChangeOrderStatus.DRAFT:
        return f"{change_order} is {change_order.status}: it is decided once."
    if not member.user.is_active:
        return f"The account of {member} is closed."
    refusal = change_orders.why_not(change_order=change_order, by=Actor.staff(member), at=at)
    return refusal or f"{member} can approve {change_order}."


def everybody(*, business: Business, at: datetime) -> Any:
    """The members with their limits and their deputies of now and later, in a fixed number of statements."""
    limits = ApprovalLimit.objects.for_business(business).order_by("currency")
    to_come = Delegation.objects.for_business(business).filter(ends_at__gt=at).order_by("starts_at")
    given, held = to_come.select_related("delegate__user"), to_come.select_related("delegator__user")
    return (
        StaffMember.objects.for_business(business)
        .select_related("user", "business")
        .prefetch_related(
            Prefetch("approval_limits", queryset=limits),
            Prefetch("delegations_given", queryset=given),
            Prefetch("delegations_held", queryset=held),
            Prefetch("second_factor", queryset=SecondFactor.objects.for_business(business).defer("secret")),
        )
        .order_by("-user__is_active", "user__first_name", "user__username")
    )


def _others(business: Business, member: StaffMember) -> list[StaffMember]:
    rows = StaffMember.objects.for_business(business).filter(role__in=APPROVING, user__is_active=True)
    return list(rows.exclude(pk=member.pk).select_related("user").order_by("user__first_name"))


def _delegations(business: Business, member: StaffMember) -> Any:
    rows = Delegation.objects.for_business(business).filter(Q(delegator=member) | Q(delegate=member))
    return rows.select_related("delegator__user", "delegate__user").order_by("-ends_at")[:20]
