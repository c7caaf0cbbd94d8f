"""The SQL of finding catalog items, by hand: what the lines of an order name, by a prepared statement."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

from catalog.models import CatalogItem
from customers import prepared
from customers.models import Business

READS: prepared.Reads = {CatalogItem: ("catalog_catalogitem", "business_id uid is_active")}
ACTIVE = """
    SELECT {} FROM catalog_catalogitem i
    WHERE i.business_id = %(business)s::bigint AND i.uid = ANY(%(uids)s::uuid[]) AND i.is_active
"""


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def active(*, business: Business, uids: Collection[UUID]) -> list[CatalogItem]:
    """The active items with these public ids."""
    values = {"business": str(business.pk), "uids": list(map(str, uids))}
    return [prepared.whole(CatalogItem, row) for row in prepared.rows(_active(), values, only_reads=True)]


@cache
def _active() -> str:
    return ACTIVE.format(prepared.columns(CatalogItem, of="i"))
