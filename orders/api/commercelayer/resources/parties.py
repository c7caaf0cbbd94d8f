"""Customers and addresses."""

from collections.abc import Mapping
from typing import Any

from orders import store_queries
from orders.api.commercelayer.resource import COMMON, CREATED, Column, Relation, Resource, Scope, common


def customer(scope: Scope, row: Any) -> Mapping[str, object]:
    """A store, which may only make customers, learns nothing of one who was there before."""
    placed = 0 if scope.is_store else getattr(row, "placed_count", 0)
    known = {} if scope.is_store else row.attributes
    status = "repeat" if placed > 1 else "acquired" if placed else "prospect"
    return {
        "email": row.email,
        "status": status,
        **common(row, reference=known.get("reference"), metadata=known.get("metadata")),
    }


def address(scope: Scope, row: Any) -> Mapping[str, object]:
    person = " ".join(filter(None, (row.first_name, row.last_name)))
    is_business = bool(row.company) and not person
    place = " ".join(filter(None, (row.postal_code, row.city, row.region)))
    line = ", ".join(filter(None, (row.line_1, row.line_2, place, f"({row.country})", row.phone)))
    return {
        "business": is_business,
        "first_name": row.first_name or None,
        "last_name": row.last_name or None,
        "company": row.company or None,
        "full_name": person or row.company,
        "line_1": row.line_1,
        "line_2": row.line_2 or None,
        "city": row.city,
        "zip_code": row.postal_code or None,
        "state_code": row.region or None,
        "country_code": str(row.country),
        "phone": row.phone or None,
        "full_address": line,
        "name": f"{person or row.company}, {line}",
        "email": row.email or None,
        "notes": row.attributes.get("notes"),
        "billing_info": row.attributes.get("billing_info"),
        **common(row, reference=row.reference or None, metadata=row.attributes.get("metadata")),
    }


def _customer(scope: Scope, text: str) -> object:
    key = scope.decode("customers", text)
    return None if key is None else store_queries.customer_by_key(business=scope.business, key=key)


CUSTOMERS = Resource(
    type="customers",
    attributes=customer,
    names=("email", "status", *COMMON),
    rows=lambda scope: store_queries.customers(business=scope.business),
    lookup=_customer,
    columns=CREATED | {"email": Column(path="email")},
    is_private=True,
)
ADDRESSES = Resource(
    type="addresses",
    attributes=address,
    names=(
        *"business first_name last_name company full_name line_1 line_2 city zip_code state_code".split(),
        *"country_code phone full_address name email notes billing_info".split(),
        *COMMON,
    ),
    rows=lambda scope: store_queries.addresses(business=scope.business),
    relations=(Relation(name="customer", types=("customers",), find=lambda row: row.customer),),
    columns=CREATED
    | {
        "line_1": Column(path="line_1"),
        "city": Column(path="city"),
        "zip_code": Column(path="postal_code"),
        "country_code": Column(path="country"),
        "email": Column(path="email"),
        "reference": Column(path="reference"),
    },
    is_private=True,
)
