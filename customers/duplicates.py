"""Customers who are perhaps one: each with the reasons, found by index, a few at most."""

from dataclasses import dataclass

from customers import queries
from customers.models import Customer

SHOWN = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Duplicate:
    customer: Customer
    reasons: tuple[str, ...]


def duplicates(*, customer: Customer) -> list[Duplicate]:
    """Who has the same VAT id, e-mail address, phone number or name, the best reasons first."""
    others = queries.customers(business=customer.business).exclude(pk=customer.pk)
    searches = [others.filter(name__iexact=customer.name)]
    if customer.tax_id:
        searches.append(others.filter(tax_id=customer.tax_id))
    if customer.email:
        searches.append(others.filter(email__iexact=customer.email))
    if customer.phone:
        searches.append(others.filter(phone=customer.phone))
    found = {row.pk: row for rows in searches for row in rows.order_by("pk")[:SHOWN]}
    alike = [Duplicate(customer=row, reasons=tuple(_reasons(customer, row))) for row in found.values()]
    return sorted(alike, key=lambda duplicate: (-len(duplicate.reasons), duplicate.customer.pk))[:SHOWN]


def _reasons(one: Customer, other: Customer) -> list[str]:
    is_named_alike = one.name.casefold() == other.name.casefold()
    domain = _domain(one.email)
    held = {
        "same VAT id": one.tax_id and one.tax_id == other.tax_id,
        "same e-mail address": one.email and one.email.casefold() == other.email.casefold(),
        "same e-mail domain and name": is_named_alike and domain and domain == _domain(other.email),
        "same phone number": one.phone and one.phone == other.phone,
        "same name": is_named_alike,
    }
    if held["same e-mail domain and name"]:
        held["same name"] = False
    return [reason for reason, is_so in held.items() if is_so]


def _domain(email: str) -> str:
    return email.rpartition("@")[2].casefold()
