import pgtrigger
from django.db import models
from django.db.models import F
from django.db.models.functions import Length

from customers import checks, protections, tenancy
from customers.models import ApiCredential, StaffMember
from orders.models.order import Order

models.BinaryField.register_lookup(Length)

LARGEST_BYTES = 5 * 2**20
TYPES = ("application/pdf", "image/jpeg", "image/png")
KEPT = "A file of an order is kept as it was: nothing changes or deletes it."


class FileKind(models.TextChoices):
    SIGNATURE = "signature"
    PURCHASE_ORDER = "purchase_order"
    OTHER = "other"


class OrderFile(tenancy.TenantModel):
    """A document that belongs to an order, byte for byte. What proves the signature comes with it, or not at all."""

    order = tenancy.Reference(Order, related_name="files")
    kind = models.CharField(max_length=16, choices=FileKind)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=32, choices=[(name, name) for name in TYPES])
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    added_through = tenancy.Reference(ApiCredential, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("order_file", "order", "added_by", "added_through"),
            checks.one_of(table="order_file", field="kind", values=FileKind.values),
            checks.one_of(table="order_file", field="content_type", values=list(TYPES)),
            checks.between(table="order_file", field="size", low=1, high=LARGEST_BYTES),
            models.CheckConstraint(condition=models.Q(content__length=F("size")), name="order_file_has_its_size"),
        )
        triggers = (
            protections.refuse_with_parent(
                "evidence_frozen",
                parent="orders_order",
                key="order_id",
                frozen="p.signed_at IS NOT NULL OR p.approved_at IS NOT NULL",
                only=f"kind <> '{FileKind.OTHER.value}'",
                operation=pgtrigger.Insert,
                sentence="What proves a signature comes with it, never after it.",
            ),
            protections.refuse(
                "hashed",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("encode(sha256(NEW.content), 'hex') <> NEW.sha256"),
                sentence="The hash of a file is that of its bytes.",
            ),
            protections.refuse("kept", operation=pgtrigger.Update | pgtrigger.Delete, sentence=KEPT),
            protections.refuse_truncate(sentence=KEPT),
        )

    def __str__(self) -> str:
        return self.name
