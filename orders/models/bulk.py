import pgtrigger
from django.db import models

from customers import checks, protections, tenancy
from customers.models import StaffMember
from orders.bulk import BulkOutcome, BulkTask
from orders.models.order import Order


class BulkRun(tenancy.TenantModel):
    """One task carried out on many orders at once. Its token is of the page it was confirmed on, and good once."""

    token = models.UUIDField()
    task = models.CharField(max_length=16, choices=[(task, task) for task in BulkTask])
    reason = models.CharField(max_length=1000, blank=True)
    tag = models.CharField(max_length=255, blank=True)
    # Whom the orders were assigned to, or until when they were put off.
    assignee = tenancy.Reference(StaffMember, null=True, related_name="+", db_index=False)
    until_date = models.DateField(null=True)
    expected_count = models.PositiveIntegerField()
    started_by = tenancy.Reference(StaffMember, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    # Null: still at work, or interrupted.
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            *tenancy.keys("bulk_run", "started_by", "assignee"),
            models.UniqueConstraint(fields=("business", "token"), name="bulk_run_token_once"),
            checks.one_of(table="bulk_run", field="task", values=list(BulkTask)),
        )

    def __str__(self) -> str:
        return f"{self.task} {self.expected_count} orders"


class BulkResult(tenancy.TenantModel):
    """What became of one order of a run, written in the transaction of the change itself."""

    run = tenancy.Reference(BulkRun, related_name="results", db_index=False)
    order = tenancy.Reference(Order, related_name="+", db_index=False)
    outcome = models.CharField(max_length=16, choices=[(outcome, outcome) for outcome in BulkOutcome])
    message = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = (
            *tenancy.keys("bulk_result", "run", "order"),
            models.UniqueConstraint(fields=("business", "run", "order"), name="bulk_result_once_per_order"),
            checks.one_of(table="bulk_result", field="outcome", values=list(BulkOutcome)),
        )
        triggers = (
            protections.refuse(
                "stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                sentence="What became of an order in a run stands.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.order}: {self.outcome}"
