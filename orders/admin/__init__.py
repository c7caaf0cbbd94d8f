from orders.admin import calendar, change_orders, customers, items, licensing, orders, replays, shipments

__all__ = ["calendar", "change_orders", "customers", "items", "licensing", "orders", "replays", "shipments"]
