"""What stands behind a typed filter's colon: days, months, amounts and lengths of time, as people write them."""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q

from customers import currencies

AMOUNT = re.compile(r"(?P<number>\d{1,13}(\.\d{1,4})?|\d{1,3}(,\d{3}){1,4}(\.\d{1,4})?)(?P<unit>[km]?)", re.ASCII)
DAYS = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{1,2})(-(?P<day>\d{1,2}))?)?", re.ASCII)
LENGTH = re.compile(r"(?P<number>\d{1,4})(?P<unit>[hdw])", re.ASCII)
UNITS = {"": 1, "k": 1_000, "m": 1_000_000}
LENGTHS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LOOKUPS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", ":": "exact"}
USUAL = 2  # the decimals of most currencies


class Unreadable(Exception):
    """A filter that says nothing we can look for, as a sentence."""


def total(*, operator: str, value: str) -> Q:
    """Orders by their total in major units of their own currency: `>50k`, `<=1.5m`, `:1,200.50`."""
    typed = AMOUNT.fullmatch(value.lower())
    if typed is None:
        raise Unreadable("type an amount, such as total>50k or total<=1,200.50")
    major = Decimal(typed["number"].replace(",", "")) * UNITS[typed["unit"]]
    unusual = [code for code, decimals in currencies.EXPONENTS.items() if decimals != USUAL]
    found = ~Q(currency__in=unusual) & _cents(operator, major * 10**USUAL)
    for decimals in sorted({currencies.EXPONENTS[code] for code in unusual}):
        codes = [code for code in unusual if currencies.EXPONENTS[code] == decimals]
        found |= Q(currency__in=codes) & _cents(operator, major * 10**decimals)
    return found


def _cents(operator: str, minor: Decimal) -> Q:
    """The comparison in whole minor units: above 0.5 is above 0, below 0.5 is below 1."""
    if operator == ":":
        return Q(total_cents=int(minor)) if minor == int(minor) else Q(pk__in=())
    rounding = ROUND_FLOOR if operator in (">", "<=") else ROUND_CEILING
    return Q(**{f"total_cents__{LOOKUPS[operator]}": int(minor.to_integral_value(rounding))})


def days(*, field: str, operator: str, value: str, zone: ZoneInfo | None = None) -> Q:
    """A day, a month or a year: `<2027-01` is before it, `>2027-01` after it, `:2027-01` within.

    With a zone the field is a moment, and the days are those of that zone.
    """
    first, after = _span(value)
    low, high = (first, after) if zone is None else (_midnight(first, zone), _midnight(after, zone))
    match operator:
        case "<":
            return Q(**{f"{field}__lt": low})
        case "<=":
            return Q(**{f"{field}__lt": high})
        case ">":
            return Q(**{f"{field}__gte": high})
        case ">=":
            return Q(**{f"{field}__gte": low})
        case _:
            return Q(**{f"{field}__gte": low, f"{field}__lt": high})


def _span(value: str) -> tuple[date, date]:
    """The days [first, after) that a text names."""
    typed = DAYS.fullmatch(value)
    try:
        assert typed is not None
        year, month, day = int(typed["year"]), typed["month"], typed["day"]
        if day:
            return (first := date(year, int(month), int(day))), first + timedelta(days=1)
        if month:
            return date(year, int(month), 1), date(year + int(month) // 12, int(month) % 12 + 1, 1)
        return date(year, 1, 1), date(year + 1, 1, 1)
    except (AssertionError, ValueError, OverflowError) as error:
        raise Unreadable("type a day, a month or a year: 2027-01-31, 2027-01 or 2027") from error


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def longer_ago(*, field: str, operator: str, value: str, at: datetime) -> Q:
    """What has lasted for more, or for less, than hours, days or weeks: `>2d`, `<36h`."""
    typed = LENGTH.fullmatch(value.lower())
    if typed is None or operator == ":":
        raise Unreadable("type a length of time, such as >2d, >36h or >4w")
    since = at - int(typed["number"]) * LENGTHS[typed["unit"]]
    turned = {"<": "gt", "<=": "gte", ">": "lt", ">=": "lte"}[operator]
    return Q(**{f"{field}__{turned}": since})
