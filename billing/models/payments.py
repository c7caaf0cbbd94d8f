import pgtrigger
from django.db import models
from django.db.models import Q

from billing.models.invoices import Invoice
from customers import checks, protections, tenancy
from customers.models import Customer

FACTS = "business customer invoice amount_cents currency received_date method reference created_at".split()


class Method(models.TextChoices):
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    CHEQUE = "cheque"
    CASH = "cash"
    OTHER = "other"


class Payment(tenancy.TenantModel):
    """Money received on an invoice. Never changed and never deleted: what was a mistake is reversed, once."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, db_constraint=False, related_name="payments", db_index=False
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="payments", db_index=False
    )
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    received_date = models.DateField()
    method = models.CharField(max_length=16, choices=Method)
    reference = models.CharField(max_length=100, blank=True)
    reversed_at = models.DateTimeField(null=True)
    reversal_reason = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("payment", "customer", "invoice"),
            models.UniqueConstraint(
                fields=("business", "reference"), condition=~Q(reference=""), name="payment_reference_once"
            ),
            checks.one_of(table="payment", field="method", values=Method.values),
            *checks.cents("payment", "amount_cents", low=1),
            checks.together(
                table="payment",
                name="reversal_says_why",
                left=Q(reversed_at__isnull=False),
                right=~Q(reversal_reason=""),
            ),
        )
        indexes = (
            models.Index(fields=("business", "invoice", "id"), name="payment_of_invoice"),
            models.Index(fields=("business", "customer", "received_date"), name="payment_of_customer"),
        )
        triggers = (
            protections.refuse(
                "facts_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__reversed_at__isnull=False) | protections.changed(*FACTS),
                sentence="A payment never changes; it is reversed, once.",
            ),
            protections.refuse("never_deleted", operation=pgtrigger.Delete, sentence="A payment is never deleted."),
            protections.refuse_truncate(sentence="A payment is never deleted."),
        )

    def __str__(self) -> str:
        return self.reference or f"payment of {self.received_date}"
