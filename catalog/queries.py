"""Finding catalog items by what a door calls them."""

from collections.abc import Iterable

from catalog.models import CatalogItem, ItemCode
from customers.models import Business
from customers.queries import as_uuid

# The scheme of our own ids; every other scheme is looked up among the item codes.
OWN_SCHEME = "uid"


def items_by_code(*, business: Business, scheme: str, codes: Iterable[str]) -> dict[str, CatalogItem]:
    """The active items behind these codes, in one statement. Unknown codes are absent from the answer."""
    if scheme == OWN_SCHEME:
        uids = {uid for uid in map(as_uuid, codes) if uid is not None}
        active = CatalogItem.objects.for_business(business).filter(uid__in=uids, is_active=True)
        return {str(item.uid): item for item in active}
    named = ItemCode.objects.for_business(business).filter(scheme=scheme, code__in=set(codes), item__is_active=True)
    return {code.code: code.item for code in named.select_related("item")}
