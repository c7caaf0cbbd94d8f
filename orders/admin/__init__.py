from orders.admin import calendar, change_orders, licensing, orders, people, policies, programmes, shipments

__all__ = ["calendar", "change_orders", "licensing", "orders", "people", "policies", "programmes", "shipments"]
