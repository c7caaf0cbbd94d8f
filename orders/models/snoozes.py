from django.db import models
from django.db.models import Q

from customers import tenancy
from customers.models import StaffMember
from orders.models.order import Order


class Snooze(tenancy.TenantModel):
    """An order that a person has put off: it is out of their own queue until a day, and back on it by itself."""

    order = tenancy.Reference(Order, related_name="+")
    staff_member = tenancy.Reference(StaffMember, related_name="+", db_index=False)
    until_date = models.DateField()
    reason = models.CharField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("snooze", "order", "staff_member"),
            models.UniqueConstraint(fields=("business", "staff_member", "order"), name="snooze_once_each"),
            models.CheckConstraint(condition=~Q(reason=""), name="snooze_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.order} until {self.until_date}"
