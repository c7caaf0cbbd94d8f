"""Line items: goods by sku, and beside them what the parcel, the payment and the coupon come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from billing.engine import money
from orders import store_queries
from orders.api.commercelayer.amounts import trio, trio_names
from orders.api.commercelayer.resource import COMMON, CREATED, Column, Kind, Relation, Resource, Scope, common
from orders.services import cart_terms
from orders.store_amounts import Taxed


@dataclass(frozen=True, kw_only=True)
class StoreLine:
    """A line as a store shows it. `kind` tells its ids apart: of each kind but goods a cart has at most one."""

    kind: str
    pk: int
    order: Any
    item_type: str
    name: str
    quantity: int
    unit_cents: int
    part: Taxed
    line: Any = None

    @property
    def item(self) -> Any:
        """The sku behind it, or the shipment, the payment method or nothing."""
        if self.line is not None:
            self.line.item.sku_code = self.line.sku_code
            return self.line.item
        return None


def of_order(order: Any) -> list[StoreLine]:
    """The lines of an order whose cart is at hand."""
    cart = order.cart
    goods = list(cart.lines.all())
    amounts = cart_terms.amounts(cart)
    taxes = money.share(total=amounts.subtotal.tax_cents, weights=[line.total_cents for line in goods]) if goods else ()
    found = [_of_goods(order, line, tax) for line, tax in zip(goods, taxes, strict=True)]
    extra = partial(_extra, order)
    if cart.shipping_method and any(map(cart_terms.ships, goods)):
        found.append(extra("shipment_lines", "shipments", cart.shipping_method.name, amounts.shipping))
    if cart.payment_method and goods:
        found.append(extra("payment_lines", "payment_methods", cart.payment_method.name, amounts.payment_method))
    if cart.coupon and cart.discount_cents:
        found.append(extra("promotion_lines", "promotions", cart.coupon.name or cart.coupon.code, amounts.discount))
    return found


def _of_goods(order: Any, line: Any, tax_cents: int) -> StoreLine:
    return StoreLine(
        kind="line_items",
        pk=line.pk,
        order=order,
        item_type="skus",
        name=line.name,
        quantity=line.quantity,
        unit_cents=line.unit_price_cents,
        part=Taxed(amount_cents=line.total_cents, tax_cents=tax_cents),
        line=line,
    )


def _extra(order: Any, kind: str, item_type: str, name: str, part: Taxed) -> StoreLine:
    return StoreLine(
        kind=kind,
        pk=order.cart.pk,
        order=order,
        item_type=item_type,
        name=name,
        quantity=1,
        unit_cents=part.amount_cents,
        part=part,
    )


def find(scope: Scope, text: str) -> StoreLine | None:
    """The line of this id, of goods or not, in an order that the scope may see."""
    for kind in ("line_items", "shipment_lines", "payment_lines", "promotion_lines"):
        if (key := scope.decode(kind, text)) is not None:
            path = "cart__lines" if kind == "line_items" else "cart"
            orders = store_queries.orders(business=scope.business, market=scope.limit)
            order = orders.filter(**{path: key}).first()
            return (
                next((line for line in of_order(order) if (line.kind, line.pk) == (kind, key)), None) if order else None
            )
    return None


def attributes(scope: Scope, line: StoreLine) -> Mapping[str, object]:
    currency, cart = line.order.currency, line.order.cart
    sku = line.line
    return {
        "sku_code": sku.sku_code if sku else None,
        "bundle_code": None,
        "quantity": line.quantity,
        "currency_code": currency,
        **trio("unit_amount", line.unit_cents, currency),
        **trio("options_amount", 0, currency),
        **trio("discount", 0, currency),
        **trio("total_amount", line.part.amount_cents, currency),
        **trio("tax_amount", line.part.tax_cents, currency),
        "name": line.name,
        "image_url": (sku.image_url or None) if sku else None,
        "discount_breakdown": {},
        "tax_rate": 0.0 if cart.tax_rate_percent is None else float(cart.tax_rate_percent / 100),
        "tax_breakdown": {},
        "item_type": line.item_type,
        **(common(sku, reference=sku.reference or None, metadata=sku.metadata) if sku else common(line.order)),
    }


def rows(scope: Scope) -> Any:
    """The lines of goods, for a list."""
    return store_queries.lines(business=scope.business, market=scope.limit)


def listed(row: Any) -> StoreLine:
    """A row of a list as a line of its order."""
    order = row.cart.order
    return next(line for line in of_order(order) if line.kind == "line_items" and line.pk == row.pk)


LINE_ITEMS = Resource(
    type="line_items",
    attributes=attributes,
    names=(
        *"sku_code bundle_code quantity currency_code".split(),
        *trio_names("unit_amount", "options_amount", "discount", "total_amount", "tax_amount"),
        *"name image_url discount_breakdown tax_rate tax_breakdown item_type".split(),
        *COMMON,
    ),
    rows=rows,
    lookup=find,
    kind_of=lambda line: line.kind,
    present=listed,
    relations=(
        Relation(name="order", types=("orders",), find=lambda line: line.order),
        Relation(name="item", types=("skus",), find=lambda line: line.item),
    ),
    columns=CREATED
    | {
        "sku_code": Column(path="sku_code"),
        "quantity": Column(path="quantity", kind=Kind.NUMBER),
        "name": Column(path="name"),
        "reference": Column(path="reference"),
    },
    is_private=True,
)
