import re
from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from orders.admin import ramp_text
from orders.models import ChangeOrderLine, Line

register = template.Library()


@register.filter
def naming(text: str, usernames: Sequence[str]) -> SafeString:
    """What somebody said, escaped, with the colleagues it names set apart."""
    if not usernames:
        return format_html("{}", text)
    names = "|".join(map(re.escape, sorted(usernames, key=len, reverse=True)))
    parts = re.split(rf"(?<![\w@.+-])(@(?:{names}))(?![\w+-])", text, flags=re.IGNORECASE)
    told = (
        (format_html('<b class="mention">{}</b>', part) if number % 2 else part,) for number, part in enumerate(parts)
    )
    return format_html_join("", "{}", told)


@register.filter
def ramp(line: Line | ChangeOrderLine, currency: str) -> str:
    """A line's ramp, one step a line."""
    return ramp_text.write(schedule=line.ramp_schedule, currency=currency)
