"""The one way in: every door, the admin and the commands change orders through these functions."""

from orders.services.amending import (
    amend_order,
    discard_amendment,
    is_amendable,
    prepared_change,
    save_amendment,
    seen_state,
    submit_amendment,
    waiting_change,
)
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
from orders.services.assigning import assign_order
from orders.services.autosaving import forget_typed, keep_typed, kept, look, who_else
from orders.services.bulk import carry_out, rehearse
from orders.services.calendar import set_lead_time, set_transit_time
from orders.services.cart_changes import CartChanges
from orders.services.cart_items import add_line, add_payment_source, change_line, refresh_prices, remove_line
from orders.services.carts import change_cart, create_cart, discard_cart, draft_cart, note_cart
from orders.services.change_orders import (
    approve_change_order,
    draft_change_order,
    reject_change_order,
    withdraw_change_order,
)
from orders.services.comments import comment
from orders.services.completion import check_completion, end_order
from orders.services.copying import duplicate_order, retire_template, save_template, start_from_template
from orders.services.creating import Draft, NotAtOnce, create_order, draft_order, submit_draft
from orders.services.dates import change_dates, route_line, track_draft, track_lines
from orders.services.drafting import reorder, update_order
from orders.services.files import attach_file
from orders.services.forecasting import forecast, forecast_approval
from orders.services.holding import hold_line, release_line
from orders.services.layouts import keep_columns, keep_density
from orders.services.placing import cancel_placed, place_order
from orders.services.policies import approve_policy, propose_policy, reject_policy
from orders.services.progress import annotate_line, annotate_order, archive_order, move_fulfilment, move_payment
from orders.services.purging import purge_carts
from orders.services.questions import answer, ask, settle
from orders.services.saved_views import delete_view, pin_view, save_view, unpin_view
from orders.services.settling import capture_order, dispatch, refund_order
from orders.services.shipping import ship
from orders.services.snoozing import snooze_order, wake_order
from orders.services.tagging import tag_orders
from orders.services.unwinding import unwind_order
from orders.services.validity import expire_orders, set_validity

__all__ = [
    "CartChanges",
    "Draft",
    "NotAtOnce",
    "add_line",
    "add_payment_source",
    "amend_order",
    "annotate_line",
    "annotate_order",
    "answer",
    "approve_change_order",
    "approve_order",
    "approve_policy",
    "archive_order",
    "ask",
    "assign_order",
    "attach_file",
    "cancel_order",
    "cancel_placed",
    "capture_order",
    "carry_out",
    "change_cart",
    "change_dates",
    "change_line",
    "check_completion",
    "comment",
    "create_cart",
    "create_order",
    "delete_view",
    "discard_amendment",
    "discard_cart",
    "dispatch",
    "draft_cart",
    "draft_change_order",
    "draft_order",
    "duplicate_order",
    "end_order",
    "expire_orders",
    "fail_order",
    "forecast",
    "forecast_approval",
    "forget_typed",
    "hold_line",
    "is_amendable",
    "keep_columns",
    "keep_density",
    "keep_typed",
    "kept",
    "look",
    "move_fulfilment",
    "move_payment",
    "note_cart",
    "pin_view",
    "place_order",
    "prepared_change",
    "propose_policy",
    "purge_carts",
    "refresh_prices",
    "refund_order",
    "rehearse",
    "reject_change_order",
    "reject_order",
    "reject_policy",
    "release_line",
    "remove_line",
    "reorder",
    "retire_template",
    "route_line",
    "save_amendment",
    "save_template",
    "save_view",
    "seen_state",
    "send_back",
    "set_lead_time",
    "set_transit_time",
    "set_validity",
    "settle",
    "ship",
    "sign_order",
    "snooze_order",
    "start_from_template",
    "submit_amendment",
    "submit_draft",
    "submit_order",
    "tag_orders",
    "track_draft",
    "track_lines",
    "unpin_view",
    "unwind_order",
    "update_order",
    "waiting_change",
    "wake_order",
    "who_can",
    "who_else",
    "why_not",
    "withdraw",
    "withdraw_change_order",
]
