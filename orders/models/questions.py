import pgtrigger
from django.db import models
from django.db.models import Q

from customers import checks, protections, tenancy
from customers.models import StaffMember
from orders.models.order import Order
from orders.states import QUESTION_MOVES, QuestionStatus


class Question(tenancy.TenantModel):
    """What somebody wants to know before an order is approved, of the whole of it or of one line.

    `line_uid` is the public id of the line, which a line keeps while it is edited; `line_words` is what it said then.
    """

    order = tenancy.Reference(Order, related_name="questions")
    line_uid = models.UUIDField(null=True)
    line_words = models.CharField(max_length=200, blank=True)
    # The version of the order that was looked at.
    version = models.PositiveIntegerField()
    text = models.CharField(max_length=2000)
    status = models.CharField(
        max_length=16, choices=[(s, s.title()) for s in QuestionStatus], default=QuestionStatus.OPEN
    )
    asked_by = tenancy.Reference(StaffMember, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)
    resolved_by = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            *tenancy.keys("question", "order", "asked_by", "answered_by", "resolved_by"),
            checks.one_of(table="question", field="status", values=list(QuestionStatus)),
            models.CheckConstraint(condition=~Q(text=""), name="question_asks_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None) & ~Q(status=QuestionStatus.ANSWERED)
                | ~Q(answer="")
                & ~Q(status=QuestionStatus.OPEN)
                & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="question_answer_stamp",
            ),
            models.CheckConstraint(
                condition=Q(status=QuestionStatus.RESOLVED, resolved_at__isnull=False, resolved_by__isnull=False)
                | ~Q(status=QuestionStatus.RESOLVED) & Q(resolved_at=None, resolved_by=None),
                name="question_resolution_stamp",
            ),
        )
        indexes = (models.Index(fields=("business", "order", "id"), name="question_of_order"),)
        triggers = (
            protections.refuse(
                "asked_once",
                operation=pgtrigger.Update,
                condition=protections.changed(
                    "business", "order", "line_uid", "line_words", "version", "text", "asked_by", "asked_at"
                )
                | pgtrigger.Q(old__answered_at__isnull=False)
                & protections.changed("answer", "answered_by", "answered_at")
                | pgtrigger.Q(old__status=QuestionStatus.RESOLVED),
                sentence="What was asked and answered never changes: ask again.",
            ),
            protections.refuse_moves_but(
                "status_moves",
                field="status",
                allowed=QUESTION_MOVES,
                sentence="A question is answered, then settled.",
            ),
            protections.refuse(
                "never_deleted", operation=pgtrigger.Delete, sentence="A question is settled, never deleted."
            ),
            protections.refuse_truncate(sentence="A question is settled, never deleted."),
        )

    def __str__(self) -> str:
        return self.text
