from django.db import models

from customers import tenancy
from customers.models import StaffMember


class SavedView(tenancy.TenantModel):
    """A view of the orders list under a name: a query string, for its owner or for the whole team."""

    owner = tenancy.Reference(StaffMember, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    is_team = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("saved_view", "owner"),
            models.UniqueConstraint(fields=("business", "owner", "name"), name="saved_view_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class ViewPin(tenancy.TenantModel):
    """A view that a member of staff has as a tile on the desk."""

    view = tenancy.Reference(SavedView, on_delete=models.CASCADE, related_name="pins")
    staff_member = tenancy.Reference(StaffMember, on_delete=models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("view_pin", "view", "staff_member"),
            models.UniqueConstraint(fields=("business", "staff_member", "view"), name="view_pin_once"),
        )

    def __str__(self) -> str:
        return f"{self.staff_member}: {self.view}"
