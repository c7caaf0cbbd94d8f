"""Approval policies: proposed as a whole version, approved by somebody else, in force from a moment on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from customers import currencies, ledger
from customers.actors import Actor, NotPermitted
from customers.models import Business
from customers.people import lock_business
from customers.permissions import APPROVING, Permission
from customers.tenancy import TenantQuerySet
from orders import errors, policies
from orders.models import ApprovalPolicy, PolicyRule
from orders.states import PolicyStatus

MOST_RULES = 50
KEEPERS = (Permission.APPROVE, Permission.BILL)


@transaction.atomic
def propose_policy(
    *,
    business: Business,
    name: str,
    rules: Sequence[policies.Rule],
    by: Actor,
    at: datetime,
    note: str = "",
    effective_at: datetime | None = None,
) -> ApprovalPolicy:
    """Write the next version of the policy; it holds once somebody else has approved it. No rules: no policy again.

    Raises PolicyRefused for a rule that says nothing one could keep, NotPermitted.
    """
    _check_keeper(by, business)
    _check_rules(name, rules)
    # Of two proposals at once one waits for its number.
    lock_business(business)
    last: int = ApprovalPolicy.objects.for_business(business).aggregate(last=Max("version"))["last"] or 0
    policy = ApprovalPolicy.objects.create(
        business=business,
        version=last + 1,
        name=name,
        note=note,
        effective_at=effective_at,
        proposed_by=by.staff_member,
        proposed_at=at,
    )
    PolicyRule.objects.bulk_create(_row(policy, position, rule) for position, rule in enumerate(rules))
    after = {"version": policy.version, "effective_at": effective_at, "rules": list(map(policies.sentence, rules))}
    _record(policy, "propose", by, at, after=after)
    return policy


@transaction.atomic
def approve_policy(*, policy: ApprovalPolicy, by: Actor, at: datetime) -> ApprovalPolicy:
    """Bring a proposed version into force, on its day or now when that has passed. There is one winner.

    Raises PolicyRefused for one's own proposal and for a version that is decided, NotPermitted.
    """
    stored = _locked(policy, by)
    if (
        stored.proposed_by_id is not None
        and by.staff_member is not None
        and by.staff_member.pk == stored.proposed_by_id
    ):
        raise errors.PolicyRefused(f"{by.name} proposed {stored}: somebody else has to approve it.")
    in_force_from = max(stored.effective_at or at, at)
    return _decide(stored, PolicyStatus.APPROVED, "approve", by, at, in_force_from=in_force_from)


@transaction.atomic
def reject_policy(*, policy: ApprovalPolicy, reason: str, by: Actor, at: datetime) -> ApprovalPolicy:
    """Turn a proposed version down, or take one's own back. Raises PolicyRefused, NotPermitted."""
    stored = _locked(policy, by)
    is_own = by.staff_member is not None and by.staff_member.pk == stored.proposed_by_id
    decided_by = {"decided_by": None} if is_own else {}
    return _decide(stored, PolicyStatus.REJECTED, "reject", by, at, decision_reason=reason, **decided_by)


def policies_of(*, business: Business) -> TenantQuerySet[ApprovalPolicy]:
    """All versions with their rules and people, newest first."""
    rows = ApprovalPolicy.objects.for_business(business).select_related("proposed_by__user", "decided_by__user")
    return rows.prefetch_related("rules").order_by("-version")


def policy_in_force(*, business: Business, at: datetime) -> ApprovalPolicy | None:
    """The version that holds at a moment, with its rules; None where none was ever approved."""
    rows = ApprovalPolicy.objects.for_business(business).filter(status=PolicyStatus.APPROVED, in_force_from__lte=at)
    return rows.prefetch_related("rules").order_by("-in_force_from", "-version").first()


def rules_of(policy: ApprovalPolicy | None) -> tuple[policies.Rule, ...]:
    """The rules of a version in their order; none where there is no policy."""
    if policy is None:
        return ()
    return tuple(row.as_rule for row in sorted(policy.rules.all(), key=lambda row: row.position))


def may_keep(by: Actor) -> bool:
    """Whether somebody may propose and decide versions: approvers and ops, never a credential."""
    return by.credential is None and any(map(by.may, KEEPERS))


def _check_keeper(by: Actor, business: Business) -> None:
    if not (by.belongs_to(business) and may_keep(by)):
        raise NotPermitted(actor=by, permission=Permission.APPROVE)


def _check_rules(name: str, rules: Sequence[policies.Rule]) -> None:
    if not name.strip():
        raise errors.PolicyRefused("A policy needs a name.", field="name")
    if len(rules) > MOST_RULES:
        raise errors.PolicyRefused(f"A policy has at most {MOST_RULES} rules.", field="rules")
    for number, rule in enumerate(rules, start=1):
        if problem := _problem(rule):
            raise errors.PolicyRefused(f"Rule {number}: {problem}", field=f"rules[{number - 1}]")


def _problem(rule: policies.Rule) -> str | None:
    if rule.currency and not currencies.is_known(rule.currency):
        return f"{rule.currency} is not an ISO 4217 currency."
    if not rule.currency and (rule.total_from_cents is not None or rule.limit_from_cents is not None):
        return "an amount needs its currency."
    if rule.role and rule.role not in APPROVING:
        return f"the role {rule.role} does not approve."
    if not 1 <= rule.people <= policies.MOST_PEOPLE:
        return f"it needs one to {policies.MOST_PEOPLE} people."
    if rule.is_unconditional and rule.people == 1 and not rule.role and not rule.limit_from_cents:
        return "it asks for nothing that does not hold anyway."
    return None


def _row(policy: ApprovalPolicy, position: int, rule: policies.Rule) -> PolicyRule:
    return PolicyRule(
        business=policy.business,
        policy=policy,
        position=position,
        currency=rule.currency,
        total_from_cents=rule.total_from_cents,
        discount_above_percent=rule.discount_above_percent,
        term_above_months=rule.term_above_months,
        on_free_text=rule.on_free_text,
        on_below_catalog=rule.on_below_catalog,
        role=rule.role,
        limit_from_cents=rule.limit_from_cents,
        people=rule.people,
    )


def _locked(policy: ApprovalPolicy, by: Actor) -> ApprovalPolicy:
    _check_keeper(by, policy.business)
    rows = ApprovalPolicy.objects.for_business(policy.business).select_related("business")
    stored = rows.select_for_update(of=("self",)).get(pk=policy.pk)
    if stored.status != PolicyStatus.DRAFT:
        raise errors.PolicyRefused(f"{stored} is {stored.status}: propose a new version.", field="status")
    return stored


def _decide(
    policy: ApprovalPolicy, status: PolicyStatus, action: str, by: Actor, at: datetime, **stamps: object
) -> ApprovalPolicy:
    values = {"status": status, "decided_by": by.staff_member, "decided_at": at, **stamps}
    rows = ApprovalPolicy.objects.for_business(policy.business).filter(pk=policy.pk, status=PolicyStatus.DRAFT)
    if rows.update(**values) != 1:
        raise errors.PolicyRefused(f"{policy} was decided before.", field="status")
    for name, value in values.items():
        setattr(policy, name, value)
    after = {"status": status, "in_force_from": policy.in_force_from, "reason": policy.decision_reason}
    _record(policy, action, by, at, after=after)
    return policy


def _record(policy: ApprovalPolicy, action: str, by: Actor, at: datetime, *, after: ledger.State) -> None:
    ledger.record(subject=policy, action=action, by=by, at=at, after=after)
