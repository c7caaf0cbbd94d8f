from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from customers import checks, tenancy
from customers.permissions import GRANTS, Permission, Role


class User(AbstractUser):
    """A person who can log in. An address names one person, in whatever case it is written."""

    class Meta(AbstractUser.Meta):
        constraints = (models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="user_email_once"),)


class StaffMember(tenancy.TenantModel):
    """A person's place in one business: what they may do there."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="staff_member")
    role = models.CharField(max_length=16, choices=[(role, role.title()) for role in Role])

    class Meta:
        constraints = (
            *tenancy.keys("staff_member"),
            checks.one_of(table="staff_member", field="role", values=list(Role)),
        )

    def __str__(self) -> str:
        return self.user.get_full_name() or self.user.get_username()

    def may(self, permission: Permission) -> bool:
        return self.user.is_active and permission in GRANTS[Role(self.role)]


class ApprovalLimit(tenancy.TenantModel):
    """The largest order total, in minor units of one currency, that a member may approve. No row: none at all."""

    staff_member = models.ForeignKey(
        StaffMember, on_delete=models.CASCADE, db_constraint=False, related_name="approval_limits"
    )
    currency = models.CharField(max_length=3)
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = (
            *tenancy.keys("approval_limit", "staff_member"),
            *checks.cents("approval_limit", "amount_cents"),
            models.UniqueConstraint(
                fields=("business", "staff_member", "currency"), name="approval_limit_once_per_currency"
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff_member}: {self.currency} {self.amount_cents}"
