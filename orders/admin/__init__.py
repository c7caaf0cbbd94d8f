from orders.admin import change_orders, orders

__all__ = ["change_orders", "orders"]
