"""Writing the customers of the programme and their deployments. Each call is one transaction and leaves an event."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from customers import ledger
from customers import services as customer_services
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission
from orders.licensing import limits
from orders.licensing.vocabulary import MarketSegment
from orders.models import LicenceAccount

SMALLEST_CODE = 10**9
ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountSpec:
    """A customer to be. `profile` is what the door echoes of the company."""

    name: str
    email: str
    country: str
    market_segment: MarketSegment
    profile: Mapping[str, object] = field(default_factory=dict)
    reference: str = ""
    reseller: str = ""
    is_global_sales_enabled: bool = False


def open_account(*, business: Business, spec: AccountSpec, by: Actor, at: datetime, code: str = "") -> LicenceAccount:
    """Add a customer under a number of its own: the given one, or a new one of ten digits."""
    by.require(Permission.DRAFT, business=business)
    for _ in range(ATTEMPTS):
        try:
            return _open(business, spec, code or new_code(), by, at)
        except customer_services.CustomerCodeTaken:
            if code:
                raise
    raise customer_services.CustomerCodeTaken("No free number was found.")


def new_code() -> str:
    """Ten random digits, the first not 0."""
    return str(SMALLEST_CODE + secrets.randbelow(9 * SMALLEST_CODE))


@transaction.atomic
def _open(business: Business, spec: AccountSpec, code: str, by: Actor, at: datetime) -> LicenceAccount:
    customer = customer_services.create_customer(
        business=business, name=spec.name, email=spec.email, codes={limits.CUSTOMER_SCHEME: code}, by=by, at=at
    )
    account = LicenceAccount.objects.create(
        business=business,
        customer=customer,
        code=code,
        market_segment=spec.market_segment,
        country=spec.country,
        is_global_sales_enabled=spec.is_global_sales_enabled,
        reference=spec.reference,
        reseller=spec.reseller,
        profile=dict(spec.profile),
        created_at=at,
        updated_at=at,
    )
    ledger.record(subject=account, action="create", by=by, at=at, after={"code": code})
    return account


@transaction.atomic
def update_account(
    *, account: LicenceAccount, changes: Mapping[str, object], by: Actor, at: datetime, name: str = "", email: str = ""
) -> LicenceAccount:
    """Change fields of an account; a name or an e-mail address changes the customer."""
    by.require(Permission.DRAFT, business=account.business)
    stored = LicenceAccount.objects.for_business(account.business).select_for_update().get(pk=account.pk)
    before = {field: getattr(stored, field) for field in changes}
    for changed, value in changes.items():
        setattr(stored, changed, value)
    stored.updated_at = at
    stored.save(update_fields=[*changes, "updated_at"])
    customer = stored.customer
    if (name or customer.name, email or customer.email) != (customer.name, customer.email):
        customer_services.update_customer(
            customer=customer,
            name=name or customer.name,
            email=email or customer.email,
            status=customer.status,
            timezone=customer.timezone,
            net_days=customer.net_days,
            by=by,
            at=at,
        )
    ledger.record(subject=stored, action="update", by=by, at=at, before=before, after=dict(changes))
    return stored


def adjust_account(
    *,
    account: LicenceAccount,
    by: Actor,
    at: datetime,
    coterm_date: date | None,
    licence_level: str,
    consumable_level: str,
    tags: Sequence[str],
    high_volume_code: str,
    is_global_sales_enabled: bool,
    commitment_start_date: date | None,
    commitment_end_date: date | None,
    committed_licences: int,
    committed_consumables: int,
) -> LicenceAccount:
    """What staff decide about a customer: its anniversary, levels, commitment and rights."""
    changes: dict[str, object] = {
        "coterm_date": coterm_date,
        "licence_level": licence_level,
        "consumable_level": consumable_level,
        "tags": list(tags),
        "high_volume_code": high_volume_code,
        "is_global_sales_enabled": is_global_sales_enabled,
        "commitment_start_date": commitment_start_date,
        "commitment_end_date": commitment_end_date,
        "committed_licences": committed_licences,
        "committed_consumables": committed_consumables,
    }
    return update_account(account=account, changes=changes, by=by, at=at)
