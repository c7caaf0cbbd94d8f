import pgtrigger
from django.db import models
from django.db.models import Q

from customers import protections, tenancy
from customers.models import Event, StaffMember
from orders.models.order import Order

STAYS = "Who was mentioned was: a mention is seen, and nothing else becomes of it."


class Mention(tenancy.TenantModel):
    """A person whom a comment on an order names; open on their desk until they have seen it."""

    order = tenancy.Reference(Order, related_name="+", db_index=False)
    event = tenancy.Reference(Event, related_name="+", db_index=False)
    staff_member = tenancy.Reference(StaffMember, related_name="+", db_index=False)
    text = models.CharField(max_length=300)
    by_name = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            *tenancy.keys("mention", "order", "event", "staff_member"),
            models.UniqueConstraint(fields=("business", "event", "staff_member"), name="mention_once_each"),
        )
        indexes = (
            models.Index(
                fields=("business", "staff_member", "-id"), condition=Q(seen_at__isnull=True), name="mention_not_seen"
            ),
        )
        triggers = (
            protections.refuse(
                "stays",
                operation=pgtrigger.Update,
                condition=protections.changed(
                    "business", "order", "event", "staff_member", "text", "by_name", "created_at"
                )
                | pgtrigger.Q(old__seen_at__isnull=False),
                sentence=STAYS,
            ),
            protections.refuse("kept", operation=pgtrigger.Delete, sentence=STAYS),
            protections.refuse_truncate(sentence=STAYS),
        )

    def __str__(self) -> str:
        return f"{self.staff_member_id} on {self.order_id}"
