"""Every kind of thing that the door serves, by its type."""

from orders.api.commercelayer.resource import Resource
from orders.api.commercelayer.resources import catalog, lines, orders, parties, payments, shipping

RESOURCES: dict[str, Resource] = {
    resource.type: resource
    for resource in (
        orders.ORDERS,
        lines.LINE_ITEMS,
        parties.ADDRESSES,
        parties.CUSTOMERS,
        catalog.MARKETS,
        catalog.SKUS,
        catalog.PRICES,
        catalog.PRICE_LISTS,
        shipping.SHIPMENTS,
        shipping.SHIPPING_METHODS,
        payments.PAYMENT_METHODS,
        *payments.SOURCES.values(),
    )
}


def of(row: object, types: tuple[str, ...]) -> Resource:
    """The resource of a related row, which may be of one of several types."""
    if len(types) == 1:
        return RESOURCES[types[0]]
    return RESOURCES[payments.type_of(row)]
