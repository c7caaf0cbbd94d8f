from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from customers import protections, tenancy
from customers.models.credentials import ApiCredential
from customers.models.staff import StaffMember


class Event(tenancy.TenantModel):
    """One change: who, when, through which channel, in answer to which request, before and after. Append-only."""

    subject_type = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=32)
    channel = models.CharField(max_length=32)
    staff_member = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    credential = tenancy.Reference(ApiCredential, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=254)
    request_id = models.CharField(max_length=128, blank=True)
    at = models.DateTimeField()
    before = models.JSONField(encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        constraints = (*tenancy.keys("event", "staff_member", "credential"),)
        indexes = (
            models.Index(fields=("business", "subject_type", "subject_id", "id"), name="event_of_subject"),
            models.Index(fields=("business", "request_id"), condition=~Q(request_id=""), name="event_of_request"),
        )
        triggers = (*protections.append_only("The event ledger is append-only."),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.subject_type} {self.action} by {self.actor_name}"


class EventSeal(tenancy.TenantModel):
    """A link of a business's chain: the place of one event, and the digest of it and of all before it. Append-only."""

    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, db_constraint=False, related_name="seal", db_index=False
    )
    position = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("event_seal", "event"),
            models.UniqueConstraint(fields=("business", "position"), name="event_seal_position_once"),
            models.CheckConstraint(condition=models.Q(position__gte=1), name="event_seal_position_from_one"),
        )
        triggers = (*protections.append_only("The chain of events is append-only."),)

    def __str__(self) -> str:
        return f"{self.position}: {bytes(self.digest).hex()}"
