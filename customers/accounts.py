"""Writing the addresses of customers: one under each reference, whoever comes first."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction

from customers import ledger, queries
from customers.actors import Actor
from customers.models import Address, Business, Customer
from customers.permissions import Permission
from customers.tenancy import TenantQuerySet


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressWords:
    """What an address says. A blank e-mail leaves a known one."""

    line_1: str
    city: str = ""
    country: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    line_2: str = ""
    region: str = ""
    postal_code: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)


@transaction.atomic
def put_address(
    *, customer: Customer, label: str, reference: str, words: AddressWords, origin: str, by: Actor, at: datetime
) -> Address:
    """The customer's address under this label and reference, saying this; made where there is none.

    Of two callers at once one makes it and the other waits and finds it; nobody waits for one that says this already.
    `attributes` are merged over the known ones.
    """
    by.require(Permission.DRAFT, business=customer.business)
    known = _row(customer, label, reference)
    if known and says(address=known, words=words):
        return known
    list(queries.customers(business=customer.business).filter(pk=customer.pk).select_for_update(no_key=True))
    row = _row(customer, label, reference)
    if row is None:
        row = Address(business=customer.business, customer=customer, label=label, reference=reference, origin=origin)
        row.created_at = at
    before = _state(row) if row.pk else {}
    _say(row, words)
    if _state(row) != before:
        row.updated_at = at
        row.save()
        _record(row, "update" if before else "create", by=by, at=at, before=before)
    return row


def says(*, address: Address, words: AddressWords) -> bool:
    """Whether an address says this already."""
    before = _state(address)
    _say(address, words)
    return _state(address) == before


@transaction.atomic
def remove_address(*, address: Address, by: Actor, at: datetime) -> None:
    """Forget an address. Orders keep it as they were written."""
    by.require(Permission.DRAFT, business=address.business)
    _record(address, "remove", by=by, at=at, before=_state(address))
    address.delete()


def accounts(*, business: Business, label: str) -> TenantQuerySet[Address]:
    """The addresses of customers under one label, each with its customer."""
    rows = Address.objects.for_business(business).filter(label=label, customer__isnull=False)
    return rows.select_related("customer")


def _row(customer: Customer, label: str, reference: str) -> Address | None:
    return accounts(business=customer.business, label=label).filter(customer=customer, reference=reference).first()


def _say(row: Address, words: AddressWords) -> None:
    said = asdict(words) | {
        "email": words.email or row.email,
        "attributes": {**row.attributes, **words.attributes},
    }
    for name, value in said.items():
        setattr(row, name, value)


def _state(address: Address) -> dict[str, object]:
    names = [name for name in AddressWords.__slots__ if name != "country"]
    return {**{name: getattr(address, name) for name in names}, "country": str(address.country)}


def _record(address: Address, action: str, *, by: Actor, at: datetime, before: ledger.State) -> None:
    after = {} if action == "remove" else _state(address)
    ledger.record(subject=address, action=action, by=by, at=at, before=before, after=after)
