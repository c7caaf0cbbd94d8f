import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from customers import protections, tenancy
from customers.models.parties import Customer
from customers.models.staff import StaffMember

FACTS = "business survivor merged before after moved merged_by merged_at undo_until".split()


class CustomerMerge(tenancy.TenantModel):
    """Two customers found to be one: what the survivor took over, and what moved, so that it can be undone once.

    `before` and `after` are the survivor's fields that changed; `moved` names rows by kind, as ids.
    """

    survivor = tenancy.Reference(Customer, related_name="+")
    merged = tenancy.Reference(Customer, related_name="+")
    merged_status = models.CharField(max_length=16)
    before = models.JSONField(encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder)
    moved = models.JSONField()
    merged_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    merged_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = (
            *tenancy.keys("customer_merge", "survivor", "merged", "merged_by", "undone_by"),
            models.UniqueConstraint(
                fields=("business", "merged"), condition=Q(undone_at=None), name="customer_merge_stands_once"
            ),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="customer_merge_is_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__lte=F("undo_until")), name="customer_merge_undone_in_time"
            ),
        )
        triggers = (
            protections.refuse(
                "facts_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__undone_at__isnull=False) | protections.changed(*FACTS),
                sentence="A merge of customers is undone, once, and never changed.",
            ),
            protections.refuse(
                "never_deleted", operation=pgtrigger.Delete, sentence="A merge of customers is never deleted."
            ),
            protections.refuse_truncate(sentence="A merge of customers is never deleted."),
        )

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"
