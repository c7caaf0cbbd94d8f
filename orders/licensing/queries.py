"""Reading customers, orders and subscriptions of the programme, always from the business down."""

import re
from collections import Counter

from django.db.models import Prefetch

from customers.models import Address, Business, CustomerStatus
from customers.tenancy import TenantQuerySet
from orders import queries as order_queries
from orders.commands import Origin
from orders.models import LicenceAccount, LicenceLine, LicenceOrder, Subscription

CODE = re.compile(r"[0-9]{1,40}", re.ASCII)
SUBSCRIPTION_CODE = re.compile(r"[0-9A-Za-z]{1,40}", re.ASCII)


def account_by_code(*, business: Business, code: str) -> LicenceAccount | None:
    """The customer with this number; None for a stranger's, an unknown or a malformed one."""
    if not CODE.fullmatch(code):
        return None
    rows = LicenceAccount.objects.for_business(business).select_related("customer", "business")
    return rows.filter(code=code).first()


def orders(*, account: LicenceAccount) -> TenantQuerySet[LicenceOrder]:
    """The orders of a customer with all that a document of them shows, in a number of statements that does not grow."""
    lines = LicenceLine.objects.for_business(account.business).select_related("offer", "deployment", "subscription")
    return (
        LicenceOrder.objects.for_business(account.business)
        .filter(account=account, order__origin=Origin.ADOBE)
        .select_related("order", "account", "original__order")
        .prefetch_related(Prefetch("lines", queryset=lines.order_by("line__position")))
    )


def order_by_code(*, account: LicenceAccount, code: str) -> LicenceOrder | None:
    """The order with these ten digits; None for another customer's, an unknown or a malformed one."""
    number = order_queries.number_of_code(code)
    return orders(account=account).filter(order__number=number).first() if number else None


def subscriptions(*, account: LicenceAccount) -> TenantQuerySet[Subscription]:
    """All that a customer has or had."""
    rows = Subscription.objects.for_business(account.business).filter(account=account)
    return rows.select_related("offer", "deployment", "account").order_by("id")


def subscription_by_code(*, account: LicenceAccount, code: str) -> Subscription | None:
    """One subscription of this customer, or None."""
    return subscriptions(account=account).filter(code=code).first() if SUBSCRIPTION_CODE.fullmatch(code) else None


def coming_back(*, account: LicenceAccount) -> Counter[int | None]:
    """How many of each subscription, by its key, have been returned and wait for their completion."""
    waiting = LicenceLine.objects.for_business(account.business).filter(
        returned_by__account=account, returned_by__isnull=False, returned_at=None
    )
    found: Counter[int | None] = Counter()
    for subscription, quantity in waiting.values_list("subscription_id", "quantity"):
        found[subscription] += quantity
    return found


def deployments(*, account: LicenceAccount) -> TenantQuerySet[Address]:
    """The deployments of a customer, oldest first."""
    rows = Address.objects.for_business(account.business).filter(customer=account.customer_id, origin=Origin.ADOBE)
    return rows.exclude(reference="").order_by("id")


def deployment_by_code(*, account: LicenceAccount, code: str) -> Address | None:
    """One deployment of this customer, or None."""
    return deployments(account=account).filter(reference=code).first() if CODE.fullmatch(code) else None


def is_active(account: LicenceAccount) -> bool:
    """Whether the customer may still buy; one that is blocked may not."""
    return account.customer.status == CustomerStatus.ACTIVE
