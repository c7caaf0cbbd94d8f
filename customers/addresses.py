"""Writing addresses, of a customer or by themselves."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.models import Address, Business, Customer
from customers.permissions import Permission

# What a caller may say of an address.
WORDS = frozenset(
    "first_name last_name company email phone line_1 line_2 city region postal_code country reference "
    "attributes".split()
)


@transaction.atomic
def create_address(*, business: Business, origin: str, words: Mapping[str, object], by: Actor, at: datetime) -> Address:
    """Write an address down, for one door; `words` are among WORDS."""
    by.require(Permission.DRAFT, business=business)
    address = Address.objects.create(business=business, origin=origin, created_at=at, updated_at=at, **_known(words))
    ledger.record(subject=address, action="create", by=by, at=at, after=_state(address))
    return address


@transaction.atomic
def update_address(*, address: Address, words: Mapping[str, object], by: Actor, at: datetime) -> Address:
    """Change an address. Orders placed with it keep the words they were placed with."""
    by.require(Permission.DRAFT, business=address.business)
    stored = Address.objects.for_business(address.business).select_for_update().get(pk=address.pk)
    before = _state(stored)
    for name, value in {**_known(words), "updated_at": at}.items():
        setattr(stored, name, value)
    stored.save()
    ledger.record(subject=stored, action="update", by=by, at=at, before=before, after=_state(stored))
    return stored


@transaction.atomic
def copy_address(*, address: Address, by: Actor, at: datetime) -> Address:
    """The same words as a new address of nobody."""
    words = {name: getattr(address, name) for name in WORDS - {"reference"}}
    return create_address(business=address.business, origin=address.origin, words=words, by=by, at=at)


@transaction.atomic
def give_address(*, address: Address, customer: Customer, by: Actor, at: datetime) -> None:
    """Put an address of nobody into a customer's address book; one that has an owner stays theirs."""
    by.require(Permission.DRAFT, business=address.business)
    ownerless = Address.objects.for_business(address.business).filter(pk=address.pk, customer=None)
    if ownerless.update(customer=customer, updated_at=at):
        ledger.record(subject=address, action="give", by=by, at=at, after={"customer_id": customer.pk})


def _known(words: Mapping[str, object]) -> dict[str, object]:
    assert words.keys() <= WORDS, words
    return dict(words)


def _state(address: Address) -> ledger.State:
    return {name: str(getattr(address, name)) for name in sorted(WORDS - {"attributes"})}
