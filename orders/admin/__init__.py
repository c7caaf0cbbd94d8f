from orders.admin import (
    calendar,
    change_orders,
    customers,
    draft_templates,
    licensing,
    orders,
    people,
    policies,
    programmes,
    replays,
    shipments,
)

__all__ = [
    "calendar",
    "change_orders",
    "customers",
    "draft_templates",
    "licensing",
    "orders",
    "people",
    "policies",
    "programmes",
    "replays",
    "shipments",
]
