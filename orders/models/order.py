from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billing.engine.terms import Stub
from billing.models import Agreement
from customers import checks, protections, tenancy
from customers.json_values import Decoder, Encoder
from customers.models import ApiCredential, Customer, Project, StaffMember
from orders.commands import Origin
from orders.models.order_indexes import DECIDED, INDEXES
from orders.states import FULFILMENT_MOVES, PAYMENT_MOVES, TRANSITIONS, Fulfilment, Payment, Status

TERMS = (
    "business uid number origin customer project description order_start_date first_invoice_date term_months "
    "discount_cents tax_treatment currency stub minimum_commitment_cents subtotal_cents total_cents fixed_tax_cents "
    "fixed_tax_rate_percent fixed_tax_is_included"
).split()
FROZEN = [
    *TERMS,
    *"signed_at signed_sha256 signer_name signer_email po_number submitted_at terms_sha256 contributor_ids".split(),
    "valid_until_date",
]
WAITING_OR_DECIDED = (Status.SUBMITTED, *DECIDED)


class Order(tenancy.TenantModel):
    """A signed order in the making. `version` rises with every accepted change; amounts are in minor units."""

    IS_TOLD: ClassVar = True
    uid = models.UUIDField()
    number = models.CharField(max_length=32)
    origin = models.CharField(max_length=32, choices=[(origin, origin.title()) for origin in Origin])
    status = models.CharField(max_length=16, choices=[(s, s.title()) for s in Status], default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)

    customer = tenancy.Reference(Customer, related_name="orders", db_index=False)
    project = tenancy.Reference(Project, null=True, blank=True, related_name="orders")
    description = models.CharField(max_length=2000, blank=True)
    order_start_date = models.DateField(null=True, blank=True)
    first_invoice_date = models.DateField(null=True, blank=True)
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    discount_cents = models.BigIntegerField(default=0)
    tax_treatment = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3)
    # Whether days between the start and the first invoice are charged (R19), and the least a period comes to (R21).
    stub = models.CharField(max_length=16, choices=[(stub, stub) for stub in Stub], default=Stub.NONE)
    minimum_commitment_cents = models.BigIntegerField(default=0)
    subtotal_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    # The tax of the whole order where its door computes it by published arithmetic of its own.
    fixed_tax_cents = models.BigIntegerField(null=True)
    fixed_tax_rate_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    fixed_tax_is_included = models.BooleanField(null=True)

    # The order's number in its door's words, and what the door echoes: no amount depends on these.
    reference = models.CharField(max_length=255, blank=True)
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    payment_status = models.CharField(max_length=16, choices=[(p, p) for p in Payment], default=Payment.UNPAID)
    fulfilment_status = models.CharField(
        max_length=16, choices=[(f, f) for f in Fulfilment], default=Fulfilment.UNFULFILLED
    )
    archived_at = models.DateTimeField(null=True)

    # The members of staff who shaped these terms. None of them may approve.
    contributor_ids = ArrayField(models.BigIntegerField(), default=list)
    created_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    created_through = tenancy.Reference(ApiCredential, null=True, related_name="+", db_index=False)

    # Whose job it is at the desk: no term depends on it, and it makes nobody a contributor.
    assignee = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)

    terms_sha256 = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    signer_name = models.CharField(max_length=200, blank=True)
    signer_email = models.CharField(max_length=254, blank=True)
    # The number of the customer's own purchase order, as typed into the draft or given with the signature.
    po_number = models.CharField(max_length=64, blank=True)
    # The last day on which the offer may be accepted; null: it does not lapse.
    valid_until_date = models.DateField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    approved_channel = models.CharField(max_length=32, blank=True)
    agreement = models.OneToOneField(
        Agreement, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="order"
    )
    cancelled_at = models.DateTimeField(null=True)
    # The reason code of an order that failed, in its door's vocabulary.
    failure_code = models.CharField(max_length=16, blank=True)
    # Why the order was last sent back, withdrawn, rejected or cancelled.
    decision_reason = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys(
                "order", "customer", "project", "created_by", "created_through", "approved_by", "agreement", "assignee"
            ),
            models.UniqueConstraint(fields=("business", "uid"), name="order_uid_once"),
            models.UniqueConstraint(fields=("business", "number"), name="order_number_once"),
            checks.one_of(table="order", field="status", values=list(Status)),
            checks.one_of(table="order", field="origin", values=list(Origin)),
            checks.between(table="order", field="version", low=1, high=2**31 - 1),
            checks.between(table="order", field="term_months", low=1, high=600),
            *checks.cents("order", "discount_cents", "subtotal_cents", "minimum_commitment_cents"),
            checks.one_of(table="order", field="stub", values=list(Stub)),
            checks.one_of(table="order", field="payment_status", values=list(Payment)),
            checks.one_of(table="order", field="fulfilment_status", values=list(Fulfilment)),
            *checks.cents("order", "fixed_tax_cents"),
            models.CheckConstraint(
                condition=Q(fixed_tax_cents=None, fixed_tax_rate_percent=None, fixed_tax_is_included=None)
                | Q(
                    fixed_tax_cents__isnull=False,
                    fixed_tax_rate_percent__gte=0,
                    fixed_tax_rate_percent__lte=100,
                    fixed_tax_is_included__isnull=False,
                ),
                name="order_fixed_tax_is_whole",
            ),
            # The number a factory's customer gives an order is taken for ever.
            models.UniqueConstraint(
                fields=("business", "reference"), condition=Q(origin=Origin.VU), name="order_vu_reference_once"
            ),
            *checks.cents("order", "total_cents", low=-checks.LARGEST_CENTS),
            models.CheckConstraint(
                condition=Q(total_cents=F("subtotal_cents") - F("discount_cents")), name="order_total_adds_up"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.DRAFT, submitted_at__isnull=False)
                & ~Q(status__in=WAITING_OR_DECIDED, submitted_at__isnull=True),
                name="order_submission_stamp",
            ),
            checks.together(
                table="order",
                name="submitted_terms_are_hashed",
                left=Q(submitted_at__isnull=False),
                right=~Q(terms_sha256=""),
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_sha256="")
                | Q(signed_at__isnull=False, signed_sha256=F("terms_sha256"), submitted_at__isnull=False),
                name="order_signature_fits_the_terms",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None, approved_channel="", agreement=None)
                & ~Q(status__in=(Status.APPROVED, Status.COMPLETED))
                | Q(approved_at__isnull=False, agreement__isnull=False, submitted_at__isnull=False)
                & ~Q(approved_channel="")
                & Q(status__in=(Status.APPROVED, Status.COMPLETED, Status.CANCELLED)),
                name="order_approval_stamp",
            ),
            checks.together(
                table="order",
                name="cancellation_stamp",
                left=Q(status=Status.CANCELLED),
                right=Q(cancelled_at__isnull=False),
            ),
            checks.together(
                table="order", name="failure_has_a_code", left=Q(status=Status.FAILED), right=~Q(failure_code="")
            ),
            # Four eyes: whoever shaped the terms does not approve them. No role and no superuser gets past this.
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(contributor_ids__contains=[F("approved_by")]),
                name="order_four_eyes",
            ),
        )
        indexes = INDEXES
        triggers = (
            protections.refuse_moves_but(
                "status_moves",
                field="status",
                allowed=((before, after) for (before, _), after in TRANSITIONS.items()),
                sentence="An order moves along its table of states only.",
            ),
            protections.refuse_moves_but(
                "payment_moves",
                field="payment_status",
                allowed=PAYMENT_MOVES,
                sentence="The payment of an order moves along its table only.",
            ),
            protections.refuse_moves_but(
                "fulfilment_moves",
                field="fulfilment_status",
                allowed=FULFILMENT_MOVES,
                sentence="The fulfilment of an order moves along its table only.",
            ),
            protections.refuse(
                "version_rises",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__version__lt=pgtrigger.F("old__version")),
                sentence="The version of an order never falls.",
            ),
            protections.refuse(
                "contributors_stay",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(new__contributor_ids__contains=pgtrigger.F("old__contributor_ids")),
                sentence="Whoever contributed to an order stays its contributor.",
            ),
            protections.refuse(
                "signed_terms_frozen",
                operation=pgtrigger.Update,
                condition=(pgtrigger.Q(old__signed_at__isnull=False) | pgtrigger.Q(old__approved_at__isnull=False))
                & protections.changed(*FROZEN),
                sentence="The terms of a signed or approved order never change.",
            ),
            protections.refuse(
                "approval_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__approved_at__isnull=False)
                & protections.changed("approved_at", "approved_by", "approved_channel", "agreement"),
                sentence="An approval is never taken back or changed.",
            ),
            protections.refuse_if(
                "approved_on_record",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__approved_at__isnull=True, new__approved_at__isnull=False)
                & ~pgtrigger.Q(new__status=Status.DRAFT),
                found=(
                    "NOT EXISTS (SELECT 1 FROM orders_orderapproval a WHERE a.order_id = NEW.id "
                    "AND a.business_id = NEW.business_id AND a.terms_sha256 = NEW.terms_sha256 "
                    "AND a.submitted_at = NEW.submitted_at "
                    "AND a.approved_by_id IS NOT DISTINCT FROM NEW.approved_by_id)"
                ),
                sentence="An order is approved by an approval of these terms that is on record.",
            ),
            protections.refuse(
                "never_deleted", operation=pgtrigger.Delete, sentence="An order is cancelled, never deleted."
            ),
            protections.refuse_truncate(sentence="An order is cancelled, never deleted."),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_editable(self) -> bool:
        """A draft, or submitted and not yet signed."""
        return self.status in (Status.DRAFT, Status.SUBMITTED) and self.signed_at is None
