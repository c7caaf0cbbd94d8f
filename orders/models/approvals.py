from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from customers import checks, protections, tenancy
from customers.models import ApiCredential, StaffMember
from customers.permissions import APPROVING
from orders import policies
from orders.models.order import Order
from orders.states import PolicyStatus

APPROVING_ROLES = sorted(APPROVING)


class ApprovalPolicy(tenancy.TenantModel):
    """One version of a business's approval policy: written once, then approved by somebody else or turned down.

    The version in force at a moment is the approved one that came into force last. None is ever edited or deleted.
    """

    IS_TOLD: ClassVar = True
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    note = models.CharField(max_length=1000, blank=True)
    status = models.CharField(max_length=16, choices=[(s, s.title()) for s in PolicyStatus], default=PolicyStatus.DRAFT)
    # From when it is to hold; it never holds before its approval. Null: from its approval on.
    effective_at = models.DateTimeField(null=True)
    in_force_from = models.DateTimeField(null=True)
    proposed_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name_plural = "approval policies"
        constraints = (
            *tenancy.keys("approval_policy", "proposed_by", "decided_by"),
            models.UniqueConstraint(fields=("business", "version"), name="approval_policy_version_once"),
            checks.one_of(table="approval_policy", field="status", values=list(PolicyStatus)),
            # Nobody approves a change of the policy that they proposed.
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(proposed_by=None) | ~Q(decided_by=F("proposed_by")),
                name="approval_policy_four_eyes",
            ),
            checks.together(
                table="approval_policy",
                name="decision_stamp",
                left=~Q(status=PolicyStatus.DRAFT),
                right=Q(decided_at__isnull=False),
            ),
            checks.together(
                table="approval_policy",
                name="in_force_stamp",
                left=Q(status=PolicyStatus.APPROVED),
                right=Q(in_force_from__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(in_force_from=None) | Q(in_force_from__gte=F("decided_at")),
                name="approval_policy_never_backdated",
            ),
        )
        triggers = (
            protections.refuse(
                "decided_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__status=PolicyStatus.DRAFT)
                | protections.changed(
                    "business", "version", "name", "note", "effective_at", "proposed_by", "proposed_at"
                ),
                sentence="A policy is never edited: propose a new version.",
            ),
            protections.refuse(
                "never_deleted", operation=pgtrigger.Delete, sentence="A policy is never deleted: decisions name it."
            ),
            protections.refuse_truncate(sentence="Policies are never deleted: decisions name them."),
        )

    def __str__(self) -> str:
        return f"{self.name} r{self.version}"


class PolicyRule(tenancy.TenantModel):
    """A rule of a policy, as `orders.policies.Rule` reads it; it is written with its policy and never changes."""

    policy = tenancy.Reference(ApprovalPolicy, related_name="rules")
    position = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    total_from_cents = models.BigIntegerField(null=True)
    discount_above_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    term_above_months = models.PositiveSmallIntegerField(null=True)
    on_free_text = models.BooleanField(default=False)
    on_below_catalog = models.BooleanField(default=False)
    role = models.CharField(max_length=16, blank=True)
    limit_from_cents = models.BigIntegerField(null=True)
    people = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = (
            *tenancy.keys("policy_rule", "policy"),
            models.UniqueConstraint(fields=("business", "policy", "position"), name="policy_rule_position_once"),
            *checks.cents("policy_rule", "total_from_cents", "limit_from_cents"),
            checks.between(table="policy_rule", field="discount_above_percent", low=0, high=100),
            checks.between(table="policy_rule", field="term_above_months", low=0, high=600),
            checks.between(table="policy_rule", field="people", low=1, high=policies.MOST_PEOPLE),
            checks.one_of(table="policy_rule", field="role", values=["", *APPROVING_ROLES]),
            # An amount means nothing without its currency.
            models.CheckConstraint(
                condition=Q(total_from_cents=None, limit_from_cents=None) | ~Q(currency=""),
                name="policy_rule_amounts_have_a_currency",
            ),
        )
        triggers = (
            protections.refuse_with_parent(
                "only_with_a_draft",
                parent="orders_approvalpolicy",
                key="policy_id",
                frozen=f"p.status <> '{PolicyStatus.DRAFT}'",
                operation=pgtrigger.Insert,
                sentence="The rules of a decided policy never change.",
            ),
            protections.refuse(
                "never_changed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                sentence="The rules of a policy never change: propose a new version.",
            ),
            protections.refuse_truncate(sentence="The rules of a policy never change."),
        )

    def __str__(self) -> str:
        return policies.sentence(self.as_rule)

    @property
    def as_rule(self) -> policies.Rule:
        return policies.Rule(
            currency=self.currency,
            total_from_cents=self.total_from_cents,
            discount_above_percent=self.discount_above_percent,
            term_above_months=self.term_above_months,
            on_free_text=self.on_free_text,
            on_below_catalog=self.on_below_catalog,
            role=self.role,
            limit_from_cents=self.limit_from_cents,
            people=self.people,
        )


class Approval(tenancy.TenantModel):
    """What every approval tells: by whom, for whom, of which terms, and under which policy."""

    terms_sha256 = models.CharField(max_length=64)
    # Nobody of the staff: a credential approved, or the system completed it.
    approved_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    on_behalf_of = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    credential = tenancy.Reference(ApiCredential, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=32)
    # What counted for the policy when it was given, whatever becomes of the person later.
    role = models.CharField(max_length=16, blank=True)
    limit_cents = models.BigIntegerField(null=True)
    # The version of the policy it was made under; null where there was none.
    policy = tenancy.Reference(ApprovalPolicy, null=True, related_name="+", db_index=False)
    reasons = ArrayField(models.CharField(max_length=200), default=list)
    at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def hand(self) -> policies.Hand | None:
        """What a policy counts of it; nothing where no person approved."""
        if self.approved_by_id is None:
            return None
        return policies.Hand(
            person=self.approved_by_id, role=self.role, limit_cents=self.limit_cents or 0, behind=self.on_behalf_of_id
        )


class OrderApproval(Approval):
    """One approval of an order: by whom, for whom, of which version and terms, and under which policy. Append-only.

    The last one that a policy asks for moves the order, in the same transaction.
    """

    order = tenancy.Reference(Order, related_name="approvals")
    version = models.PositiveIntegerField()
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("order_approval", "order", "approved_by", "on_behalf_of", "credential", "policy"),
            # Two approvals are of two people, also where one of them has a deputy.
            models.UniqueConstraint(
                fields=("business", "order", "submitted_at", "terms_sha256", "approved_by"),
                condition=Q(approved_by__isnull=False),
                name="order_approval_once_each",
            ),
            models.UniqueConstraint(
                fields=("business", "order", "submitted_at", "terms_sha256", "on_behalf_of"),
                condition=Q(on_behalf_of__isnull=False),
                name="order_approval_once_for_each",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of=None) | Q(approved_by__isnull=False) & ~Q(on_behalf_of=F("approved_by")),
                name="order_approval_by_a_deputy",
            ),
            *checks.cents("order_approval", "limit_cents"),
        )
        indexes = (
            models.Index(fields=("business", "order", "id"), name="order_approval_of_order"),
            models.Index(fields=("business", "at"), name="order_approval_of_a_day"),
        )
        triggers = (
            protections.refuse_if(
                "fits_the_order",
                operation=pgtrigger.Insert,
                found=(
                    "NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.id = NEW.order_id "
                    "AND o.status = 'submitted' AND o.version = NEW.version AND o.terms_sha256 = NEW.terms_sha256 "
                    "AND o.submitted_at = NEW.submitted_at AND NOT (o.contributor_ids && "
                    "array_remove(ARRAY[NEW.approved_by_id, NEW.on_behalf_of_id]::bigint[], NULL)))"
                ),
                sentence="An approval is of the submitted version, by nobody who worked on it.",
            ),
            *protections.append_only("An approval is never taken back or changed."),
        )

    def __str__(self) -> str:
        return f"{self.order_id} v{self.version} by {self.approved_by or self.channel}"
