"""The first page of the admin: what waits for this person, a few rows of each list and never the whole of one."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone

from billing.admin.invoices import due_drafts
from billing.receivables import overdue
from customers import counting, queries
from customers.admin.base import member_of
from customers.models import Business
from customers.permissions import Permission
from orders import desk, desk_figures, desk_page, week_chart
from orders.admin import badges
from orders.desk_page import SHOWN
from orders.services import mentions


def context(request: HttpRequest) -> dict[str, object]:
    """What the page shows. Whatever it counts is counted by one statement."""
    member, at = member_of(request), timezone.now()
    business = member.business
    today = queries.today(business=business, at=at)
    can_approve, can_bill = member.may(Permission.APPROVE), member.may(Permission.BILL)
    pins = desk_page.pins(member=member, at=at)
    named = mentions.open_for(member=member)
    counted = desk_page.counted(member=member, today=today, at=at)
    counts = badges.of(request, {**{name: pin.orders for name, pin in pins.items()}, **counted, "mentions": named})
    queue = desk_figures.queue(member=member, shown=SHOWN, count=counts[badges.MINE], at=at) if can_approve else None
    waiting = queue.first if queue else ()
    return {
        "today": today,
        "can_approve": can_approve,
        "can_bill": can_bill,
        "queue": queue,
        "tiles": desk_page.tiles(member=member, waiting=waiting, counts=counts, today=today, at=at),
        "changes_waiting": list(desk.changes_waiting_for(member=member, at=at)[:SHOWN]) if can_approve else [],
        "mentions": list(named.select_related("order__customer")[:SHOWN]) if counts["mentions"] else [],
        "mentions_count": counting.said(counts["mentions"]),
        "snoozed": counting.said(counts["snoozed"]) if counts["snoozed"] else "",
        "pins": [(pin.view, counting.said(counts[name])) for name, pin in pins.items()],
        **(_money(business, today) if can_bill else {}),
        **_weeks(business, today),
    }


def _money(business: Business, today: date) -> dict[str, object]:
    return {
        "due_drafts": list(due_drafts(business=business, today=today)[:SHOWN]),
        "overdue": list(overdue(business=business, today=today)[:SHOWN]),
    }


def _weeks(business: Business, today: date) -> dict[str, object]:
    weeks = desk_figures.approved_by_week(business=business, today=today)
    return {
        "weeks": weeks,
        "chart": week_chart.draw(weeks=weeks, currency=business.currency),
        "median": desk_figures.median_time_to_approval(business=business, today=today),
    }
