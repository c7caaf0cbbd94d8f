from orders.admin import calendar, change_orders, licensing, orders, replays, shipments

__all__ = ["calendar", "change_orders", "licensing", "orders", "replays", "shipments"]
