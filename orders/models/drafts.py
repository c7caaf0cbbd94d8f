"""What surrounds a draft: what is typed and not yet saved, and drafts kept as templates for others."""

from django.db import models
from django.db.models import Q

from customers import checks, tenancy
from customers.json_values import Decoder, Encoder
from customers.models import StaffMember
from orders.models.order import Order


class Autosave(tenancy.TenantModel):
    """What a member of staff has typed over a version of a draft, or into a new one, and not saved.

    Whoever only looks at a draft has a row in which nothing is typed.
    """

    staff_member = tenancy.Reference(StaffMember, related_name="+")
    order = tenancy.Reference(Order, null=True, blank=True, related_name="autosaves")
    seen_version = models.PositiveIntegerField(null=True, blank=True)
    # The fields of the draft's form, word for word.
    typed = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    # When the page was last known to be open before this person.
    looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            *tenancy.keys("autosave", "staff_member", "order"),
            models.UniqueConstraint(
                fields=("business", "staff_member", "order"), nulls_distinct=False, name="autosave_once_per_form"
            ),
            checks.together(
                table="autosave",
                name="is_over_a_version",
                left=Q(order__isnull=False),
                right=Q(seen_version__isnull=False),
            ),
        )
        indexes = (models.Index(fields=("business", "order", "-saved_at"), name="autosave_by_order"),)

    def __str__(self) -> str:
        return f"{self.staff_member} at {self.saved_at}"


class DraftTemplate(tenancy.TenantModel):
    """A draft's terms under a name, to start others from: what CreateOrder takes but the customer and the days."""

    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    terms = models.JSONField(encoder=Encoder, decoder=Decoder)
    line_count = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)
    created_by = tenancy.Reference(StaffMember, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "template"
        constraints = (
            *tenancy.keys("draft_template", "created_by"),
            models.UniqueConstraint(
                fields=("business", "name"), condition=Q(is_active=True), name="draft_template_name_once"
            ),
            checks.between(table="draft_template", field="line_count", low=0, high=2_000),
            models.CheckConstraint(condition=~Q(name=""), name="draft_template_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name
