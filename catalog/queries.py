"""Finding catalog items by what a door calls them."""

from collections.abc import Iterable

from catalog import items_sql
from catalog.models import CatalogItem, ItemCode
from customers.models import Business
from customers.queries import as_uuid
from customers.tenancy import TenantQuerySet

# The scheme of our own ids; every other scheme is looked up among the item codes.
OWN_SCHEME = "uid"


def items(*, business: Business) -> TenantQuerySet[CatalogItem]:
    return CatalogItem.objects.for_business(business)


def item_by_uid(*, business: Business, uid: str) -> CatalogItem | None:
    """The item with this public id; None for a stranger's, an unknown or a malformed one."""
    known = as_uuid(uid)
    return items(business=business).filter(uid=known).first() if known else None


def items_by_code(*, business: Business, scheme: str, codes: Iterable[str]) -> dict[str, CatalogItem]:
    """The active items behind these codes, in one statement. Unknown codes are absent from the answer."""
    if scheme == OWN_SCHEME:
        uids = {code: uid for code in codes if (uid := as_uuid(code))}
        active = {item.uid: item for item in items_sql.active(business=business, uids=set(uids.values()))}
        return {code: active[uid] for code, uid in uids.items() if uid in active}
    named = ItemCode.objects.for_business(business).filter(scheme=scheme, code__in=set(codes), item__is_active=True)
    return {code.code: code.item for code in named.select_related("item")}
