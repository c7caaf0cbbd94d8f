from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from billing.engine.billing import DocumentType
from billing.engine.tax import Mode
from billing.models.agreements import Agreement
from billing.models.closings import refuse_closed_days
from billing.states import INVOICE_TRANSITIONS, InvoiceStatus
from customers import checks, protections, tenancy
from customers.models import Customer

CONTENT = (
    "business uid type number agreement customer customer_name order_number currency invoice_date due_date "
    "moved_from_date subtotal_cents discount_cents tax_cents total_cents tax_treatment tax_mode tax_rate_percent "
    "issued_at"
).split()
# Invoices numbered by this statement whose lines do not make their amounts.
ISSUED_WITHOUT_ITS_LINES = """
    SELECT 1 FROM new_rows n JOIN old_rows o ON o.id = n.id AND o.issued_at IS NULL AND n.issued_at IS NOT NULL
    LEFT JOIN billing_invoiceline l ON l.invoice_id = n.id
    GROUP BY n.id, n.subtotal_cents, n.tax_cents
    HAVING coalesce(sum(l.amount_cents), 0) <> n.subtotal_cents OR coalesce(sum(l.tax_cents), 0) <> n.tax_cents
"""
DATED_AT_FIRST = "SELECT n.business_id, n.invoice_date AS day FROM new_rows n"
# The documents dated anew, numbered or voided by this statement. A draft may wait while its period closes.
DATED_SINCE = """
    SELECT n.business_id, n.invoice_date AS day FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE n.invoice_date <> o.invoice_date OR (o.issued_at IS NULL AND n.issued_at IS NOT NULL)
    UNION ALL
    SELECT n.business_id, n.voided_date FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE n.voided_date IS DISTINCT FROM o.voided_date
"""
INTO_CLOSED = "Nothing is dated into a closed period."
SERIES_PREFIX = {DocumentType.INVOICE: "INV", DocumentType.CREDIT_NOTE: "CN"}


class InvoiceCounter(tenancy.TenantModel):
    """The last number drawn of a series. Its row lock makes the numbers gapless."""

    series = models.CharField(max_length=16, choices=[(t, t) for t in DocumentType])
    last_number = models.BigIntegerField(default=0)
    # Numbers are issued in order of time, whatever the clocks of the hosts say.
    last_issued_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("invoice_counter"),
            models.UniqueConstraint(fields=("business", "series"), name="invoice_counter_once_per_series"),
            checks.between(table="invoice_counter", field="last_number", low=0, high=checks.LARGEST_CENTS),
        )
        triggers = (
            protections.refuse(
                "only_rises",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__last_number__lte=pgtrigger.F("old__last_number")),
                sentence="A number once drawn is never drawn again.",
            ),
            protections.refuse(
                "never_deleted", operation=pgtrigger.Delete, sentence="A number once drawn is never drawn again."
            ),
            protections.refuse_truncate(sentence="A number once drawn is never drawn again."),
        )

    def __str__(self) -> str:
        return f"{self.series}: {self.last_number}"


class Invoice(tenancy.TenantModel):
    """A billing document. Once issued it has a number and its content never changes; only status and stamps may."""

    IS_TOLD: ClassVar = True
    uid = models.UUIDField()
    type = models.CharField(max_length=16, choices=[(t, t) for t in DocumentType])
    number = models.BigIntegerField(null=True)
    status = models.CharField(
        max_length=16, choices=[(s, s.title()) for s in InvoiceStatus], default=InvoiceStatus.DRAFT
    )
    agreement = tenancy.Reference(Agreement, related_name="invoices", db_index=False)
    customer = tenancy.Reference(Customer, related_name="invoices", db_index=False)
    customer_name = models.CharField(max_length=200)
    order_number = models.CharField(max_length=32)
    currency = models.CharField(max_length=3)
    invoice_date = models.DateField()
    # A credit note is not due.
    due_date = models.DateField(null=True)
    # The day it was scheduled for, when the books were closed by then and its date moved to the first open day.
    moved_from_date = models.DateField(null=True)
    subtotal_cents = models.BigIntegerField()
    discount_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    tax_treatment = models.CharField(max_length=64, blank=True)
    tax_mode = models.CharField(max_length=16, choices=[(mode, mode.title()) for mode in Mode])
    tax_rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    amount_paid_cents = models.BigIntegerField(default=0)
    # A draft on hold waits for a person; a billing run passes it by.
    is_held = models.BooleanField(default=False)
    # When a draft was first shown for review; nothing is shown twice.
    presented_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # From when on a void document no longer counts.
    voided_date = models.DateField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("invoice", "agreement", "customer"),
            models.UniqueConstraint(fields=("business", "uid"), name="invoice_uid_once"),
            models.UniqueConstraint(fields=("business", "type", "number"), name="invoice_number_once"),
            checks.one_of(table="invoice", field="type", values=list(DocumentType)),
            checks.one_of(table="invoice", field="status", values=list(InvoiceStatus)),
            checks.one_of(table="invoice", field="tax_mode", values=list(Mode)),
            *checks.cents(
                "invoice",
                "subtotal_cents",
                "tax_cents",
                "total_cents",
                "discount_cents",
                low=-checks.LARGEST_CENTS,
            ),
            *checks.cents("invoice", "amount_paid_cents"),
            models.CheckConstraint(
                condition=(Q(status=InvoiceStatus.DRAFT, number=None, issued_at=None))
                | (~Q(status=InvoiceStatus.DRAFT) & Q(number__gte=1, issued_at__isnull=False)),
                name="invoice_numbered_when_issued",
            ),
            checks.together(
                table="invoice",
                name="void_says_when",
                left=Q(status=InvoiceStatus.VOID),
                right=Q(voided_date__isnull=False),
            ),
            checks.together(
                table="invoice",
                name="credit_note_is_not_due",
                left=Q(type=DocumentType.CREDIT_NOTE),
                right=Q(due_date=None),
            ),
            models.CheckConstraint(
                condition=Q(moved_from_date=None) | Q(moved_from_date__lt=F("invoice_date")),
                name="invoice_moves_to_a_later_day",
            ),
            models.CheckConstraint(
                condition=Q(tax_mode=Mode.EXCLUSIVE, total_cents=F("subtotal_cents") + F("tax_cents"))
                | (~Q(tax_mode=Mode.EXCLUSIVE) & Q(total_cents=F("subtotal_cents"))),
                name="invoice_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(InvoiceStatus.DRAFT, InvoiceStatus.VOID), amount_paid_cents=0)
                | Q(status=InvoiceStatus.OPEN, amount_paid_cents=0)
                | Q(
                    status__in=(InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE),
                    amount_paid_cents__lt=F("total_cents"),
                )
                | Q(status=InvoiceStatus.PAID, amount_paid_cents__gt=0, amount_paid_cents__gte=F("total_cents")),
                name="invoice_paid_as_its_status_says",
            ),
        )
        indexes = (
            models.Index(fields=("business", "agreement", "invoice_date"), name="invoice_of_agreement"),
            models.Index(fields=("business", "customer", "id"), name="invoice_of_customer"),
            models.Index(
                fields=("business", "invoice_date", "id"),
                condition=Q(status=InvoiceStatus.DRAFT),
                name="invoice_draft_due",
            ),
            # What the desk lists: what is not paid in time, the longest first, and the states that are rare.
            models.Index(
                fields=("business", "due_date", "id"),
                condition=Q(status=InvoiceStatus.OPEN, amount_paid_cents__lt=F("total_cents")),
                name="invoice_overdue",
            ),
            models.Index(
                fields=("business", "status", "-id"),
                condition=Q(status__in=(InvoiceStatus.VOID, InvoiceStatus.UNCOLLECTIBLE)),
                name="invoice_given_up",
            ),
        )
        triggers = (
            protections.refuse(
                "issued_content_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__issued_at__isnull=False) & protections.changed(*CONTENT),
                sentence="An issued invoice never changes.",
            ),
            protections.refuse(
                "issued_never_deleted",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__issued_at__isnull=False),
                sentence="An issued invoice is never deleted.",
            ),
            protections.refuse_truncate(sentence="An issued invoice is never deleted."),
            protections.refuse_moves_but(
                "status_moves",
                field="status",
                allowed=((before, after) for (before, _), after in INVOICE_TRANSITIONS.items()),
                sentence="An invoice moves along its table of states only.",
            ),
            refuse_closed_days("dated_open", operation=pgtrigger.Insert, dated=DATED_AT_FIRST, sentence=INTO_CLOSED),
            refuse_closed_days("issued_open", operation=pgtrigger.Update, dated=DATED_SINCE, sentence=INTO_CLOSED),
            protections.refuse_rows(
                "issued_adds_up",
                operation=pgtrigger.Update,
                rows=ISSUED_WITHOUT_ITS_LINES,
                sentence="The lines of an issued invoice add up to it.",
            ),
        )

    def __str__(self) -> str:
        return self.number_text or f"draft of {self.invoice_date}"

    @property
    def number_text(self) -> str | None:
        """The number as printed, `INV-000123`; None on a draft."""
        return None if self.number is None else f"{SERIES_PREFIX[DocumentType(self.type)]}-{self.number:06d}"

    @property
    def scheduled_date(self) -> date:
        """The day the schedule gives it, closed or not: its tax rate and its place in a run are that day's."""
        return self.moved_from_date or self.invoice_date

    @property
    def amount_due_cents(self) -> int:
        return self.total_cents - self.amount_paid_cents
