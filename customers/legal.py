"""Under which name, number and address a business bills, and its customers are billed: kept by the moment."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from customers import ledger
from customers.actors import Actor
from customers.models import Business, Customer, LegalDetails
from customers.permissions import Permission


class LegalNameMissing(ValueError):
    code = "legal_name_missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class SellerWords:
    """What stands on the invoices of a business about itself."""

    legal_name: str
    line_1: str = ""
    line_2: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    tax_id: str = ""
    bank_name: str = ""
    bank_account: str = ""
    bank_code: str = ""


@transaction.atomic
def set_seller(*, business: Business, words: SellerWords, by: Actor, at: datetime) -> LegalDetails:
    """Say what stands on invoices issued from now on; those issued before keep theirs. Raises LegalNameMissing."""
    by.require(Permission.BILL, business=business)
    if not words.legal_name.strip():
        raise LegalNameMissing("An invoice names its seller: the legal name is missing.")
    known = details(business=business, customer=None)
    row = LegalDetails.objects.create(business=business, from_at=at, **asdict(words))
    before = {name: getattr(known, name) for name in asdict(words)} if known else {}
    ledger.record(subject=row, action="set_seller", by=by, at=at, before=before, after=asdict(words))
    return row


def note_buyer(*, customer: Customer, at: datetime) -> None:
    """Keep a customer's legal name and tax id of this moment, if they are others than before.

    The caller writes the customer, and its event.
    """
    known = details(business=customer.business, customer=customer)
    now = customer.legal_name, customer.tax_id
    if now != ((known.legal_name, known.tax_id) if known else ("", "")):
        LegalDetails.objects.create(
            business=customer.business,
            customer=customer,
            legal_name=customer.legal_name,
            tax_id=customer.tax_id,
            from_at=at,
        )


def parties(*, customer: Customer, at: datetime | None = None) -> tuple[LegalDetails | None, LegalDetails | None]:
    """What held for the seller and for this buyer at a moment, or holds now, in one statement."""
    rows = LegalDetails.objects.for_business(customer.business).filter(Q(customer=None) | Q(customer=customer))
    latest = (rows if at is None else rows.filter(from_at__lte=at)).order_by("customer_id", "-id")
    found = {row.customer_id: row for row in latest.distinct("customer_id")}
    return found.get(None), found.get(customer.pk)


def details(*, business: Business, customer: Customer | None) -> LegalDetails | None:
    """What holds for a customer, or for the business itself; None while nothing was said."""
    return LegalDetails.objects.for_business(business).filter(customer=customer).order_by("-id").first()
