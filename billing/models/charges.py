import pgtrigger
from django.db import models
from django.db.models import F, Q

from billing.engine.charges import Kind
from billing.models.agreements import AgreementLine
from billing.models.invoices import Invoice
from customers import checks, protections, tenancy

LINES_OF_INVOICES = (
    "(SELECT l.id, i.issued_at FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id)"
)


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
    """A line of a document. The contract discount belongs to no agreement line."""

    invoice = tenancy.Reference(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    agreement_line = tenancy.Reference(AgreementLine, null=True, related_name="+", db_index=False)
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
        triggers = (
            *map(lines_frozen, (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)),
            protections.refuse_truncate(sentence="The lines of an issued invoice never change."),
        )

    def __str__(self) -> str:
        return self.description


def charges_frozen(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    return protections.refuse_with_parent(
        f"{str(operation).lower()}_frozen",
        parent=LINES_OF_INVOICES,
        key="invoice_line_id",
        frozen="p.issued_at IS NOT NULL",
        operation=operation,
        sentence="The charges of an issued invoice never change.",
    )


class Charge(tenancy.TenantModel):
    """What one (line, period) was billed by one document line. Its key makes any repetition harmless (R12)."""

    agreement_line = tenancy.Reference(AgreementLine, related_name="charges", db_index=False)
    period = models.IntegerField()
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in Kind])
    revision = models.PositiveSmallIntegerField()
    invoice_line = tenancy.Reference(InvoiceLine, on_delete=models.CASCADE, related_name="charges")
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
            *map(charges_frozen, (pgtrigger.Insert, pgtrigger.Delete)),
            protections.refuse_truncate(sentence="The charges of an issued invoice never change."),
        )

    def __str__(self) -> str:
        return f"{self.agreement_line_id}/{self.period}/{self.kind}/{self.revision}"
