from orders.admin import calendar, change_orders, licensing, orders

__all__ = ["calendar", "change_orders", "licensing", "orders"]
