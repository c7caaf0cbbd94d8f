"""Whether an order stays within its customer's credit: what they owe now, and what this order commits them to.

What other agreements are still to bill is not counted: a limit is held against what is owed, not against years ahead of
it. What is owed includes tax and unused credit notes, also those of customers who were merged into this one.
"""

from dataclasses import dataclass

from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Coalesce

from billing.models import Invoice
from billing.states import InvoiceStatus
from customers.models import CreditLimit, Customer
from orders.models import Order


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """Minor units of the order's currency."""

    limit_cents: int
    open_cents: int
    order_cents: int

    @property
    def over_cents(self) -> int:
        """By how much both together go above the limit; nothing while they stay within it."""
        return max(0, self.open_cents + self.order_cents - self.limit_cents)


def of_order(order: Order) -> Credit | None:
    """An order against its customer's limit in its currency; None where there is no limit. One statement."""
    standing = order.customer.merged_into_id or order.customer_id
    family = Customer.objects.for_business(order.business).filter(Q(pk=standing) | Q(merged_into=standing))
    claimed = Invoice.objects.for_business(order.business).filter(
        customer__in=family.values("pk"), currency=OuterRef("currency"), status=InvoiceStatus.OPEN
    )
    owed = claimed.order_by().values("currency").annotate(cents=Sum(F("total_cents") - F("amount_paid_cents")))
    limits = CreditLimit.objects.for_business(order.business).filter(customer=standing, currency=order.currency)
    found = limits.values_list(
        "amount_cents", Coalesce(Cast(Subquery(owed.values("cents")), BigIntegerField()), 0)
    ).first()
    return Credit(limit_cents=found[0], open_cents=found[1], order_cents=order.total_cents) if found else None
