from django import template

from orders.admin import ramp_text
from orders.models import ChangeOrderLine, Line

register = template.Library()


@register.filter
def ramp(line: Line | ChangeOrderLine, currency: str) -> str:
    """A line's ramp, one step a line."""
    return ramp_text.write(schedule=line.ramp_schedule, currency=currency)
