from orders.admin import orders, shipments

__all__ = ["orders", "shipments"]
