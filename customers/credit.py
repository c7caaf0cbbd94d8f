"""How much credit a customer has, by currency. Each call is one transaction with its event."""

from datetime import datetime

from django.db import transaction

from customers import currencies, ledger
from customers.actors import Actor
from customers.checks import LARGEST_CENTS
from customers.models import CreditLimit, Customer
from customers.permissions import Permission


class CreditRefused(ValueError):
    code = "credit_refused"


@transaction.atomic
def set_credit_limit(
    *, customer: Customer, currency: str, amount_cents: int | None, by: Actor, at: datetime
) -> CreditLimit | None:
    """Say how much a customer may owe in a currency; None takes the limit away.

    Whoever bills says so, not whoever drafts. Raises CreditRefused for an unknown currency or amount and for a customer
    that was merged into another one, NotPermitted.
    """
    by.require(Permission.BILL, business=customer.business)
    stored = Customer.objects.for_business(customer.business).select_for_update(no_key=True).get(pk=customer.pk)
    if stored.merged_into_id is not None:
        raise CreditRefused(f"{stored} is merged into another customer, whose limit counts.")
    if not currencies.is_known(currency):
        raise CreditRefused(f"{currency} is not an ISO 4217 currency.")
    if amount_cents is not None and not 0 <= amount_cents <= LARGEST_CENTS:
        raise CreditRefused("A credit limit is between zero and the largest total an order can have.")
    rows = CreditLimit.objects.for_business(customer.business).filter(customer=stored, currency=currency)
    known = rows.first()
    if amount_cents is None:
        rows.delete()
        row = None
    else:
        row, _ = CreditLimit.objects.update_or_create(
            business=customer.business, customer=stored, currency=currency, defaults={"amount_cents": amount_cents}
        )
    before = {"currency": currency, "limit_cents": known.amount_cents if known else None}
    after = {"currency": currency, "limit_cents": amount_cents}
    ledger.record(subject=stored, action="set_credit_limit", by=by, at=at, before=before, after=after)
    return row
