from orders.admin import calendar, change_orders, orders

__all__ = ["calendar", "change_orders", "orders"]
