import pgtrigger
from django.db import models
from django.db.models import F, Q

from customers import checks, protections, tenancy
from orders.models.approvals import Approval
from orders.models.change_orders import ChangeOrder


class ChangeOrderApproval(Approval):
    """One approval of a change order: by whom, for whom, of which terms, and under which policy. Append-only.

    The last one that a policy asks for makes the change of its agreement, in the same transaction.
    """

    change_order = tenancy.Reference(ChangeOrder, related_name="approvals")

    class Meta:
        constraints = (
            *tenancy.keys(
                "change_order_approval", "change_order", "approved_by", "on_behalf_of", "credential", "policy"
            ),
            # Two approvals are of two people, also where one of them has a deputy.
            models.UniqueConstraint(
                fields=("business", "change_order", "approved_by"),
                condition=Q(approved_by__isnull=False),
                name="change_order_approval_once_each",
            ),
            models.UniqueConstraint(
                fields=("business", "change_order", "on_behalf_of"),
                condition=Q(on_behalf_of__isnull=False),
                name="change_order_approval_once_for_each",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of=None) | Q(approved_by__isnull=False) & ~Q(on_behalf_of=F("approved_by")),
                name="change_order_approval_by_a_deputy",
            ),
            *checks.cents("change_order_approval", "limit_cents"),
        )
        triggers = (
            protections.refuse_if(
                "fits_the_change",
                operation=pgtrigger.Insert,
                found=(
                    "NOT EXISTS (SELECT 1 FROM orders_changeorder c WHERE c.id = NEW.change_order_id "
                    "AND c.status = 'draft' AND c.terms_sha256 = NEW.terms_sha256 AND NOT (c.contributor_ids && "
                    "array_remove(ARRAY[NEW.approved_by_id, NEW.on_behalf_of_id]::bigint[], NULL)))"
                ),
                sentence="An approval is of a change order that waits, by nobody who worked on it.",
            ),
            *protections.append_only("An approval is never taken back or changed."),
        )

    def __str__(self) -> str:
        return f"{self.change_order_id} by {self.approved_by or self.channel}"
