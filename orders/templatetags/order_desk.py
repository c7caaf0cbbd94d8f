import re
from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing.states import ChangePurpose
from orders import services
from orders.admin import agreed_forms, change_words, ramp_text
from orders.models import ChangeOrder, ChangeOrderLine, Line, Order
from orders.states import OPEN_CHANGES

register = template.Library()


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A page on which a change is typed."""

    verb: str
    lead: str
    url: str


@register.simple_tag(takes_context=True)
def ways_of_changing(context: Context, order: Order | None) -> list[Way]:
    """What whoever looks may change of an order's agreement as it stands; nothing where that is none of their work."""
    if not order or not order.agreement or not context.get("may_draft_orders") or not services.is_amendable(order):
        return []
    amend = reverse("admin:orders_order_amend", args=[order.pk])
    amendment, end = change_words.WORDS[ChangePurpose.AMEND], change_words.END
    others = (
        Way(
            verb=change_words.WORDS[purpose].verb,
            lead=change_words.WORDS[purpose].lead,
            url=reverse(f"admin:orders_order_{purpose}", args=[order.pk]),
        )
        for purpose in agreed_forms.offered(order.agreement)
    )
    return [
        Way(verb=amendment.verb, lead=amendment.lead, url=amend),
        *others,
        Way(verb=end.verb, lead=end.lead, url=f"{amend}?ends=1"),
    ]


@register.simple_tag
def open_change(order: Order) -> ChangeOrder | None:
    """The change of an order's agreement that is prepared or waits, if there is one."""
    assert order.agreement is not None
    rows = ChangeOrder.objects.for_business(order.agreement.business).filter(agreement=order.agreement)
    return rows.filter(status__in=OPEN_CHANGES).select_related("agreement").order_by("id").first()


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
