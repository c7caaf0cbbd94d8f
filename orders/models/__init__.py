from orders.models.access import AccessToken
from orders.models.carts import Cart, CartLine, PaymentSource
from orders.models.lines import Line, Party
from orders.models.order import Order
from orders.models.replay import ReplayRecord
from orders.models.shipments import DateChange, LineProgress, Shipment, ShipmentLine

__all__ = [
    "AccessToken",
    "Cart",
    "CartLine",
    "DateChange",
    "Line",
    "LineProgress",
    "Order",
    "Party",
    "PaymentSource",
    "ReplayRecord",
    "Shipment",
    "ShipmentLine",
]
