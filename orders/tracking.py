"""Reading how far orders are made and shipped, always from the business down."""

from django.db.models import Prefetch

from customers.models import Business
from customers.tenancy import TenantQuerySet
from orders.commands import Origin
from orders.models import DateChange, Line, Order, Shipment, ShipmentLine


def orders(*, business: Business, origin: Origin) -> TenantQuerySet[Order]:
    """Orders of one origin with parties, lines, dates and parcels, in a number of statements that does not grow."""
    return (
        Order.objects.for_business(business)
        .filter(origin=origin)
        .prefetch_related("parties", Prefetch("lines", queryset=_shown(business).order_by("position")))
    )


def lines(*, business: Business, origin: Origin) -> TenantQuerySet[Line]:
    """Tracked lines of the orders of one origin, each with its order, dates and parcels."""
    return _shown(business).filter(order__origin=origin, progress__isnull=False)


def line_ids(*, business: Business, origin: Origin) -> TenantQuerySet[Line]:
    """The same lines, bare: to narrow and to look up by."""
    return Line.objects.for_business(business).filter(order__origin=origin, progress__isnull=False)


def shipments(*, business: Business, origin: Origin) -> TenantQuerySet[Shipment]:
    """Parcels of the orders of one origin, with what is in them."""
    packed = ShipmentLine.objects.for_business(business).order_by("id")
    return (
        Shipment.objects.for_business(business)
        .filter(order__origin=origin)
        .select_related("order")
        .prefetch_related(Prefetch("lines", queryset=packed))
    )


def _shown(business: Business) -> TenantQuerySet[Line]:
    changes = DateChange.objects.for_business(business).order_by("id")
    packed = ShipmentLine.objects.for_business(business).select_related("shipment").order_by("id")
    return (
        Line.objects.for_business(business)
        .select_related("order", "catalog_item", "progress")
        .prefetch_related(Prefetch("date_changes", queryset=changes), Prefetch("shipped", queryset=packed))
    )
