from orders.admin import licensing, orders

__all__ = ["licensing", "orders"]
