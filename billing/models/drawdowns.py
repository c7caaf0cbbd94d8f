from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from billing.models.agreements import AgreementLine
from billing.states import DRAWDOWN_TRANSITIONS, DrawdownStatus, SubmittedVia
from customers import checks, protections, tenancy
from customers.models import StaffMember

SUBMISSION = (
    "business uid agreement_line hours entry_date description submitted_by submitter submitted_via "
    "source_message_id created_at"
).split()


class Drawdown(tenancy.TenantModel):
    """Hours that somebody worked against a contract. They count as used once they are approved, and only then.

    A message that reports hours is taken once per business, however often it arrives.
    """

    IS_TOLD: ClassVar = True
    uid = models.UUIDField()
    agreement_line = tenancy.Reference(AgreementLine, related_name="drawdowns", db_index=False)
    hours = models.DecimalField(max_digits=16, decimal_places=6)
    entry_date = models.DateField()
    description = models.CharField(max_length=2000, blank=True)
    submitted_by = models.CharField(max_length=254, blank=True)
    # The member of staff who submitted them, if one did.
    submitter = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    submitted_via = models.CharField(max_length=16, choices=[(via, via.title()) for via in SubmittedVia])
    source_message_id = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()

    status = models.CharField(
        max_length=16, choices=[(s, s.title()) for s in DrawdownStatus], default=DrawdownStatus.PENDING
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=254, blank=True)
    decider = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    decision_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = (
            *tenancy.keys("drawdown", "agreement_line", "submitter", "decider"),
            models.UniqueConstraint(fields=("business", "uid"), name="drawdown_uid_once"),
            models.UniqueConstraint(
                fields=("business", "source_message_id"),
                condition=~Q(source_message_id=""),
                name="drawdown_message_once",
            ),
            checks.one_of(table="drawdown", field="status", values=list(DrawdownStatus)),
            checks.one_of(table="drawdown", field="submitted_via", values=list(SubmittedVia)),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=checks.LARGEST_QTY), name="drawdown_hours_bounds"
            ),
            checks.together(
                table="drawdown",
                name="decision_moment",
                left=Q(status=DrawdownStatus.PENDING),
                right=Q(decided_at=None),
            ),
            checks.together(
                table="drawdown", name="decision_name", left=Q(status=DrawdownStatus.PENDING), right=Q(decided_by="")
            ),
            models.CheckConstraint(
                condition=Q(decider=None) | Q(submitter=None) | ~Q(decider=F("submitter")),
                name="drawdown_four_eyes",
            ),
        )
        indexes = (models.Index(fields=("business", "agreement_line", "id"), name="drawdown_of_line"),)
        triggers = (
            protections.refuse(
                "submission_frozen",
                operation=pgtrigger.Update,
                condition=protections.changed(*SUBMISSION),
                sentence="What was submitted never changes: reject it and submit again.",
            ),
            protections.refuse(
                "decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
                sentence="A drawdown is decided once.",
            ),
            protections.refuse_moves_but(
                "status_moves",
                field="status",
                allowed=((before, after) for (before, _), after in DRAWDOWN_TRANSITIONS.items()),
                sentence="A drawdown moves along its table of states only.",
            ),
            protections.refuse("never_deleted", operation=pgtrigger.Delete, sentence="A drawdown is never deleted."),
            protections.refuse_truncate(sentence="A drawdown is never deleted."),
        )

    def __str__(self) -> str:
        return f"{self.hours.normalize():f} hours on {self.entry_date}"
