from orders.models.change_orders import ChangeOrder, ChangeOrderLine
from orders.models.lines import Line, Party
from orders.models.order import Order
from orders.models.replay import ReplayRecord

__all__ = ["ChangeOrder", "ChangeOrderLine", "Line", "Order", "Party", "ReplayRecord"]
