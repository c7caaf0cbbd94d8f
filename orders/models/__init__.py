from orders.models.lines import Line, Party
from orders.models.order import Order
from orders.models.replay import ReplayRecord

__all__ = ["Line", "Order", "Party", "ReplayRecord"]
