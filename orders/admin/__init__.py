from orders.admin import calendar, change_orders, customers, licensing, orders, replays, shipments

__all__ = ["calendar", "change_orders", "customers", "licensing", "orders", "replays", "shipments"]
