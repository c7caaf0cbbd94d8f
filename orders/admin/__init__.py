from orders.admin import calendar, change_orders, draft_templates, licensing, orders, shipments

__all__ = ["calendar", "change_orders", "draft_templates", "licensing", "orders", "shipments"]
