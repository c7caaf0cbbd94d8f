from orders.models.access import AccessToken
from orders.models.calendar import LeadTime, TransitTime
from orders.models.carts import Cart, CartLine, PaymentSource
from orders.models.change_orders import ChangeOrder, ChangeOrderLine
from orders.models.drafts import Autosave, DraftTemplate
from orders.models.licensing import LicenceAccount, LicenceLine, LicenceOrder, Subscription
from orders.models.lines import Line, Party
from orders.models.order import Order
from orders.models.replay import ReplayRecord
from orders.models.shipments import DateChange, LineProgress, Shipment, ShipmentLine

__all__ = [
    "AccessToken",
    "Autosave",
    "Cart",
    "CartLine",
    "ChangeOrder",
    "ChangeOrderLine",
    "DateChange",
    "DraftTemplate",
    "LeadTime",
    "LicenceAccount",
    "LicenceLine",
    "LicenceOrder",
    "Line",
    "LineProgress",
    "Order",
    "Party",
    "PaymentSource",
    "ReplayRecord",
    "Shipment",
    "ShipmentLine",
    "Subscription",
    "TransitTime",
]
