from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billing.engine.terms import Rule, Timing
from billing.models import Agreement, AgreementLine
from billing.states import ChangePurpose
from catalog.models import CatalogItem
from customers import checks, protections, tenancy
from customers.json_values import Decoder, Encoder
from customers.models import ApiCredential, StaffMember
from orders.commands import Origin
from orders.states import CHANGE_ORDER_TRANSITIONS, OPEN_CHANGES, ChangeOrderStatus

IDENTITY = (
    "business uid agreement number origin purpose currency delta_lines created_by created_through created_at".split()
)
TERMS = (
    "description value_delta_cents effective_date requested_date ends term_months contributor_ids terms_sha256 version"
).split()
APPROVED = Q(approved_at__isnull=False) & ~Q(approved_channel="")
NOT_APPROVED = Q(approved_at=None, approved_by=None, approved_channel="")


class ChangeOrder(tenancy.TenantModel):
    """A change to an agreement, waiting to be approved; the agreement changes once it is approved.

    It is edited only while it is prepared at the desk, from where it has a version that rises with every save.
    `delta_lines` is what was sent, word for word; what was understood of it stands in the lines.
    """

    IS_TOLD: ClassVar = True
    uid = models.UUIDField()
    agreement = tenancy.Reference(Agreement, related_name="change_orders", db_index=False)
    number = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=32, choices=[(origin, origin.title()) for origin in Origin])
    status = models.CharField(
        max_length=16, choices=[(s, s.title()) for s in ChangeOrderStatus], default=ChangeOrderStatus.DRAFT
    )
    purpose = models.CharField(
        max_length=16, choices=[(p, p.title()) for p in ChangePurpose], default=ChangePurpose.AMEND
    )
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=2000, blank=True)
    value_delta_cents = models.BigIntegerField()
    delta_lines = models.JSONField(null=True, encoder=Encoder, decoder=Decoder)
    effective_date = models.DateField(null=True)
    requested_date = models.DateField(null=True)
    # It ends the agreement, and its day is the first without service.
    ends = models.BooleanField(default=False)
    # For how long a renewal lets the term go on.
    term_months = models.PositiveSmallIntegerField(null=True)

    # The members of staff who shaped these terms. None of them may approve.
    contributor_ids = ArrayField(models.BigIntegerField(), default=list)
    created_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    created_through = tenancy.Reference(ApiCredential, null=True, related_name="+", db_index=False)
    terms_sha256 = models.CharField(max_length=64)
    version = models.PositiveIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    approved_channel = models.CharField(max_length=32, blank=True)
    rejected_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("change_order", "agreement", "created_by", "created_through", "approved_by"),
            models.UniqueConstraint(fields=("business", "uid"), name="change_order_uid_once"),
            models.UniqueConstraint(fields=("business", "agreement", "number"), name="change_order_number_once"),
            checks.one_of(table="change_order", field="status", values=list(ChangeOrderStatus)),
            checks.one_of(table="change_order", field="origin", values=list(Origin)),
            checks.one_of(table="change_order", field="purpose", values=list(ChangePurpose)),
            checks.between(table="change_order", field="term_months", low=1, high=600),
            checks.together(
                table="change_order",
                name="renewal_says_how_long",
                left=Q(purpose=ChangePurpose.RENEW),
                right=Q(term_months__isnull=False),
            ),
            *checks.cents("change_order", "value_delta_cents", low=-checks.LARGEST_CENTS),
            models.CheckConstraint(
                condition=APPROVED & Q(status=ChangeOrderStatus.APPROVED, effective_date__isnull=False)
                | NOT_APPROVED & ~Q(status=ChangeOrderStatus.APPROVED),
                name="change_order_approval_stamp",
            ),
            checks.together(
                table="change_order",
                name="rejection_stamp",
                left=Q(status=ChangeOrderStatus.REJECTED),
                right=Q(rejected_at__isnull=False),
            ),
            checks.together(
                table="change_order",
                name="days_together",
                left=Q(effective_date=None),
                right=Q(requested_date=None),
            ),
            models.CheckConstraint(
                condition=Q(ends=False) | Q(effective_date__isnull=False, purpose=ChangePurpose.AMEND),
                name="change_order_ends_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=False) | ~Q(status__in=("preparing", "discarded")),
                name="change_order_prepared_in_versions",
            ),
            models.UniqueConstraint(
                fields=("business", "agreement"),
                condition=Q(version__isnull=False, status__in=OPEN_CHANGES),
                name="change_order_one_open_amendment",
            ),
            # Four eyes, as on an order.
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(contributor_ids__contains=[F("approved_by")]),
                name="change_order_four_eyes",
            ),
        )
        indexes = (
            models.Index(fields=("business", "-id"), name="change_order_newest"),
            models.Index(fields=("business", "status", "-id"), name="change_order_by_status"),
        )
        triggers = (
            protections.refuse(
                "itself_for_good",
                operation=pgtrigger.Update,
                condition=protections.changed(*IDENTITY),
                sentence="A change order never changes: reject it and draft another.",
            ),
            protections.refuse(
                "terms_frozen",
                operation=pgtrigger.Update,
                condition=protections.changed(*TERMS) & ~pgtrigger.Q(old__status=ChangeOrderStatus.PREPARING),
                sentence="A change order never changes: reject it and draft another.",
            ),
            protections.refuse_if(
                "contributors_stay",
                operation=pgtrigger.Update,
                condition=protections.changed("contributor_ids"),
                found="NOT NEW.contributor_ids @> OLD.contributor_ids",
                sentence="Whoever worked on a change order stays on it: reject it and draft another.",
            ),
            protections.refuse(
                "decided_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__status__in=OPEN_CHANGES),
                sentence="A change order is decided once.",
            ),
            protections.refuse_if(
                "approved_on_record",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__approved_at__isnull=True, new__approved_at__isnull=False),
                found=(
                    "NOT EXISTS (SELECT 1 FROM orders_changeorderapproval a WHERE a.change_order_id = NEW.id "
                    "AND a.business_id = NEW.business_id AND a.terms_sha256 = NEW.terms_sha256 "
                    "AND a.approved_by_id IS NOT DISTINCT FROM NEW.approved_by_id)"
                ),
                sentence="A change order is approved by an approval of these terms that is on record.",
            ),
            protections.refuse_moves_but(
                "status_moves",
                field="status",
                allowed=((before, after) for (before, _), after in CHANGE_ORDER_TRANSITIONS.items()),
                sentence="A change order moves along its table of states only.",
            ),
            protections.refuse(
                "never_deleted", operation=pgtrigger.Delete, sentence="A change order is rejected, never deleted."
            ),
            protections.refuse_truncate(sentence="A change order is rejected, never deleted."),
        )

    def __str__(self) -> str:
        return f"{self.agreement.order_number} change {self.number}"


class ChangeOrderLine(tenancy.TenantModel):
    """A line of the agreement that changes, with what changes of it; or one that is added, with all it needs."""

    uid = models.UUIDField()
    change_order = tenancy.Reference(ChangeOrder, related_name="lines")
    position = models.PositiveSmallIntegerField()
    agreement_line = tenancy.Reference(AgreementLine, null=True, related_name="+")
    catalog_item = tenancy.Reference(CatalogItem, null=True, related_name="+")
    description = models.CharField(max_length=2000, blank=True)
    qty = models.DecimalField(max_digits=16, decimal_places=6, null=True)
    unit_price_cents = models.BigIntegerField(null=True)
    billing_rule = models.CharField(max_length=16, choices=[(r, r) for r in Rule], blank=True)
    billing_timing = models.CharField(max_length=16, choices=[(t, t) for t in Timing], blank=True)
    ramp_schedule = models.JSONField(null=True, encoder=Encoder, decoder=Decoder)

    class Meta:
        constraints = (
            *tenancy.keys("change_order_line", "change_order", "agreement_line", "catalog_item"),
            # An added line keeps this id as a line of the agreement.
            models.UniqueConstraint(fields=("business", "uid"), name="change_order_line_uid_once"),
            models.UniqueConstraint(
                fields=("business", "change_order", "position"), name="change_order_line_position_once"
            ),
            models.UniqueConstraint(
                fields=("business", "change_order", "agreement_line"), name="change_order_changes_a_line_once"
            ),
            checks.between(table="change_order_line", field="qty", low=0, high=checks.LARGEST_QTY),
            checks.between(
                table="change_order_line", field="unit_price_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS
            ),
            models.CheckConstraint(
                condition=Q(agreement_line__isnull=False, billing_rule="", billing_timing="", catalog_item=None)
                & (Q(qty__isnull=False) | Q(unit_price_cents__isnull=False))
                | Q(
                    agreement_line=None,
                    billing_rule__in=list(Rule),
                    qty__isnull=False,
                    unit_price_cents__isnull=False,
                ),
                name="change_order_line_changes_or_adds",
            ),
        )
        triggers = (
            protections.refuse_with_parent(
                "none_added",
                parent="orders_changeorder",
                key="change_order_id",
                frozen="p.status NOT IN ('preparing', 'draft')",
                operation=pgtrigger.Insert,
                sentence="A change order never changes: reject it and draft another.",
            ),
            protections.refuse_with_parent(
                "none_removed",
                parent="orders_changeorder",
                key="change_order_id",
                frozen="p.status <> 'preparing'",
                operation=pgtrigger.Delete,
                sentence="A change order never changes: reject it and draft another.",
            ),
            protections.refuse(
                "frozen",
                operation=pgtrigger.Update,
                sentence="A change order never changes: reject it and draft another.",
            ),
            protections.refuse_truncate(sentence="A change order never changes."),
        )

    def __str__(self) -> str:
        return f"{self.position + 1}. {self.description or self.agreement_line}"

    @property
    def is_added(self) -> bool:
        return self.agreement_line_id is None

    @property
    def order_line_uid(self) -> object:
        """The public id of the line, as the agreement knows it or will know it."""
        return self.uid if self.agreement_line is None else self.agreement_line.order_line_uid

    @property
    def rule(self) -> str:
        """How it bills: as it says, or as the line that it changes does."""
        return self.billing_rule if self.agreement_line is None else self.agreement_line.billing_rule
