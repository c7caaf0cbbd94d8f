"""Where the catalog's items are used: in drafts, which people bring up to date; what was submitted is left alone."""

from dataclasses import dataclass

from catalog.models import CatalogItem
from orders.models import Line
from orders.states import Status

SHOWN = 50
MOST_COUNTED = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """How many draft orders name an item, counted up to a thousand, and how many of their lines have another price."""

    drafts: int
    lines: list[Line]

    @property
    def is_capped(self) -> bool:
        return self.drafts >= MOST_COUNTED

    @property
    def at_another_price(self) -> int:
        """Of the lines that are shown."""
        return sum(
            line.unit_price_cents != line.catalog_item.unit_price_cents for line in self.lines if line.catalog_item
        )


def usage(*, item: CatalogItem) -> Usage:
    """The drafts that name an item, the latest fifty lines of them with their orders."""
    lines = Line.objects.for_business(item.business).filter(catalog_item=item, order__status=Status.DRAFT)
    counted = lines.order_by().values("order_id").distinct()[:MOST_COUNTED]
    shown = lines.select_related("order__customer", "catalog_item").order_by("-order_id", "position")
    return Usage(drafts=counted.count(), lines=list(shown[:SHOWN]))
