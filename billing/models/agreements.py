from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from billing.engine.tax import Mode
from billing.engine.terms import Rule, Stub, Timing
from billing.states import AGREEMENT_TRANSITIONS, AgreementStatus
from customers import checks, protections, tenancy
from customers.json_values import Decoder, Encoder
from customers.models import Customer

TERMS = (
    "business uid order_uid order_number customer customer_name start_date anchor_date term_months approved_on "
    "currency discount_cents tax_treatment tax_mode stub minimum_commitment_cents timezone net_days terms_sha256 "
    "line_count fixed_tax_cents fixed_tax_rate_percent"
).split()


class Agreement(tenancy.TenantModel):
    """What was signed and approved, copied down and frozen. It bills itself; nobody looks up at the order again."""

    IS_TOLD: ClassVar = True
    uid = models.UUIDField()
    order_uid = models.UUIDField()
    order_number = models.CharField(max_length=32)
    customer = tenancy.Reference(Customer, related_name="agreements", db_index=False)
    customer_name = models.CharField(max_length=200)
    start_date = models.DateField(null=True)
    anchor_date = models.DateField()
    term_months = models.PositiveSmallIntegerField(null=True)
    approved_on = models.DateField()
    currency = models.CharField(max_length=3)
    discount_cents = models.BigIntegerField()
    tax_treatment = models.CharField(max_length=64, blank=True)
    tax_mode = models.CharField(max_length=16, choices=[(mode, mode.title()) for mode in Mode])
    stub = models.CharField(max_length=16, choices=[(stub, stub) for stub in Stub])
    minimum_commitment_cents = models.BigIntegerField()
    # The tax of all that it bills, where it was signed as an amount; its mode is the tax mode above.
    fixed_tax_cents = models.BigIntegerField(null=True)
    fixed_tax_rate_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    timezone = models.CharField(max_length=64)
    net_days = models.PositiveSmallIntegerField()
    terms_sha256 = models.CharField(max_length=64)
    line_count = models.PositiveSmallIntegerField()

    status = models.CharField(
        max_length=16, choices=[(s, s.title()) for s in AgreementStatus], default=AgreementStatus.ACTIVE
    )
    completed_at = models.DateTimeField(null=True)
    next_due_date = models.DateField(null=True)
    billed_through_date = models.DateField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("agreement", "customer"),
            models.UniqueConstraint(fields=("business", "uid"), name="agreement_uid_once"),
            models.UniqueConstraint(fields=("business", "order_uid"), name="agreement_once_per_order"),
            checks.one_of(table="agreement", field="status", values=list(AgreementStatus)),
            checks.one_of(table="agreement", field="tax_mode", values=list(Mode)),
            checks.between(table="agreement", field="term_months", low=1, high=600),
            *checks.cents("agreement", "discount_cents", "minimum_commitment_cents", "fixed_tax_cents"),
            checks.together(
                table="agreement",
                name="fixed_tax_is_whole",
                left=Q(fixed_tax_cents__isnull=False),
                right=Q(fixed_tax_rate_percent__isnull=False),
            ),
            checks.together(
                table="agreement",
                name="completion_stamp",
                left=Q(status=AgreementStatus.COMPLETED),
                right=Q(completed_at__isnull=False),
            ),
        )
        indexes = (
            models.Index(
                fields=("business", "next_due_date", "id"),
                condition=Q(next_due_date__isnull=False),
                name="agreement_due",
            ),
            models.Index(fields=("business", "customer", "id"), name="agreement_of_customer"),
        )
        triggers = (
            protections.refuse(
                "terms_frozen",
                operation=pgtrigger.Update,
                condition=protections.changed(*TERMS),
                sentence="The terms of an agreement never change.",
            ),
            protections.refuse_moves_but(
                "status_moves",
                field="status",
                allowed=((before, after) for (before, _), after in AGREEMENT_TRANSITIONS.items()),
                sentence="An agreement moves along its table of states only.",
            ),
            protections.refuse("never_deleted", operation=pgtrigger.Delete, sentence="An agreement is never deleted."),
            protections.refuse_truncate(sentence="An agreement is never deleted."),
        )

    def __str__(self) -> str:
        return self.order_number


class AgreementLine(tenancy.TenantModel):
    """A signed line with its own words, quantity, price and ramp. Only what is committed and delivered moves."""

    agreement = tenancy.Reference(Agreement, related_name="lines")
    position = models.PositiveSmallIntegerField()
    order_line_uid = models.UUIDField()
    catalog_item_uid = models.UUIDField(null=True)
    description = models.CharField(max_length=2000, blank=True)
    qty = models.DecimalField(max_digits=16, decimal_places=6)
    unit_price_cents = models.BigIntegerField()
    billing_rule = models.CharField(max_length=16, choices=[(rule, rule) for rule in Rule])
    billing_timing = models.CharField(max_length=16, choices=[(t, t) for t in Timing], blank=True)
    ramp_schedule = models.JSONField(null=True, encoder=Encoder, decoder=Decoder)
    prepaid_expiry_months = models.PositiveSmallIntegerField(null=True)
    pricing = models.JSONField(null=True, encoder=Encoder, decoder=Decoder)
    fixed_amount_cents = models.BigIntegerField(null=True)
    # The change that added this line after the approval, if one did.
    added_by = models.OneToOneField(
        "billing.AgreementChange", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="line"
    )
    # What may be delivered on a per_unit line: the signed quantity, or what an amendment made of it.
    committed_qty = models.DecimalField(max_digits=16, decimal_places=6)
    delivered_qty = models.DecimalField(max_digits=16, decimal_places=6, default=0)

    class Meta:
        constraints = (
            *tenancy.keys("agreement_line", "agreement", "added_by"),
            models.UniqueConstraint(fields=("business", "agreement", "position"), name="agreement_line_position_once"),
            models.UniqueConstraint(fields=("business", "order_line_uid"), name="agreement_line_once_per_order_line"),
            checks.between(table="agreement_line", field="qty", low=0, high=checks.LARGEST_QTY),
            checks.between(
                table="agreement_line", field="unit_price_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS
            ),
            checks.one_of(table="agreement_line", field="billing_rule", values=list(Rule)),
            # R4: no more units than ordered are ever delivered on a per_unit line.
            models.CheckConstraint(
                condition=Q(delivered_qty__gte=0, delivered_qty__lte=models.F("committed_qty")),
                name="agreement_line_delivers_no_more_than_ordered",
            ),
        )
        triggers = (
            protections.refuse(
                "terms_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["committed_qty", "delivered_qty"]),
                sentence="The lines of an agreement never change.",
            ),
            protections.refuse(
                "never_deleted",
                operation=pgtrigger.Delete,
                sentence="A line of an agreement is never deleted.",
            ),
            protections.refuse_with_parent(
                "none_added",
                parent="billing_agreement",
                key="agreement_id",
                frozen=(
                    "(SELECT count(*) FROM billing_agreementline l "
                    "WHERE l.agreement_id = p.id AND l.added_by_id IS NULL) > p.line_count"
                ),
                operation=pgtrigger.Insert,
                sentence="An agreement has the lines that were approved or added by a change.",
            ),
            protections.refuse_truncate(sentence="A line of an agreement is never deleted."),
        )

    def __str__(self) -> str:
        return f"{self.position + 1}. {self.description}"


class Usage(tenancy.TenantModel):
    """A metered event or an approved unit entry. Its identity is (line, event_id): the first one wins (R15).

    `period` is the index on the agreement's grid of the event's local day; outside the term it is kept and not billed.
    """

    uid = models.UUIDField()
    agreement_line = tenancy.Reference(AgreementLine, related_name="usage", db_index=False)
    event_id = models.CharField(max_length=128)
    # The event of the same line that this one replaces.
    corrects = models.CharField(max_length=128, blank=True)
    occurred_at = models.DateTimeField()
    local_date = models.DateField()
    period = models.IntegerField()
    quantity = models.DecimalField(max_digits=16, decimal_places=6)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "usage"
        constraints = (
            *tenancy.keys("usage", "agreement_line"),
            models.UniqueConstraint(fields=("business", "uid"), name="usage_uid_once"),
            models.UniqueConstraint(fields=("business", "agreement_line", "event_id"), name="usage_event_once"),
            checks.between(table="usage", field="quantity", low=0, high=checks.LARGEST_QTY),
        )
        triggers = (
            protections.refuse(
                "append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                sentence="Usage is append-only: correct it with a new event.",
            ),
            protections.refuse_truncate(sentence="Usage is append-only."),
        )

    def __str__(self) -> str:
        return f"{self.event_id}: {self.quantity} on {self.local_date}"
