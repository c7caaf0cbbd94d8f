"""Fourteen months at two studios, played day by day through the services up to today."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction

from billing import services as billing_services
from billing.engine import periods
from customers.models import Business
from orders import services
from orders.demo import atelier, desk, licences, northwind, sales, views
from orders.demo.deals import Deal, Fate, Studio
from orders.demo.desk import Desk
from orders.demo.sales import Sale, Step

MONTHS = 15
BILLING_DAYS = (1, 16)


@transaction.atomic
def seed(*, at: datetime) -> Business:
    """Make both studios as they stand at a moment, and answer the one whose keys are given out."""
    _play(atelier.STUDIO, at)
    return _play(northwind.STUDIO, at, resells_licences=True)


@transaction.atomic
def resell_licences(*, business: Business, at: datetime) -> None:
    """Let the studio of a demo from before there were licences resell them too; its next billing run bills them."""
    today = at.astimezone(ZoneInfo(business.timezone)).date()
    for day, act in sorted(licences.steps(business=business, today=today), key=lambda step: step[0]):
        act(_moment(day, at))


def _play(studio: Studio, at: datetime, *, resells_licences: bool = False) -> Business:
    today = at.astimezone(ZoneInfo(studio.timezone)).date()
    opened = desk.open_desk(studio=studio, at=_moment(_first_day(today), at))
    made = [Sale(desk=opened, deal=deal, start=_start(deal, today)) for deal in studio.deals]
    days = [step for sale in made for step in sales.steps(sale=sale, today=today)]
    if resells_licences:
        days += licences.steps(business=opened.business, today=today)
    for day, act in sorted([*days, *_runs(opened, today)], key=lambda step: step[0]):
        act(_moment(day, at))
    for sale in made:
        if sale.deal.fate is Fate.APPROVED:
            services.check_completion(agreement=sale.agreement, today=today, by=opened.ops, at=at)
    _set_policy(opened, studio, at)
    billing_services.close_books(business=opened.business, through=_last_closed_day(today), by=opened.ops, at=at)
    views.keep_views(opened=opened, at=at)
    return opened.business


def _set_policy(opened: Desk, studio: Studio, at: datetime) -> None:
    """A version in force from now on, and a stricter one that waits for somebody to approve it."""
    if not studio.rules:
        return
    propose = partial(services.propose_policy, business=opened.business, name="Standard", by=opened.ops, at=at)
    services.approve_policy(
        policy=propose(rules=studio.rules, note="Four eyes on large contracts"), by=opened.approver, at=at
    )
    propose(rules=studio.proposed_rules, note="Discounts above 5 % slipped through")


def _runs(opened: Desk, today: date) -> Iterator[Step]:
    """Billing on two days of each month, and today; on any day the work comes before the bill."""
    day = _first_day(today)
    while day <= today:
        if day.day in BILLING_DAYS or day == today:
            yield day, partial(_bill, opened, day)
        day += timedelta(days=1)


def _bill(opened: Desk, day: date, at: datetime) -> None:
    billing_services.run_billing(business=opened.business, as_of=day, by=opened.ops, at=at)


def _start(deal: Deal, today: date) -> date:
    """The deal's day of its month; the 31st of a short month is its last day."""
    january = date(today.year, 1, deal.day)
    return periods.boundary(anchor=january, k=today.month - 1 - deal.months_ago)


def _first_day(today: date) -> date:
    return periods.boundary(anchor=today.replace(day=1), k=-MONTHS)


def _last_closed_day(today: date) -> date:
    """The books are closed for all months but this one and the two before it."""
    return periods.boundary(anchor=today.replace(day=1), k=-2) - timedelta(days=1)


def _moment(day: date, at: datetime) -> datetime:
    """The afternoon of a day, but never later than now."""
    return min(datetime.combine(day, time(15), UTC), at)
