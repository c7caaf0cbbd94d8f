import pgtrigger
from django.db import models
from django.db.models import F, Q

from billing.engine.billing import DocumentType
from billing.engine.charges import Kind
from billing.engine.tax import Mode
from billing.models.agreements import Agreement, AgreementLine
from billing.states import InvoiceStatus
from customers import checks, protections, tenancy
from customers.models import Customer

CONTENT = (
    "business uid type number agreement customer customer_name order_number currency invoice_date due_date "
    "subtotal_cents discount_cents tax_cents total_cents tax_treatment tax_mode tax_rate_percent issued_at"
).split()
LINES_OF_INVOICES = (
    "(SELECT l.id, i.issued_at FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id)"
)
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

    def __str__(self) -> str:
        return f"{self.series}: {self.last_number}"


class Invoice(tenancy.TenantModel):
    """A billing document. Once issued it has a number and its content never changes; only status and stamps may."""

    uid = models.UUIDField()
    type = models.CharField(max_length=16, choices=[(t, t) for t in DocumentType])
    number = models.BigIntegerField(null=True)
    status = models.CharField(
        max_length=16, choices=[(s, s.title()) for s in InvoiceStatus], default=InvoiceStatus.DRAFT
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, db_constraint=False, related_name="invoices", db_index=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, db_constraint=False, related_name="invoices", db_index=False
    )
    customer_name = models.CharField(max_length=200)
    order_number = models.CharField(max_length=32)
    currency = models.CharField(max_length=3)
    invoice_date = models.DateField()
    due_date = models.DateField()
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
            models.CheckConstraint(
                condition=Q(tax_mode=Mode.EXCLUSIVE, total_cents=F("subtotal_cents") + F("tax_cents"))
                | (~Q(tax_mode=Mode.EXCLUSIVE) & Q(total_cents=F("subtotal_cents"))),
                name="invoice_total_adds_up",
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
        )

    def __str__(self) -> str:
        return self.number_text or f"draft of {self.invoice_date}"

    @property
    def number_text(self) -> str | None:
        """The number as printed, `INV-000123`; None on a draft."""
        return None if self.number is None else f"{SERIES_PREFIX[DocumentType(self.type)]}-{self.number:06d}"

    @property
    def amount_due_cents(self) -> int:
        return self.total_cents - self.amount_paid_cents


def lines_frozen(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    return protections.refuse_with_parent(
        f"{str(operation).lower()}_frozen",
        parent="billing_invoice",
        key="invoice_id",
        frozen="p.issued_at IS NOT NULL",
        operation=operation,
        sentence="The lines of an issued invoice never change.",
    )


class InvoiceLine(tenancy.TenantModel):
    """A line of a document. The discount and a minimum's true-up belong to no agreement line."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, db_constraint=False, related_name="lines")
    position = models.PositiveSmallIntegerField()
    agreement_line = models.ForeignKey(
        AgreementLine,
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
        db_index=False,
    )
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in Kind])
    description = models.CharField(max_length=2100)
    quantity = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    unit_price_cents = models.BigIntegerField(null=True)
    amount_cents = models.BigIntegerField()
    discount_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField()
    service_start = models.DateField(null=True)
    service_end_exclusive = models.DateField(null=True)

    class Meta:
        constraints = (
            *tenancy.keys("invoice_line", "invoice", "agreement_line"),
            models.UniqueConstraint(fields=("business", "invoice", "position"), name="invoice_line_position_once"),
            *checks.cents("invoice_line", "amount_cents", "discount_cents", "tax_cents", low=-checks.LARGEST_CENTS),
            models.CheckConstraint(
                condition=Q(service_start=None, service_end_exclusive=None)
                | Q(service_start__lt=F("service_end_exclusive")),
                name="invoice_line_service_is_a_period",
            ),
        )
        triggers = tuple(map(lines_frozen, (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)))

    def __str__(self) -> str:
        return self.description


class Charge(tenancy.TenantModel):
    """What one (line, period) was billed by one document line. Its key makes any repetition harmless (R12)."""

    agreement_line = models.ForeignKey(
        AgreementLine, on_delete=models.PROTECT, db_constraint=False, related_name="charges", db_index=False
    )
    period = models.IntegerField()
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in Kind])
    revision = models.PositiveSmallIntegerField()
    invoice_line = models.ForeignKey(InvoiceLine, on_delete=models.CASCADE, db_constraint=False, related_name="charges")
    amount_cents = models.BigIntegerField()
    discount_cents = models.BigIntegerField()

    class Meta:
        constraints = (
            *tenancy.keys("charge", "agreement_line", "invoice_line"),
            models.UniqueConstraint(
                fields=("business", "agreement_line", "period", "kind", "revision"), name="charge_once"
            ),
            *checks.cents("charge", "amount_cents", "discount_cents", low=-checks.LARGEST_CENTS),
        )
        triggers = (
            protections.refuse("never_changed", operation=pgtrigger.Update, sentence="A charge never changes."),
            protections.refuse_with_parent(
                "issued_never_deleted",
                parent=LINES_OF_INVOICES,
                key="invoice_line_id",
                frozen="p.issued_at IS NOT NULL",
                operation=pgtrigger.Delete,
                sentence="A charge of an issued invoice is never deleted.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_line_id}/{self.period}/{self.kind}/{self.revision}"
