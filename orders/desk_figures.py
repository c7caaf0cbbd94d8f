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
from orders.states import Status

WEEKS = 13
MOST_QUEUED = 1_000
# How many of the orders that wait for anybody are looked through for the first thousand of one's own.
AMONG = 2_000, 10_000, 50_000
MOST_TIMED = 10_000


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


def queue(*, member: StaffMember, shown: int, count: int, at: datetime) -> Queue:
    """The queue of a person, with the ids of the first few. `count` is how many there are, to a thousand and one."""
    rows = _waiting(member, at, is_long=count > MOST_QUEUED)
    sums: dict[str, int] = defaultdict(int)
    for _, currency, total_cents, _ in rows[:MOST_QUEUED]:
        sums[currency] += total_cents
    return Queue(
        first=[pk for pk, *_ in rows[:shown]],
        count=len(rows),
        oldest_at=rows[0][3] if rows else None,
        sums=sorted(sums.items()),
    )


def _waiting(member: StaffMember, at: datetime, *, is_long: bool) -> list[tuple[int, str, int, datetime | None]]:
    """The first thousand and one. A long queue is not sorted: they are among what has waited longest for anybody."""
    mine = desk.waiting_for(member=member, at=at).values_list("pk", "currency", "total_cents", "submitted_at")
    submitted = Order.objects.for_business(member.business).filter(status=Status.SUBMITTED)
    moments = submitted.order_by("submitted_at", "id").values_list("submitted_at", flat=True)
    for place in AMONG if is_long else ():
        until = next(iter(moments[place : place + 1]), None)
        rows = list(mine.filter(submitted_at__lte=until)[: MOST_QUEUED + 1]) if until else []
        if len(rows) > MOST_QUEUED:
            return rows
    return list(mine[: MOST_QUEUED + 1])


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
    """From submission to approval, in the middle of the last ten thousand of the thirteen weeks; None without any."""
    since = datetime.combine(_first_monday(today), time(), tzinfo=ZoneInfo(business.timezone))
    taken = ExpressionWrapper(F("approved_at") - F("submitted_at"), output_field=DurationField())
    approved = Order.objects.for_business(business).filter(approved_at__gte=since).order_by("-approved_at")
    median: timedelta | None = approved.annotate(taken=taken)[:MOST_TIMED].aggregate(median=_Median("taken"))["median"]
    return median


def _first_monday(today: date) -> date:
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
