"""What is asked of orders, and the index that answers it."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Q, When

from orders.commands import Origin
from orders.states import Status

DECIDED = (Status.APPROVED, Status.COMPLETED, Status.REJECTED, Status.FAILED)
# The day that billing begins. Not COALESCE, which row-level security keeps out of the conditions of an index.
FIRST_BILLED = Case(When(first_invoice_date__isnull=True, then="order_start_date"), default="first_invoice_date")

INDEXES = (
    models.Index(fields=("business", "-id"), name="order_newest"),
    models.Index(fields=("business", "status", "-id"), include=("currency", "total_cents"), name="order_by_status"),
    models.Index(fields=("business", "customer", "-id"), name="order_of_customer"),
    models.Index(fields=("business", "origin", "-id"), name="order_by_origin"),
    # Whether a store's customer placed an order before, however many carts were left.
    models.Index(
        fields=("business", "customer"),
        condition=Q(origin=Origin.COMMERCELAYER, submitted_at__isnull=False),
        name="order_placed",
    ),
    models.Index(
        fields=("business", "valid_until_date", "id"),
        condition=Q(status=Status.SUBMITTED, signed_at=None, valid_until_date__isnull=False),
        name="order_offer_lapses",
    ),
    models.Index(fields=("business", "origin", "reference"), condition=~Q(reference=""), name="order_by_reference"),
    # What the desk asks for: the queue, what lies idle, what was approved when, what begins to bill, tags.
    # What they include is read without the order, so that going through many to find few takes little.
    models.Index(
        fields=("business", "submitted_at", "id"),
        include=("contributor_ids",),
        condition=Q(status=Status.SUBMITTED),
        name="order_queue",
    ),
    models.Index(fields=("business", "updated_at", "id"), condition=Q(status=Status.DRAFT), name="order_idle"),
    models.Index(fields=("business", "assignee", "-id"), condition=Q(assignee__isnull=False), name="order_of_assignee"),
    models.Index(
        fields=("business", "approved_at"),
        include=("submitted_at", "currency", "total_cents"),
        condition=Q(approved_at__isnull=False),
        name="order_approved",
    ),
    models.Index(
        "business",
        FIRST_BILLED,
        "id",
        condition=Q(status=Status.APPROVED),
        name="order_first_billed",
    ),
    models.Index(fields=("business", "-updated_at", "-id"), condition=Q(status__in=DECIDED), name="order_decided"),
    GinIndex(fields=("tags",), name="order_tags"),
    # What is searched for and may be rare among a million: an amount, a currency, a day; who worked on it; what
    # was sent back. Orders of doors have no contributor and no entry.
    models.Index(fields=("business", "total_cents"), name="order_by_total"),
    models.Index(fields=("business", "currency", "-id"), name="order_by_currency"),
    models.Index(
        fields=("business", "order_start_date"),
        condition=Q(order_start_date__isnull=False),
        name="order_by_start",
    ),
    models.Index(
        "business",
        FIRST_BILLED,
        condition=Q(order_start_date__isnull=False) | Q(first_invoice_date__isnull=False),
        name="order_by_first_bill",
    ),
    # Row-level security keeps `&&` out of the conditions of any index: this one is read along, and filtered.
    models.Index(
        fields=("business", "status", "-id"),
        include=("contributor_ids",),
        condition=~Q(contributor_ids=[]),
        name="order_worked_on",
    ),
    models.Index(
        fields=("business", "-id"),
        condition=Q(status=Status.DRAFT) & ~Q(decision_reason=""),
        name="order_sent_back",
    ),
)
