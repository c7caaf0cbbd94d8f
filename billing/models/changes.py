import pgtrigger
from django.db import models
from django.db.models import Q

from billing.models.agreements import Agreement
from billing.states import ChangeKind
from customers import checks, protections, tenancy


class AgreementChange(tenancy.TenantModel):
    """What was agreed after the approval, in the order it was agreed. The signed terms themselves never change.

    A pause is closed by the day it was resumed; nothing else of a change ever moves.
    """

    uid = models.UUIDField()
    agreement = tenancy.Reference(Agreement, related_name="changes", db_index=False)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in ChangeKind])
    line_position = models.PositiveSmallIntegerField(null=True)
    effective_date = models.DateField(null=True)
    requested_date = models.DateField(null=True)
    qty = models.DecimalField(max_digits=16, decimal_places=6, null=True)
    unit_price_cents = models.BigIntegerField(null=True)
    term_months = models.PositiveSmallIntegerField(null=True)
    resumed_date = models.DateField(null=True)
    reason = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("agreement_change", "agreement"),
            models.UniqueConstraint(fields=("business", "uid"), name="agreement_change_uid_once"),
            models.UniqueConstraint(fields=("business", "agreement", "number"), name="agreement_change_number_once"),
            checks.one_of(table="agreement_change", field="kind", values=list(ChangeKind)),
            checks.between(table="agreement_change", field="qty", low=0, high=checks.LARGEST_QTY),
            checks.between(
                table="agreement_change", field="unit_price_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS
            ),
            checks.between(table="agreement_change", field="term_months", low=1, high=600),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.PAUSE) | Q(resumed_date=None), name="agreement_change_only_a_pause_resumes"
            ),
        )
        triggers = (
            protections.refuse(
                "agreed_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["resumed_date"]),
                sentence="What was agreed never changes: agree a new change.",
            ),
            protections.refuse(
                "resumed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__resumed_date__isnull=False),
                sentence="What was agreed never changes: agree a new change.",
            ),
            protections.refuse(
                "never_deleted", operation=pgtrigger.Delete, sentence="What was agreed is never deleted."
            ),
            protections.refuse_truncate(sentence="What was agreed is never deleted."),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.effective_date or ''}".strip()
