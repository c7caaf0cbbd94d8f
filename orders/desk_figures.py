"""The desk's figures: what is in the queue, what was approved week by week, how long approvals take."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, DurationField, ExpressionWrapper, F, Sum
from django.db.models.functions import TruncWeek

from customers.models import Business, StaffMember
from orders import desk
from orders.models import Order

WEEKS = 13
MOST_QUEUED = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """What waits for a person's approval, to a thousand: how many, how much in each currency, the longest first."""

    first: Sequence[int]
    count: int
    oldest_at: datetime | None
    sums: Sequence[tuple[str, int]]

    @property
    def is_capped(self) -> bool:
        return self.count > MOST_QUEUED


def queue(*, member: StaffMember, shown: int, at: datetime) -> Queue:
    """The queue of a person, with the ids of the first few."""
    waiting = desk.waiting_for(member=member, at=at).values_list("pk", "currency", "total_cents", "submitted_at")
    rows = list(waiting[: MOST_QUEUED + 1])
    sums: dict[str, int] = defaultdict(int)
    for _, currency, total_cents, _ in rows[:MOST_QUEUED]:
        sums[currency] += total_cents
    return Queue(
        first=[pk for pk, *_ in rows[:shown]],
        count=len(rows),
        oldest_at=rows[0][3] if rows else None,
        sums=sorted(sums.items()),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """The orders approved from a Monday until the next, by currency in its minor units."""

    monday: date
    sums: Mapping[str, int]


def approved_by_week(*, business: Business, today: date) -> list[Week]:
    """The last thirteen weeks, this one included, the oldest first; days are the business's."""
    zone = ZoneInfo(business.timezone)
    first = _first_monday(today)
    rows = (
        Order.objects.for_business(business)
        .filter(approved_at__gte=datetime.combine(first, time(), tzinfo=zone))
        .annotate(week=TruncWeek("approved_at", tzinfo=zone))
        .values_list("week", "currency")
        .annotate(cents=Sum("total_cents"))
        .order_by()
    )
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for monday, currency, cents in rows:
        found[monday.astimezone(zone).date()][currency] = int(cents)
    mondays = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return [Week(monday=monday, sums=found.get(monday, {})) for monday in mondays]


class _Median(Aggregate):
    function = "percentile_cont"
    name = "Median"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def median_time_to_approval(*, business: Business, today: date) -> timedelta | None:
    """From submission to approval, in the middle of those of the thirteen weeks; None without any."""
    since = datetime.combine(_first_monday(today), time(), tzinfo=ZoneInfo(business.timezone))
    taken = ExpressionWrapper(F("approved_at") - F("submitted_at"), output_field=DurationField())
    approved = Order.objects.for_business(business).filter(approved_at__gte=since)
    median: timedelta | None = approved.aggregate(median=_Median(taken))["median"]
    return median


def _first_monday(today: date) -> date:
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
