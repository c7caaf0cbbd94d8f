"""What a billing run looks at: drafts that wait and agreements with something due, always from the business down."""

from datetime import date

from billing.models import Agreement, Invoice
from billing.states import InvoiceStatus
from customers.models import Business
from customers.tenancy import TenantQuerySet


def drafts(*, business: Business, as_of: date) -> TenantQuerySet[Invoice]:
    """The drafts of a day or earlier that nobody holds."""
    stored = Invoice.objects.for_business(business)
    return stored.filter(status=InvoiceStatus.DRAFT, is_held=False, invoice_date__lte=as_of)


def agreements(*, business: Business, as_of: date) -> TenantQuerySet[Agreement]:
    """The agreements that may owe something by a day: a completed or cancelled one too, when something came in late."""
    return Agreement.objects.for_business(business).filter(next_due_date__lte=as_of)


def expected(*, business: Business, as_of: date) -> int:
    """About how many documents a run has before it: catching up makes more of one agreement."""
    return drafts(business=business, as_of=as_of).count() + agreements(business=business, as_of=as_of).count()
