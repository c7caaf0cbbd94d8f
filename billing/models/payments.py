import pgtrigger
from django.db import models
from django.db.models import F, Q

from billing.models.closings import refuse_closed_days
from billing.models.invoices import Invoice
from customers import checks, protections, tenancy
from customers.models import Customer

FACTS = "business customer invoice amount_cents currency received_date method reference created_at".split()
REVERSED = """
    SELECT n.business_id, n.reversed_date AS day FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE n.reversed_date IS DISTINCT FROM o.reversed_date
"""
GIVEN_UP = "SELECT n.business_id, n.from_date AS day FROM new_rows n"
TAKEN_BACK = """
    SELECT n.business_id, n.taken_back_date AS day FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE n.taken_back_date IS DISTINCT FROM o.taken_back_date
"""
INTO_CLOSED = "Nothing is recorded into a closed period."


class Method(models.TextChoices):
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    CHEQUE = "cheque"
    CASH = "cash"
    OTHER = "other"


class Payment(tenancy.TenantModel):
    """Money received on an invoice. Never changed and never deleted: what was a mistake is reversed, once."""

    customer = tenancy.Reference(Customer, related_name="payments", db_index=False)
    invoice = tenancy.Reference(Invoice, related_name="payments", db_index=False)
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    received_date = models.DateField()
    method = models.CharField(max_length=16, choices=Method)
    reference = models.CharField(max_length=100, blank=True)
    reversed_at = models.DateTimeField(null=True)
    # From when on it no longer counts.
    reversed_date = models.DateField(null=True)
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
            checks.together(
                table="payment",
                name="reversal_says_when",
                left=Q(reversed_at__isnull=False),
                right=Q(reversed_date__isnull=False),
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
            refuse_closed_days(
                "received_open",
                operation=pgtrigger.Insert,
                dated="SELECT n.business_id, n.received_date AS day FROM new_rows n",
                sentence=INTO_CLOSED,
            ),
            refuse_closed_days("reversed_open", operation=pgtrigger.Update, dated=REVERSED, sentence=INTO_CLOSED),
        )

    def __str__(self) -> str:
        return self.reference or f"payment of {self.received_date}"


class WriteOff(tenancy.TenantModel):
    """An invoice given up from a day on, until a payment took that back. What was on a day stays what it was."""

    invoice = tenancy.Reference(Invoice, related_name="write_offs", db_index=False)
    from_date = models.DateField()
    taken_back_date = models.DateField(null=True)
    reason = models.CharField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("write_off", "invoice"),
            models.UniqueConstraint(
                fields=("business", "invoice"), condition=Q(taken_back_date=None), name="write_off_one_standing"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="write_off_says_why"),
            models.CheckConstraint(
                condition=Q(taken_back_date=None) | Q(taken_back_date__gte=F("from_date")),
                name="write_off_is_a_period",
            ),
        )
        indexes = (models.Index(fields=("business", "invoice", "id"), name="write_off_of_invoice"),)
        triggers = (
            protections.refuse(
                "facts_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__taken_back_date__isnull=False)
                | protections.changed("business", "invoice", "from_date", "reason", "created_at"),
                sentence="A write-off never changes; it is taken back, once.",
            ),
            protections.refuse("never_deleted", operation=pgtrigger.Delete, sentence="A write-off is never deleted."),
            protections.refuse_truncate(sentence="A write-off is never deleted."),
            refuse_closed_days("given_up_open", operation=pgtrigger.Insert, dated=GIVEN_UP, sentence=INTO_CLOSED),
            refuse_closed_days("taken_back_open", operation=pgtrigger.Update, dated=TAKEN_BACK, sentence=INTO_CLOSED),
        )

    def __str__(self) -> str:
        return f"write-off from {self.from_date}"
