"""The one way in: every door, the admin and the commands change orders through these functions."""

from orders.services.access import grant, renew
from orders.services.approval import (
    approve_order,
    cancel_order,
    reject_order,
    send_back,
    sign_order,
    submit_order,
    who_can,
    why_not,
    withdraw,
)
from orders.services.cart_items import add_line, add_payment_source, change_line, refresh_prices, remove_line
from orders.services.carts import CartChanges, change_cart, create_cart, discard_cart, note_cart
from orders.services.completion import check_completion, end_order
from orders.services.drafting import create_order, reorder, update_order
from orders.services.placing import cancel_placed, place_order
from orders.services.progress import annotate_order, archive_order, move_fulfilment, move_payment
from orders.services.settling import capture_order, refund_order, ship

__all__ = [
    "CartChanges",
    "add_line",
    "add_payment_source",
    "annotate_order",
    "approve_order",
    "archive_order",
    "cancel_order",
    "cancel_placed",
    "capture_order",
    "change_cart",
    "change_line",
    "check_completion",
    "create_cart",
    "create_order",
    "discard_cart",
    "end_order",
    "grant",
    "move_fulfilment",
    "move_payment",
    "note_cart",
    "place_order",
    "refresh_prices",
    "refund_order",
    "reject_order",
    "remove_line",
    "renew",
    "reorder",
    "send_back",
    "ship",
    "sign_order",
    "submit_order",
    "update_order",
    "who_can",
    "why_not",
    "withdraw",
]
