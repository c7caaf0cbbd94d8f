"""What a customer's page joins: orders, what was committed month by month, and where its addresses are used."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from customers.models import Address, Customer
from customers.tenancy import TenantQuerySet
from orders.models import Order, Party

ORDERS_SHOWN = 12
ADDRESSES_SHOWN = 50
# How many of the latest orders an address is looked for in.
ORDERS_SEARCHED = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """What was approved in a month, in minor units of one currency."""

    month: date
    currency: str
    amount_cents: int
    per_mille: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UsedAddress:
    address: Address
    orders: int


def orders_of(*, family: Sequence[Customer]) -> TenantQuerySet[Order]:
    """The orders of a customer and of all that were merged into it, newest first."""
    rows = Order.objects.for_business(family[0].business).filter(customer__in=family)
    return rows.select_related("customer").order_by("-id")


def committed_by_month(*, family: Sequence[Customer], since: datetime) -> list[Month]:
    """The totals of the orders approved since a moment, by month and currency, the newest month first.

    `per_mille` is the amount's part of the largest one of its currency.
    """
    rows = Order.objects.for_business(family[0].business).filter(
        customer__in=family, approved_at__gte=since, cancelled_at=None
    )
    by_month = rows.annotate(month=TruncMonth("approved_at")).values("month", "currency")
    sums = list(by_month.annotate(cents=Sum("total_cents")).order_by("-month", "currency"))
    largest: Counter[str] = Counter()
    for row in sums:
        largest[row["currency"]] = max(largest[row["currency"]], row["cents"])
    return [
        Month(
            month=row["month"].date(),
            currency=row["currency"],
            amount_cents=row["cents"],
            per_mille=max(0, row["cents"]) * 1000 // largest[row["currency"]] if largest[row["currency"]] else 0,
        )
        for row in sums
    ]


def addresses_with_usage(*, family: Sequence[Customer]) -> list[UsedAddress]:
    """A customer's addresses, each with how many of its latest orders were written with it."""
    business = family[0].business
    addresses = Address.objects.for_business(business).filter(customer__in=family).order_by("id")[:ADDRESSES_SHOWN]
    latest = Order.objects.for_business(business).filter(customer__in=family).order_by("-id").values("pk")
    parties = Party.objects.for_business(business).filter(order__in=latest[:ORDERS_SEARCHED])
    written: Counter[tuple[str, str]] = Counter()
    for _, line_1, postal_code in parties.values_list("order_id", "line_1", "postal_code").distinct():
        written[line_1, postal_code] += 1
    return [UsedAddress(address=row, orders=written[row.line_1, row.postal_code]) for row in addresses]
