from orders.admin import calendar, orders

__all__ = ["calendar", "orders"]
