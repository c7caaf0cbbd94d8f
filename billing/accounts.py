"""A customer's account as of a day: what they owe, the documents that are open, what they paid and were credited."""

from dataclasses import dataclass
from datetime import date

from billing import receivables
from billing.engine.billing import DocumentType
from billing.models import Invoice, Payment
from customers.models import Customer

# Rows of each list; the sums count all of them.
SHOWN = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Balances are (currency, minor units), below zero where we owe; documents carry their `open_cents`."""

    as_of: date
    balances: list[tuple[str, int]]
    documents: list[Invoice]
    payments: list[Payment]
    credit_notes: list[Invoice]


def account(*, customer: Customer, as_of: date) -> Account:
    """What stood on a day, the oldest open document and the latest payment and credit note first."""
    business = customer.business
    open_then = receivables.open_documents(business=business, as_of=as_of).filter(customer=customer)
    claimed = receivables.claimed(business=business, as_of=as_of).filter(customer=customer)
    standing = receivables.standing_payments(business=business, as_of=as_of).filter(customer=customer)
    return Account(
        as_of=as_of,
        balances=sorted(receivables.customer_balance(customer=customer, as_of=as_of).items()),
        documents=list(open_then.order_by("invoice_date", "id")[:SHOWN]),
        payments=list(standing.select_related("invoice").order_by("-received_date", "-id")[:SHOWN]),
        credit_notes=list(claimed.filter(type=DocumentType.CREDIT_NOTE).order_by("-invoice_date", "-id")[:SHOWN]),
    )
