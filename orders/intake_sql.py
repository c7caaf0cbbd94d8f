"""The SQL of an order for a factory, by hand: one statement finds its accounts, its recipes and the factories' days."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import Recipe
from customers import customers_sql, prepared
from customers.models import Address, Business, Customer, CustomerCode
from orders.models import LeadTime, TransitTime
from orders.services.calendar import Days

READS: prepared.Reads = {
    CustomerCode: ("customers_customercode", "business_id customer_id scheme code"),
    Customer: ("customers_customer", "id business_id uid merged_into_id"),
    Address: ("customers_address", "id business_id customer_id label reference"),
    Recipe: ("catalog_recipe", "business_id token"),
    LeadTime: ("orders_leadtime", "business_id factory_code days"),
    TransitTime: ("orders_transittime", "business_id carrier_code service_code days"),
}
FIND = """
    SELECT c.id, c.uid,
        (SELECT json_agg(a) FROM customers_address a
            WHERE a.business_id = b.id AND a.customer_id = c.id
            AND (a.label, a.reference) IN (SELECT * FROM unnest(%(labels)s::text[], %(references)s::text[]))),
        (SELECT json_agg(r.token) FROM catalog_recipe r
            WHERE r.business_id = b.id AND r.token = ANY(%(tokens)s::text[])),
        EXISTS (SELECT FROM catalog_recipe r WHERE r.business_id = b.id),
        (SELECT json_agg(json_build_array(l.factory_code, l.days)) FROM orders_leadtime l WHERE l.business_id = b.id),
        (SELECT json_agg(json_build_array(t.carrier_code, t.service_code, t.days)) FROM orders_transittime t
            WHERE t.business_id = b.id)
    FROM (SELECT %(business)s::bigint AS id) b
    OF_CODE
""".replace("OF_CODE", customers_sql.OF_CODE)


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The customer of an account, its addresses by label and reference, the tokens that no recipe has, and the days."""

    customer: Customer | None
    addresses: Mapping[tuple[str, str], Address]
    unknown_tokens: Collection[str]
    days: Days


def find(
    *,
    business: Business,
    scheme: str,
    code: str,
    addresses: Sequence[tuple[str, str]],
    tokens: Collection[str],
) -> Found:
    """What there is of what an order names: the account that a scheme calls by this code, and what goes with it.

    Where the business keeps no recipes here, no token is unknown.
    """
    values = {
        "business": str(business.pk),
        "scheme": scheme,
        "code": code,
        "labels": [label for label, _ in addresses],
        "references": [reference for _, reference in addresses],
        "tokens": list(tokens),
    }
    pk, uid, rows, recipes, has_recipes, lead, transit = prepared.row(FIND, values)
    customer = pk and prepared.known(Customer, id=pk, business_id=business.pk, uid=uid)
    if customer:
        customer.business = business
    known = [_address(row, customer) for row in rows or ()]
    return Found(
        customer=customer,
        addresses={(row.label, row.reference): row for row in known},
        unknown_tokens=set(tokens) - set(recipes or ()) if has_recipes else (),
        days=Days(
            lead=dict(lead or ()), transit={(carrier, service): days for carrier, service, days in transit or ()}
        ),
    )


def _address(columns: Mapping[str, Any], customer: Customer) -> Address:
    moments = {name: datetime.fromisoformat(columns[name]) for name in ("created_at", "updated_at")}
    row: Address = prepared.known(Address, **{**columns, **moments})
    row.customer = customer
    return row
