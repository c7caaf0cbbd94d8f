import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from customers import checks, protections, tenancy
from customers.lists import Density
from customers.permissions import GRANTS, Permission, Role


class User(AbstractUser):
    """A person who can log in. An address names one person, in whatever case it is written."""

    # Counted on to end every session of this person; a new password does so by itself.
    session_epoch = models.PositiveIntegerField(default=0, db_default=0)

    class Meta(AbstractUser.Meta):
        constraints = (models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="user_email_once"),)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must bear to be this person's: changes with the password and with `session_epoch`."""
        said = f"{self.password}:{self.session_epoch}"
        return salted_hmac("customers.User.session", said, secret=secret, algorithm="sha256").hexdigest()


class StaffMember(tenancy.TenantModel):
    """A person's place in one business: what they may do there."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="staff_member")
    role = models.CharField(max_length=16, choices=[(role, role.title()) for role in Role])
    # How this person has their lists: how close the rows stand, and which columns the orders have; empty: the usual.
    list_density = models.CharField(max_length=16, choices=[(d, d) for d in Density], default=Density.COMFORTABLE)
    list_columns = ArrayField(models.CharField(max_length=32), default=list, blank=True)

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = (
            *tenancy.keys("staff_member"),
            checks.one_of(table="staff_member", field="role", values=list(Role)),
            checks.one_of(table="staff_member", field="list_density", values=list(Density)),
        )

    def __str__(self) -> str:
        return self.user.get_full_name() or self.user.get_username()

    def may(self, permission: Permission) -> bool:
        return self.user.is_active and permission in GRANTS[Role(self.role)]


class ApprovalLimit(tenancy.TenantModel):
    """The largest order total, in minor units of one currency, that a member may approve. No row: none at all.

    `daily_cents` is what the approvals within it may come to in a day of the business; null is no bound.
    """

    staff_member = tenancy.Reference(StaffMember, on_delete=models.CASCADE, related_name="approval_limits")
    currency = models.CharField(max_length=3)
    amount_cents = models.BigIntegerField()
    daily_cents = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            *tenancy.keys("approval_limit", "staff_member"),
            *checks.cents("approval_limit", "amount_cents", "daily_cents"),
            models.CheckConstraint(
                condition=models.Q(daily_cents=None) | models.Q(daily_cents__gte=models.F("amount_cents")),
                name="approval_limit_day_holds_one",
            ),
            models.UniqueConstraint(
                fields=("business", "staff_member", "currency"), name="approval_limit_once_per_currency"
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff_member}: {self.currency} {self.amount_cents}"


class Delegation(tenancy.TenantModel):
    """A deputy: for a while, the delegate may approve within the delegator's limit. Half-open, `[starts_at, ends_at)`.

    One hop: who stands in for somebody hands nothing on in that time, so there are no circles either.
    """

    delegator = tenancy.Reference(StaffMember, related_name="delegations_given")
    delegate = tenancy.Reference(StaffMember, related_name="delegations_held")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("delegation", "delegator", "delegate"),
            models.CheckConstraint(condition=~Q(delegator=F("delegate")), name="delegation_is_to_somebody_else"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="delegation_ends_after_it_starts"),
        )
        triggers = (
            # Under the lock of the business's row, so that of two halves of a chain the second is refused.
            protections.refuse_if(
                "one_hop",
                operation=pgtrigger.Insert,
                lock="customers_business WHERE id = NEW.business_id FOR NO KEY UPDATE",
                found=(
                    "EXISTS (SELECT 1 FROM customers_delegation d WHERE d.business_id = NEW.business_id "
                    "AND (d.delegator_id = NEW.delegate_id OR d.delegate_id = NEW.delegator_id) "
                    "AND d.starts_at < d.ends_at AND d.starts_at < NEW.ends_at AND NEW.starts_at < d.ends_at)"
                ),
                sentence="A delegation goes one hop and never in a circle.",
            ),
            protections.refuse(
                "only_ends",
                operation=pgtrigger.Update,
                condition=protections.changed("business", "delegator", "delegate", "starts_at", "reason", "created_at")
                | pgtrigger.Q(new__ends_at__gt=pgtrigger.F("old__ends_at")),
                sentence="A delegation is ended early or it stays as it is.",
            ),
            protections.refuse(
                "never_deleted", operation=pgtrigger.Delete, sentence="A delegation is ended, never deleted."
            ),
        )

    def __str__(self) -> str:
        return f"{self.delegate} for {self.delegator}"
