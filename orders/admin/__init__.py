from orders.admin import calendar, change_orders, customers, licensing, orders, programmes, replays, shipments

__all__ = [
    "calendar",
    "change_orders",
    "customers",
    "licensing",
    "orders",
    "programmes",
    "replays",
    "shipments",
]
