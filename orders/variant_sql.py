"""The SQL of an order of variants, by hand: one prepared statement finds whom it is for and what it names."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from catalog.models import CatalogItem
from customers import prepared
from customers.models import Business, Customer, CustomerStatus
from customers.queries import as_uuid

READS: prepared.Reads = {
    Customer: ("customers_customer", "id business_id uid status merged_into_id"),
    CatalogItem: ("catalog_catalogitem", "id business_id uid is_active"),
}
FIND = """
    SELECT {customer}, {item}
    FROM (SELECT %(business)s::bigint AS id) b
    LEFT JOIN customers_customer named ON named.business_id = b.id AND named.uid = %(customer)s::uuid
    LEFT JOIN customers_customer c ON c.business_id = b.id AND c.id = coalesce(named.merged_into_id, named.id)
        AND c.status <> %(gone)s::text
    LEFT JOIN catalog_catalogitem i ON i.business_id = b.id AND i.uid = ANY(%(items)s::uuid[]) AND i.is_active
"""


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def find(
    *, business: Business, customer: str, items: Collection[str]
) -> tuple[Customer | None, dict[str, CatalogItem]]:
    """The customer with this public id, or who stands for it, unless let go; the active items of these by their ids."""
    uids = {code: uid for code in items if (uid := as_uuid(code))}
    known = as_uuid(customer)
    values = {
        "business": str(business.pk),
        "customer": str(known) if known else None,
        "gone": CustomerStatus.INACTIVE.value,
        "items": sorted(map(str, set(uids.values()))),
    }
    return _found(uids, prepared.rows(_find(), values, only_reads=True))


def _found(uids: dict[str, UUID], rows: Any) -> tuple[Customer | None, dict[str, CatalogItem]]:
    own = len(Customer._meta.concrete_fields)
    active = {item.uid: item for row in rows if (item := prepared.whole(CatalogItem, row[own:]))}
    return prepared.whole(Customer, rows[0][:own]), {code: active[uid] for code, uid in uids.items() if uid in active}


@cache
def _find() -> str:
    return FIND.format(customer=prepared.columns(Customer, of="c"), item=prepared.columns(CatalogItem, of="i"))
