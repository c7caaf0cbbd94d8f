"""Customers as a shop keeps them: changed in part, found by phone or e-mail, with addresses, and let go."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import phonenumbers
from django.db import transaction

from customers import ledger, services
from customers.accounts import AddressWords
from customers.actors import Actor
from customers.models import Address, Customer, CustomerCode, CustomerStatus
from customers.permissions import Permission
from customers.tenancy import TenantQuerySet

CHANGEABLE = ("name", "email", "phone", "attributes")


def normalised_phone(text: str, *, region: str = "") -> str:
    """One spelling of a phone number: E.164 where it can be told, else its digits.

    `region` is an ISO 3166 country that a number without its country's prefix is read in.
    """
    try:
        parsed = phonenumbers.parse(text, region.upper() if len(region) == 2 else None)
    except phonenumbers.NumberParseException:
        return "".join(filter(str.isdecimal, text))
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@transaction.atomic
def change_customer(
    *,
    customer: Customer,
    changes: Mapping[str, object],
    codes: Mapping[str, str],
    by: Actor,
    at: datetime,
    addresses: Sequence[AddressWords] | None = None,
) -> Customer:
    """Change some of name, email, phone and attributes. `codes` replaces the codes of their schemes; blank removes one.

    Orders keep the words they were made with. Raises CustomerCodeTaken; then nothing is changed.
    """
    by.require(Permission.DRAFT, business=customer.business)
    stored = _locked(customer)
    before = {name: getattr(stored, name) for name in changes if name in CHANGEABLE}
    for name in before:
        setattr(stored, name, changes[name])
    stored.updated_at = at
    stored.save(update_fields=[*before, "updated_at"])
    _codes(stored).filter(scheme__in=codes).delete()
    services.store_codes(stored, {scheme: code for scheme, code in codes.items() if code})
    if addresses is not None:
        replace_addresses(customer=stored, addresses=addresses, by=by, at=at)
    after = {name: getattr(stored, name) for name in before}
    ledger.record(subject=stored, action="update", by=by, at=at, before=before, after=after)
    return stored


@transaction.atomic
def replace_addresses(*, customer: Customer, addresses: Sequence[AddressWords], by: Actor, at: datetime) -> None:
    """Give a customer these addresses and no others."""
    by.require(Permission.DRAFT, business=customer.business)
    Address.objects.for_business(customer.business).filter(customer=customer).delete()
    Address.objects.bulk_create(
        Address(
            business=customer.business,
            customer=customer,
            origin=by.channel,
            created_at=at,
            updated_at=at,
            **asdict(address),
        )
        for address in addresses
    )


@transaction.atomic
def retire_customer(*, customer: Customer, by: Actor, at: datetime) -> None:
    """Let a customer go: orders and invoices stay, its codes are free for another. Doing so twice changes nothing."""
    by.require(Permission.DRAFT, business=customer.business)
    stored = _locked(customer)
    if stored.status == CustomerStatus.INACTIVE:
        return
    before, stored.status, stored.updated_at = stored.status, CustomerStatus.INACTIVE, at
    stored.save(update_fields=["status", "updated_at"])
    _codes(stored).delete()
    ledger.record(
        subject=stored, action="retire", by=by, at=at, before={"status": before}, after={"status": stored.status}
    )


def _locked(customer: Customer) -> Customer:
    rows = Customer.objects.for_business(customer.business).select_related("business")
    return rows.select_for_update(of=("self",)).get(pk=customer.pk)


def _codes(customer: Customer) -> TenantQuerySet[CustomerCode]:
    return CustomerCode.objects.for_business(customer.business).filter(customer=customer)
