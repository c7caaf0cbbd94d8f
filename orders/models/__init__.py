from orders.models.licensing import LicenceAccount, LicenceLine, LicenceOrder, Subscription
from orders.models.lines import Line, Party
from orders.models.order import Order
from orders.models.replay import ReplayRecord
from orders.models.shipments import DateChange, LineProgress, Shipment, ShipmentLine

__all__ = [
    "DateChange",
    "LicenceAccount",
    "LicenceLine",
    "LicenceOrder",
    "Line",
    "LineProgress",
    "Order",
    "Party",
    "ReplayRecord",
    "Shipment",
    "ShipmentLine",
    "Subscription",
]
