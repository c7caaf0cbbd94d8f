"""Writing businesses, staff and customers. Each call is one transaction and leaves an event."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4
from zoneinfo import available_timezones

from django.db import IntegrityError, connection, transaction

from customers import advisory, currencies, ledger, legal, queries, wall
from customers.actors import Actor
from customers.models import (
    ApprovalLimit,
    Business,
    Customer,
    CustomerCode,
    CustomerStatus,
    Project,
    StaffMember,
    User,
)
from customers.permissions import Permission, Role


class UnknownCurrency(ValueError):
    code = "unknown_currency"


class UnknownTimezone(ValueError):
    code = "unknown_timezone"


class CustomerCodeTaken(ValueError):
    code = "customer_code_taken"


class CustomerIsMerged(ValueError):
    """Somebody else stands for this customer, and is changed instead."""

    code = "customer_is_merged"


@transaction.atomic
def create_business(
    *, name: str, currency: str, timezone: str, by: Actor, at: datetime, net_days: int = 30, is_sandbox: bool = False
) -> Business:
    """Open the books of a new business. Raises UnknownCurrency or UnknownTimezone."""
    if not currencies.is_known(currency):
        raise UnknownCurrency(f"{currency} is not an ISO 4217 currency.")
    if timezone not in available_timezones():
        raise UnknownTimezone(f"{timezone} is not an IANA time zone.")
    with wall.every_business():  # its counter of orders is made with it, by who owns the tables
        business = Business.objects.create(
            uid=uuid4(),
            name=name,
            currency=currency,
            timezone=timezone,
            net_days=net_days,
            is_sandbox=is_sandbox,
            created_at=at,
        )
    with wall.within(business.pk):
        ledger.record(subject=business, action="create", by=by, at=at, after={"name": name, "currency": currency})
    return business


@transaction.atomic
def add_staff_member(
    *, business: Business, user: User, role: Role, limits: dict[str, int], by: Actor, at: datetime
) -> StaffMember:
    """Give a person a role in a business, and approval limits in minor units per currency."""
    by.require(Permission.BILL, business=business)
    member = StaffMember.objects.create(business=business, user=user, role=role)
    ApprovalLimit.objects.bulk_create(
        ApprovalLimit(business=business, staff_member=member, currency=currency, amount_cents=amount)
        for currency, amount in limits.items()
    )
    ledger.record(subject=member, action="add", by=by, at=at, after={"role": role, "limits": limits})
    return member


@transaction.atomic
def create_customer(
    *,
    business: Business,
    name: str,
    email: str,
    by: Actor,
    at: datetime,
    phone: str = "",
    legal_name: str = "",
    tax_id: str = "",
    timezone: str = "",
    net_days: int | None = None,
    codes: Mapping[str, str] | None = None,
    attributes: Mapping[str, object] | None = None,
) -> Customer:
    """Add a customer, active at once. `codes` maps a scheme to the customer's code in it.

    Raises CustomerCodeTaken when one of the codes names another customer already; then nothing is stored.
    """
    by.require(Permission.DRAFT, business=business)
    customer = Customer.objects.create(
        business=business,
        uid=uuid4(),
        name=name,
        legal_name=legal_name,
        tax_id=plain_tax_id(tax_id),
        email=email,
        phone=phone,
        status=CustomerStatus.ACTIVE,
        timezone=timezone,
        net_days=net_days,
        attributes=dict(attributes or {}),
        created_at=at,
        updated_at=at,
    )
    store_codes(customer, codes or {})
    if customer.legal_name or customer.tax_id:
        legal.note_buyer(customer=customer, at=at)
    ledger.record(subject=customer, action="create", by=by, at=at, after=_state(customer))
    return customer


@transaction.atomic
def find_or_create_customer(
    *,
    business: Business,
    codes: Mapping[str, str],
    name: str,
    email: str,
    by: Actor,
    at: datetime,
    phone: str = "",
    attributes: Mapping[str, object] | None = None,
) -> Customer:
    """The customer that the first known of these codes names, as it is; else a new one with all of them.

    Of two callers with the same codes one creates and the other waits and finds, so there is never a second customer.
    Nobody waits for a customer who is known.
    """
    by.require(Permission.DRAFT, business=business)
    if known := queries.customer_by_codes(business=business, codes=codes):
        return known
    _lock_codes(business, codes)
    return queries.customer_by_codes(business=business, codes=codes) or create_customer(
        business=business, name=name, email=email, phone=phone, codes=codes, attributes=attributes, by=by, at=at
    )


@transaction.atomic
def update_customer(
    *,
    customer: Customer,
    name: str,
    email: str,
    status: str,
    timezone: str,
    net_days: int | None,
    by: Actor,
    at: datetime,
    legal_name: str | None = None,
    tax_id: str | None = None,
) -> Customer:
    """Change a customer's own data; orders and invoices keep the words they were made with.

    Without a legal name or VAT id it keeps its own. Raises CustomerIsMerged.
    """
    by.require(Permission.DRAFT, business=customer.business)
    stored = Customer.objects.for_business(customer.business).select_for_update().get(pk=customer.pk)
    if stored.merged_into_id is not None:
        raise CustomerIsMerged(f"{stored} is merged into another customer: undo that first.")
    before = _state(stored)
    stored.name, stored.email, stored.status = name, email, status
    stored.legal_name = stored.legal_name if legal_name is None else legal_name
    stored.tax_id = stored.tax_id if tax_id is None else plain_tax_id(tax_id)
    stored.timezone, stored.net_days, stored.updated_at = timezone, net_days, at
    stored.save()
    legal.note_buyer(customer=stored, at=at)
    ledger.record(subject=stored, action="update", by=by, at=at, before=before, after=_state(stored))
    return stored


@transaction.atomic
def annotate_customer(*, customer: Customer, attributes: Mapping[str, object], by: Actor, at: datetime) -> Customer:
    """Change what a door echoes of a customer; the rest of it stays."""
    by.require(Permission.DRAFT, business=customer.business)
    stored = Customer.objects.for_business(customer.business).select_for_update().get(pk=customer.pk)
    before = {"attributes": stored.attributes}
    stored.attributes, stored.updated_at = {**stored.attributes, **attributes}, at
    stored.save(update_fields=["attributes", "updated_at"])
    after = {"attributes": stored.attributes}
    ledger.record(subject=stored, action="annotate", by=by, at=at, before=before, after=after)
    return stored


@transaction.atomic
def create_project(*, business: Business, name: str, customer: Customer | None, by: Actor, at: datetime) -> Project:
    """Add a project, of one customer or of none."""
    by.require(Permission.DRAFT, business=business)
    project = Project.objects.create(business=business, uid=uuid4(), customer=customer, name=name, created_at=at)
    ledger.record(subject=project, action="create", by=by, at=at, after={"name": name})
    return project


def _lock_codes(business: Business, codes: Mapping[str, str]) -> None:
    """Take the advisory locks of these codes, in one order for everybody, until the transaction ends."""
    names = sorted(f"{business.pk}|customer|{scheme}|{code}" for scheme, code in codes.items())
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [advisory.number(name)])


def store_codes(customer: Customer, codes: Mapping[str, str]) -> None:
    """Give a customer further codes. Raises CustomerCodeTaken when one of them names another customer already."""
    rows = [
        CustomerCode(business=customer.business, customer=customer, scheme=scheme, code=code)
        for scheme, code in codes.items()
    ]
    try:
        with transaction.atomic():
            CustomerCode.objects.bulk_create(rows)
    except IntegrityError as error:
        raise CustomerCodeTaken("Another customer has this code already.") from error


def plain_tax_id(text: str) -> str:
    """One spelling of a VAT or tax number: capital letters and digits only."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())[:32]


def _state(customer: Customer) -> ledger.State:
    return {
        "name": customer.name,
        "legal_name": customer.legal_name,
        "tax_id": customer.tax_id,
        "email": customer.email,
        "status": customer.status,
        "timezone": customer.timezone,
        "net_days": customer.net_days,
    }
