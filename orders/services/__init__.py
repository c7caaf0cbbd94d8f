"""The one way in: every door, the admin and the commands change orders through these functions."""

from orders.services.approval import (
    approve_order,
    cancel_order,
    fail_order,
    reject_order,
    send_back,
    sign_order,
    submit_order,
    who_can,
    why_not,
    withdraw,
)
from orders.services.completion import check_completion, end_order
from orders.services.drafting import create_order, reorder, update_order
from orders.services.progress import annotate_order, archive_order, move_fulfilment, move_payment

__all__ = [
    "annotate_order",
    "approve_order",
    "archive_order",
    "cancel_order",
    "check_completion",
    "create_order",
    "end_order",
    "fail_order",
    "move_fulfilment",
    "move_payment",
    "reject_order",
    "reorder",
    "send_back",
    "sign_order",
    "submit_order",
    "update_order",
    "who_can",
    "why_not",
    "withdraw",
]
