"""Writing the catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from catalog.models import CatalogItem, ItemCode, ItemType, Product
from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission


class ItemCodeTaken(ValueError):
    """Another item is called so already."""

    code = "item_code_taken"


@transaction.atomic
def create_item(
    *,
    business: Business,
    name: str,
    item_type: str,
    unit_price_cents: int,
    by: Actor,
    at: datetime,
    description: str = "",
    codes: Mapping[str, str] | None = None,
    attributes: Mapping[str, object] | None = None,
) -> CatalogItem:
    """Add an item, active at once. `codes` maps a scheme to the item's code in it.

    Raises ItemCodeTaken when one of the codes names another item already; then nothing is stored.
    """
    by.require(Permission.DRAFT, business=business)
    item = CatalogItem.objects.create(
        business=business,
        uid=uuid4(),
        name=name,
        description=description,
        item_type=item_type,
        unit_price_cents=unit_price_cents,
        attributes=dict(attributes or {}),
        created_at=at,
        updated_at=at,
    )
    _store_codes([(item, codes or {})])
    ledger.record(subject=item, action="create", by=by, at=at, after=_state(item))
    return item


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """One way in which a product is sold, its price in minor units."""

    name: str
    unit_price_cents: int
    codes: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, object] = field(default_factory=dict)


@transaction.atomic
def create_product(
    *,
    business: Business,
    name: str,
    variants: Sequence[Variant],
    by: Actor,
    at: datetime,
    description: str = "",
    tags: Sequence[str] = (),
    attributes: Mapping[str, object] | None = None,
) -> Product:
    """Add a product with its variants, active at once; a number of statements that does not grow with them.

    Raises ItemCodeTaken when a code names another item already; then nothing is stored.
    """
    by.require(Permission.DRAFT, business=business)
    product = Product.objects.create(
        business=business,
        uid=uuid4(),
        name=name,
        description=description,
        tags=list(dict.fromkeys(tags)),
        attributes=dict(attributes or {}),
        created_at=at,
        updated_at=at,
    )
    items = CatalogItem.objects.bulk_create(_variant(product, variant, at) for variant in variants)
    _store_codes([(item, variant.codes) for item, variant in zip(items, variants, strict=True)])
    after = {"name": name, "variants": [_state(item) for item in items]}
    ledger.record(subject=product, action="create", by=by, at=at, after=after)
    return product


def _variant(product: Product, variant: Variant, at: datetime) -> CatalogItem:
    return CatalogItem(
        business=product.business,
        uid=uuid4(),
        product=product,
        name=variant.name,
        item_type=ItemType.INVENTORY,
        unit_price_cents=variant.unit_price_cents,
        attributes=dict(variant.attributes),
        created_at=at,
        updated_at=at,
    )


@transaction.atomic
def update_item(
    *,
    item: CatalogItem,
    name: str,
    description: str,
    item_type: str,
    unit_price_cents: int,
    is_active: bool,
    by: Actor,
    at: datetime,
) -> CatalogItem:
    """Change an item. Orders already written keep their own words and prices."""
    by.require(Permission.DRAFT, business=item.business)
    stored = CatalogItem.objects.for_business(item.business).select_for_update().get(pk=item.pk)
    before = _state(stored)
    stored.name, stored.description, stored.item_type = name, description, item_type
    stored.unit_price_cents, stored.is_active, stored.updated_at = unit_price_cents, is_active, at
    stored.save()
    ledger.record(subject=stored, action="update", by=by, at=at, before=before, after=_state(stored))
    return stored


@transaction.atomic
def archive_item(*, item: CatalogItem, is_active: bool, by: Actor, at: datetime) -> CatalogItem:
    """Take an item off the offer, or put it back; doing so twice changes nothing. Lines that name it keep it."""
    by.require(Permission.DRAFT, business=item.business)
    rows = CatalogItem.objects.for_business(item.business).filter(pk=item.pk).exclude(is_active=is_active)
    if rows.update(is_active=is_active, updated_at=at):
        action = "restore" if is_active else "archive"
        before, after = {"is_active": not is_active}, {"is_active": is_active}
        ledger.record(subject=item, action=action, by=by, at=at, before=before, after=after)
    return CatalogItem.objects.for_business(item.business).get(pk=item.pk)


def _store_codes(named: Sequence[tuple[CatalogItem, Mapping[str, str]]]) -> None:
    rows = [
        ItemCode(business=item.business, item=item, scheme=scheme, code=code)
        for item, codes in named
        for scheme, code in codes.items()
    ]
    try:
        with transaction.atomic():
            ItemCode.objects.bulk_create(rows)
    except IntegrityError as error:
        raise ItemCodeTaken("Another item has this code already.") from error


def _state(item: CatalogItem) -> ledger.State:
    return {
        "name": item.name,
        "description": item.description,
        "item_type": item.item_type,
        "unit_price_cents": item.unit_price_cents,
        "is_active": item.is_active,
    }
