"""Approval policies on the desk: proposed as rules, looked at in a matrix and on history, decided by somebody else."""

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from customers import currencies, ledger
from customers.actors import Actor
from customers.admin import amounts
from customers.admin.base import actor_of, business_of
from customers.admin.verbs import Verb, VerbsAdmin, reason
from customers.models import Business
from customers.permissions import APPROVING
from customers.templatetags import desk as faces
from orders import coverage, policies, services, simulation
from orders.errors import OrderError
from orders.models import ApprovalPolicy
from orders.services import policies as policy_services
from orders.states import PolicyStatus

RULES_SHOWN = 4


class RuleForm(forms.Form):
    """One rule; what is left empty asks nothing."""

    currency = forms.CharField(required=False, max_length=3, label="Currency", help_text="Empty: every one")
    total_from = forms.CharField(required=False, max_length=25, label="Contract of at least")
    discount_above = forms.DecimalField(
        required=False, min_value=0, max_value=100, decimal_places=4, label="Discount above, %"
    )
    term_above = forms.IntegerField(required=False, min_value=0, max_value=600, label="Term above, months")
    on_free_text = forms.BooleanField(required=False, label="A line is outside the catalog")
    on_below_catalog = forms.BooleanField(required=False, label="A price is below the catalog's")
    role = forms.ChoiceField(
        required=False, choices=[("", "anybody who approves"), *((role, role) for role in sorted(APPROVING))]
    )
    limit_from = forms.CharField(required=False, max_length=25, label="Limit of at least")
    people = forms.TypedChoiceField(
        choices=[(n, policies.IN_WORDS[n]) for n in range(1, policies.MOST_PEOPLE + 1)], coerce=int, initial=1
    )

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if code and not currencies.is_known(code):
            raise ValidationError("An ISO 4217 currency, like EUR.")
        return code

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for name in ("total_from", "limit_from"):
            try:
                said[name] = self._cents(said.get(name, ""), said.get("currency", ""))
            except ValidationError as wrong:
                self.add_error(name, wrong)
        return said

    def rule(self) -> policies.Rule:
        said = self.cleaned_data
        discount: Decimal | None = said["discount_above"]
        return policies.Rule(
            currency=said["currency"],
            total_from_cents=said["total_from"],
            discount_above_percent=discount,
            term_above_months=said["term_above"],
            on_free_text=said["on_free_text"],
            on_below_catalog=said["on_below_catalog"],
            role=said["role"],
            limit_from_cents=said["limit_from"],
            people=said["people"],
        )

    @staticmethod
    def _cents(text: str, currency: str) -> int | None:
        if not text:
            return None
        if not currency:
            raise ValidationError("An amount needs its currency.")
        return amounts.to_cents(text=text, currency=currency)


class PolicyForm(forms.Form):
    name = forms.CharField(max_length=100)
    note = forms.CharField(required=False, max_length=1000, label="Why this version")
    effective_date = forms.DateField(
        required=False,
        label="In force from",
        help_text="Empty: from its approval on",
        widget=forms.DateInput(attrs={"type": "date"}),
    )


RuleFormSet = formset_factory(RuleForm, extra=RULES_SHOWN, max_num=policy_services.MOST_RULES)


def approve(policy: ApprovalPolicy, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.approve_policy(policy=policy, by=by, at=at)


def reject(policy: ApprovalPolicy, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.reject_policy(policy=policy, reason=reason(posted), by=by, at=at)


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(VerbsAdmin[ApprovalPolicy]):
    teaches = "Without a policy one approver with a limit of at least the contract is enough."
    list_display = ("__str__", "state", "from_when", "proposer", "decider")
    list_select_related = ("proposed_by__user", "decided_by__user")
    refusals = (*VerbsAdmin.refusals, OrderError)
    verbs: ClassVar = (
        Verb(slug="approve", call=approve, done="{row} is approved."),
        Verb(slug="reject", call=reject, done="{row} is rejected."),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return policy_services.may_keep(actor_of(request))

    def has_change_permission(self, request: HttpRequest, obj: ApprovalPolicy | None = None) -> bool:
        """None is ever edited."""
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: object = None) -> HttpResponse:
        """The next version, written on what is in force; a proposal until somebody else approves it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        business = business_of(request)
        if request.method != "POST":
            held = policy_services.policy_in_force(business=business, at=timezone.now())
            header = PolicyForm(initial={"name": held.name if held else "Standard"})
            return self._form(request, header, RuleFormSet(initial=list(map(_typed, policy_services.rules_of(held)))))
        header, rules = PolicyForm(request.POST), RuleFormSet(request.POST)
        if header.is_valid() and rules.is_valid():
            try:
                proposed = self._propose(request, business, header, rules)
            except OrderError as refused:
                header.add_error(None, refused.message)
            else:
                self.message_user(request, f"{proposed} waits for somebody else to approve it.", messages.SUCCESS)
                return HttpResponseRedirect(self.after(proposed))
        return self._form(request, header, rules)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        business, by, at = business_of(request), actor_of(request), timezone.now()
        policy = policy_services.policies_of(business=business).get(pk=self.row(request, object_id).pk)
        rules = policy_services.rules_of(policy)
        is_own = policy.proposed_by_id is not None and policy.proposed_by == by.staff_member
        is_waiting = policy.status == PolicyStatus.DRAFT
        return self.page(
            request,
            "admin/orders/policy.html",
            row=policy,
            title=str(policy),
            policy=policy,
            state=state(policy, business, at),
            sentences=list(map(policies.sentence, rules)),
            matrices=matrices(business=business, rules=rules),
            simulation=simulation.simulate(business=business, rules=rules, at=at),
            is_waiting=is_waiting,
            is_own=is_own,
            may_approve=is_waiting and not is_own and policy_services.may_keep(by),
            may_propose=self.has_add_permission(request),
            may_reject=is_waiting and policy_services.may_keep(by),
            events=ledger.history(business=business, subject=policy),
        )

    def _propose(self, request: HttpRequest, business: Business, header: PolicyForm, rules: Any) -> ApprovalPolicy:
        day = header.cleaned_data["effective_date"]
        return services.propose_policy(
            business=business,
            name=header.cleaned_data["name"],
            note=header.cleaned_data["note"],
            rules=[form.rule() for form in rules if form.has_changed()],
            effective_at=datetime.combine(day, time.min, ZoneInfo(business.timezone)) if day else None,
            by=actor_of(request),
            at=timezone.now(),
        )

    def _form(self, request: HttpRequest, header: PolicyForm, rules: Any) -> HttpResponse:
        return self.page(
            request, "admin/orders/policy_form.html", title="Propose a version", header=header, rules=rules
        )

    @admin.display(description="state")
    def state(self, policy: ApprovalPolicy) -> str:
        return faces.chip(state(policy, policy.business, timezone.now()))

    @admin.display(description="in force from", empty_value="its approval")
    def from_when(self, policy: ApprovalPolicy) -> str | None:
        return faces.moment(policy.in_force_from or policy.effective_at) or None

    @admin.display(description="proposed by", empty_value="the system")
    def proposer(self, policy: ApprovalPolicy) -> str | None:
        return str(policy.proposed_by) if policy.proposed_by else None

    @admin.display(description="decided by", empty_value="nobody yet")
    def decider(self, policy: ApprovalPolicy) -> str | None:
        return str(policy.decided_by) if policy.decided_by else None


def state(policy: ApprovalPolicy, business: Business, at: datetime) -> str:
    """Waiting, in force, to come, replaced or rejected."""
    if policy.status == PolicyStatus.DRAFT:
        return "waiting"
    if policy.status == PolicyStatus.REJECTED:
        return "rejected"
    assert policy.in_force_from is not None
    if policy.in_force_from > at:
        return "to_come"
    return "in_force" if policy == policy_services.policy_in_force(business=business, at=at) else "replaced"


def matrices(*, business: Business, rules: tuple[policies.Rule, ...]) -> list[Mapping[str, object]]:
    """People beside amounts for each currency that somebody has a limit in, or that a rule names."""
    by_currency = simulation.people_by_currency(business=business)
    named = {rule.currency for rule in rules if rule.currency}
    return [
        {
            "currency": currency,
            "people": by_currency.get(currency, []),
            "bands": coverage.bands(rules=rules, people=by_currency.get(currency, []), currency=currency),
        }
        for currency in sorted({*by_currency, *named})
    ]


def _typed(rule: policies.Rule) -> dict[str, object]:
    """A rule as its form reads it back."""

    def text(cents: int | None) -> str:
        return "" if cents is None else amounts.to_text(cents=cents, currency=rule.currency)

    return {
        "currency": rule.currency,
        "total_from": text(rule.total_from_cents),
        "discount_above": rule.discount_above_percent,
        "term_above": rule.term_above_months,
        "on_free_text": rule.on_free_text,
        "on_below_catalog": rule.on_below_catalog,
        "role": rule.role,
        "limit_from": text(rule.limit_from_cents),
        "people": rule.people,
    }
