"""The orders list's rows: what each shows, read in a number of statements that does not grow with the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Round
from django.utils.http import urlencode

from billing.engine.terms import Rule
from customers.models import Business
from orders import approvable, approvers, desk_columns, desk_tabs
from orders.approvers import Approver
from orders.models import ChangeOrder, Line, Order
from orders.models.order_indexes import FIRST_BILLED
from orders.states import OPEN_CHANGES, OVER, Status

# The parts of an address that say which orders are shown; a page number is no part of a view.
VIEW = ("state", "q", desk_columns.PARAMETER)
NAME = ("username", "first_name", "last_name")
COLUMNS = (
    "business_id number reference origin status version customer_id currency total_cents term_months tags submitted_at "
    "updated_at approved_at agreement_id contributor_ids decision_reason terms_sha256 order_start_date "
    "first_invoice_date assignee_id"
).split()
ASSIGNEE = [f"assignee__{name}" for name in ("business_id", *(f"user__{part}" for part in NAME))]


def searchable(rows: QuerySet[Order]) -> QuerySet[Order]:
    """With the day that billing begins, as the index has it."""
    return rows.alias(first_billed_date=FIRST_BILLED)


def shown(rows: QuerySet[Order], *, business: Business, at: datetime) -> QuerySet[Order]:
    """With the columns of the list: what recurs in the first month in minor units, open changes, and whom it needs."""
    lines = Line.objects.filter(business=OuterRef("business"), order=OuterRef("pk"), billing_rule=Rule.RECURRING)
    amount = ExpressionWrapper(F("qty") * F("unit_price_cents"), output_field=DecimalField())
    monthly = lines.order_by().values("order").annotate(cents=Sum(Round(amount))).values("cents")
    changes = ChangeOrder.objects.filter(
        business=OuterRef("business"), agreement=OuterRef("agreement"), status__in=OPEN_CHANGES
    )
    return (
        rows.select_related("customer", "assignee__user")
        .only(*COLUMNS, "customer__name", "customer__business_id", *ASSIGNEE)
        .annotate(
            monthly_cents=Subquery(monthly),
            # Not EXISTS: the planner would look for all ramps there are.
            ramped_line=Subquery(lines.filter(ramp_schedule__isnull=False).values("pk")[:1]),
            is_amending=Q(agreement__isnull=False) & Exists(changes),
            still_needed=approvable.still_needed(business=business, at=at),
        )
    )


def view_of(parameters: Mapping[str, str]) -> str:
    """The canonical query string of a view, empty for everything."""
    given = {name: parameters.get(name, "").strip() for name in VIEW}
    given[desk_columns.PARAMETER] = desk_columns.canonical(given[desk_columns.PARAMETER])
    return urlencode([(name, value) for name, value in given.items() if value])


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """An order as the list and its export show it. Amounts are in minor units of its currency."""

    order: Order
    state: str
    monthly_cents: int | None
    is_ramped: bool
    waiting_since: datetime | None
    approvers: Sequence[str]

    @property
    def is_over(self) -> bool:
        return self.order.status in OVER


def row(order: Order, *, among: Sequence[Approver]) -> Row:
    """A row of `shown`, with who of these people could approve it."""
    listed: Any = order
    waits = order.status == Status.SUBMITTED
    needed = approvers.needed(listed.still_needed)
    return Row(
        order=order,
        state=state(order, is_amending=listed.is_amending),
        monthly_cents=None if listed.monthly_cents is None else int(listed.monthly_cents),
        is_ramped=listed.ramped_line is not None,
        waiting_since=order.submitted_at if waits else None,
        approvers=approvers.names(order=order, needed=needed, among=among) if waits else (),
    )


def state(order: Order, *, is_amending: bool) -> str:
    """The state in the words of the tabs."""
    if order.status == Status.APPROVED and is_amending:
        return "amending"
    if order.status == Status.DRAFT and order.decision_reason:
        return "sent_back"
    return desk_tabs.NAMES.get(Status(order.status), order.status)
