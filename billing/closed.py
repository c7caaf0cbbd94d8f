"""Closed periods: which day something gets that must not be dated into one."""

from datetime import date, timedelta

from customers.models import Business


def first_open_day(*, closed_through: date) -> date:
    return closed_through + timedelta(days=1)


def dated(*, day: date, closed_through: date | None) -> date:
    """The day itself, or the first open one when its period is closed."""
    return day if closed_through is None else max(day, first_open_day(closed_through=closed_through))


def moved_from(*, day: date, closed_through: date | None) -> date | None:
    """The day when a document of it has to move to a later one; else None."""
    return day if dated(day=day, closed_through=closed_through) != day else None


def through(*, business: Business) -> date | None:
    """The last closed day as it is now stored."""
    return Business.objects.values_list("books_closed_through", flat=True).get(pk=business.pk)


def locked(*, business: Business) -> date | None:
    """The last closed day; no further day closes until the transaction ends."""
    rows = Business.objects.raw("SELECT * FROM customers_business WHERE id = %s FOR SHARE", [business.pk])
    return rows[0].books_closed_through
