"""What a billing run looks at: drafts that wait and agreements with something due, always from the business down."""

from datetime import date

from django.db.models import Q

from billing.models import Agreement, Invoice
from billing.states import InvoiceStatus
from customers.models import Business
from customers.tenancy import TenantQuerySet


def is_due(as_of: date) -> Q:
    """A draft whose scheduled day has come; a closed period may have moved its date to a later one."""
    return Q(Q(invoice_date__lte=as_of) | Q(moved_from_date__lte=as_of), status=InvoiceStatus.DRAFT)


def drafts(*, business: Business, as_of: date) -> TenantQuerySet[Invoice]:
    """The drafts scheduled for a day or earlier that nobody holds."""
    stored = Invoice.objects.for_business(business)
    return stored.filter(is_due(as_of), is_held=False)


def agreements(*, business: Business, as_of: date) -> TenantQuerySet[Agreement]:
    """The agreements that may owe something by a day: a completed or cancelled one too, when something came in late."""
    return Agreement.objects.for_business(business).filter(next_due_date__lte=as_of)


def expected(*, business: Business, as_of: date) -> int:
    """About how many documents a run has before it: catching up makes more of one agreement."""
    return drafts(business=business, as_of=as_of).count() + agreements(business=business, as_of=as_of).count()
