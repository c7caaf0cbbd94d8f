"""What a day's approvals add up to, held against the daily limit of whose limit they were given within.

A deputy's approvals count for whom it stands in for. Orders count with their total, changes with what they move, up or
down; an approval that no longer stands, because the terms are others by now, does not count. The day is the business's.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Abs, Coalesce

from customers import deputies
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import ApprovalLimit, Business
from orders.models import ChangeOrderApproval, Order, OrderApproval

OWNER = Coalesce("on_behalf_of_id", "approved_by_id")


def take_turns(*, business: Business, currency: str, by: Actor, at: datetime) -> None:
    """Let nobody else approve within the daily limits that this person may use, until the transaction ends.

    What has been approved today is added up behind this lock, so that two approvals at once do not both fit.
    """
    if by.person is None:
        return
    lent = deputies.in_force(business=business, at=at).select_related(None).filter(delegate=by.person)
    limits = ApprovalLimit.objects.for_business(business).filter(currency=currency, daily_cents__isnull=False)
    own = limits.filter(Q(staff_member=by.person) | Q(staff_member__in=lent.values("delegator")))
    list(own.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))


class Tally:
    """What was approved by way of rehearsal and taken back: it would count had it been kept."""

    def __init__(self) -> None:
        self._sums: dict[str, Counter[int]] = defaultdict(Counter)

    def of(self, *, currency: str) -> Mapping[int, int]:
        """What it comes to in a currency, by the person within whose limit it was."""
        return self._sums[currency]

    def add(self, *, order: Order) -> None:
        """Count the approval that an order was just given, while it is still there."""
        given = OrderApproval.objects.for_business(order.business).filter(order=order).latest("id")
        if owner := given.on_behalf_of_id or given.approved_by_id:
            self._sums[order.currency][owner] += order.total_cents


def are_set(*, business: Business) -> bool:
    """Whether anybody's day is bounded."""
    return ApprovalLimit.objects.for_business(business).filter(daily_cents__isnull=False).exists()


def approved_today(*, business: Business, currency: str, owners: Collection[int], at: datetime) -> Mapping[int, int]:
    """What has been approved within the limits of these people in the day of a moment, by person, in minor units."""
    if not owners:
        return {}
    orders = OrderApproval.objects.for_business(business).filter(
        order__currency=currency,
        terms_sha256=F("order__terms_sha256"),
        submitted_at=F("order__submitted_at"),
    )
    changes = ChangeOrderApproval.objects.for_business(business).filter(
        change_order__currency=currency, terms_sha256=F("change_order__terms_sha256")
    )
    return Counter(_sums(orders, Sum("order__total_cents"), owners, business, at)) + Counter(
        _sums(changes, Sum(Abs("change_order__value_delta_cents")), owners, business, at)
    )


def _sums(
    rows: QuerySet[OrderApproval] | QuerySet[ChangeOrderApproval],
    amount: Sum,
    owners: Collection[int],
    business: Business,
    at: datetime,
) -> dict[int, int]:
    zone = ZoneInfo(business.timezone)
    today = customer_queries.today(business=business, at=at)
    begins, ends = (datetime.combine(day, time(), tzinfo=zone) for day in (today, today + timedelta(days=1)))
    given = rows.filter(at__gte=begins, at__lt=ends).annotate(owner=OWNER).filter(owner__in=list(owners))
    return {owner: int(cents) for owner, cents in given.values_list("owner").annotate(cents=amount).order_by()}
