"""A customer's account for the page of the customer, which itself knows nothing of billing."""

from typing import Any

from django import template
from django.utils import timezone

from billing import accounts
from customers import queries
from customers.admin.queries import day_of
from customers.models import Customer

register = template.Library()


@register.inclusion_tag("admin/billing/account.html", takes_context=True)
def customer_account(context: dict[str, Any], customer: Customer) -> dict[str, object]:
    """The account as of the day in the address, `?as_of=2026-01-31`, or today."""
    today = queries.today(business=customer.business, at=timezone.now())
    day = day_of(context["request"].GET.get("as_of", "")) or today
    return {"account": accounts.account(customer=customer, as_of=day), "is_today": day == today}
