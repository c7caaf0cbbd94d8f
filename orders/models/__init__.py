from orders.models.order import Line, Order, Party
from orders.models.replay import ReplayRecord

__all__ = ["Line", "Order", "Party", "ReplayRecord"]
