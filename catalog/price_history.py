"""Every price an item had: who changed it, when, from what to what. The ledger keeps it, which nothing edits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models.fields.json import KeyTransform

from catalog.models import CatalogItem
from customers import ledger

SHOWN = 100
KEY = "unit_price_cents"
KT_AFTER = KeyTransform(KEY, "after")


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceChange:
    """A price in force from a moment on, in minor units of the business's currency; the first one came from none."""

    from_at: datetime
    by: str
    channel: str
    before_cents: int | None
    after_cents: int


def price_changes(*, item: CatalogItem) -> Sequence[PriceChange]:
    """The latest hundred changes of an item's price, newest first. Changes of anything else are none of them."""
    told = ledger.history(business=item.business, subject=item).filter(after__has_key=KEY)
    events = told.exclude(before__has_key=KEY, before__unit_price_cents=KT_AFTER)
    return [
        PriceChange(
            from_at=event.at,
            by=event.actor_name,
            channel=event.channel,
            before_cents=event.before.get(KEY),
            after_cents=event.after[KEY],
        )
        for event in events.order_by("-id")[:SHOWN]
    ]
