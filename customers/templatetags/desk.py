"""How money, quantities, days and states look: one face each, on every page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from customers import currencies, deeds
from customers.models import Event

register = template.Library()

# In every event, and of no interest to a reader.
BOOKKEEPING = frozenset({"version", "contributor_ids", "assignee_id"})


@register.filter
def money(cents: int, currency: str) -> SafeString:
    """EUR 1,234.50, right-aligned by its class; a negative amount in parentheses as well as in its own colour."""
    amount = currencies.major_units(cents=abs(cents), currency=currency)
    if cents < 0:
        return format_html('<span class="money negative">({} {})</span>', currency, amount)
    return format_html('<span class="money">{} {}</span>', currency, amount)


@register.filter
def minus(cents: int) -> int:
    return -cents


@register.filter
def quantity(number: Decimal | None) -> str:
    """As few digits as say it all; nothing for an amount without a single quantity."""
    return "" if number is None else f"{number.normalize():,f}"


@register.filter
def percent(rate: Decimal | None) -> str:
    """12.5 %; nothing for none."""
    return "" if rate is None else f"{quantity(rate)} %"


@register.filter
def day(given: date | None) -> str:
    """15 Jan 2027: no reader takes the day for the month."""
    return f"{given:%-d %b %Y}" if given else ""


@register.filter
def moment(given: datetime | None) -> str:
    """15 Jan 2027, 14:05 UTC."""
    return f"{given.astimezone(UTC):%-d %b %Y, %H:%M} UTC" if given else ""


@register.filter
def last_day(end_exclusive: date) -> str:
    """The last day of service: people count it in, the books count it out."""
    return day(end_exclusive - timedelta(days=1))


@register.filter
def words(name: str) -> str:
    """`usage_metered` as people say it."""
    return str(name).replace("_", " ")


@register.filter
def deed(action: str) -> str:
    """`send_back` as people tell it: sent back."""
    return deeds.told(action)


@register.filter
def about(subject_type: str) -> str:
    """`changeorder` as people call it: change order."""
    return deeds.subject(subject_type)


@register.filter
def way(channel: str) -> str:
    """Where something was done: at the desk, through a door."""
    return deeds.way(channel)


@register.filter
def chip(state: str) -> SafeString:
    """A state with its colour."""
    return format_html('<span class="chip chip-{}">{}</span>', state, words(state))


@register.filter
def since(given: datetime) -> str:
    """How long ago, in one word and a half."""
    return "under a minute" if timezone.now() - given < timedelta(minutes=1) else timesince(given, depth=1)


@register.filter
def span(length: timedelta) -> str:
    """A length of time in its two largest units: 2 d 4 h, 3 h 5 min, 40 min."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{rest} min"


@register.filter
def waited(given: datetime) -> str:
    """How long something has waited by now, in two units."""
    return span(timezone.now() - given)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    name: str
    before: str
    after: str


@register.filter
def changes(event: Event) -> list[Change]:
    """What an event moved, from what to what, in words."""
    names = [name for name in event.after if name not in BOOKKEEPING]
    currency = event.after.get("currency") or event.before.get("currency")
    return [
        Change(
            name=name.removesuffix("_cents").removesuffix("_id"),
            before=_said(name, event.before.get(name), currency),
            after=_said(name, event.after[name], currency),
        )
        for name in names
        if event.after[name] not in (None, "", []) or event.before.get(name) not in (None, "", [])
    ]


def _said(name: str, value: object, currency: object) -> str:
    if value is None or value == "":
        return "nothing"
    if name.endswith("_cents") and isinstance(value, int):
        code = currency if isinstance(currency, str) and currencies.is_known(currency) else ""
        return currencies.amount(value, code) if code else f"{value:,} minor units"
    if name == "lines" and isinstance(value, list):
        return "; ".join(_line_said(line, currency) for line in value)
    if name.endswith("_sha256"):
        return f"{str(value)[:12]}…"
    return str(value)


def _line_said(line: dict[str, object] | int, currency: object) -> str:
    """A line with all it says, or one that is only named, by its place."""
    if isinstance(line, int):
        return f"line {line + 1}"
    price = _said("unit_price_cents", line.get("unit_price_cents"), currency)
    rule = words(str(line.get("billing_rule", "")))
    return f"{line.get('qty')} \N{MULTIPLICATION SIGN} {line.get('description')} at {price}, {rule}"
