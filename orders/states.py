"""The whole life of an order on one screen: status, payment and fulfilment are three axes with a table each.

Signing is a fact with its own stamp, not a status.
"""

from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


# Nothing leads out of these.
OVER = frozenset({Status.COMPLETED, Status.REJECTED, Status.FAILED, Status.CANCELLED})


class Action(StrEnum):
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    FAIL = "fail"
    COMPLETE = "complete"
    CANCEL = "cancel"
    EXPIRE = "expire"


TRANSITIONS: dict[tuple[Status, Action], Status] = {
    (Status.DRAFT, Action.SUBMIT): Status.SUBMITTED,
    (Status.DRAFT, Action.CANCEL): Status.CANCELLED,
    (Status.SUBMITTED, Action.SEND_BACK): Status.DRAFT,
    (Status.SUBMITTED, Action.WITHDRAW): Status.DRAFT,
    (Status.SUBMITTED, Action.APPROVE): Status.APPROVED,
    (Status.SUBMITTED, Action.REJECT): Status.REJECTED,
    (Status.SUBMITTED, Action.FAIL): Status.FAILED,
    (Status.SUBMITTED, Action.CANCEL): Status.CANCELLED,
    (Status.SUBMITTED, Action.EXPIRE): Status.CANCELLED,
    (Status.APPROVED, Action.COMPLETE): Status.COMPLETED,
    (Status.APPROVED, Action.CANCEL): Status.CANCELLED,
}

# While an order is in one of these, and unsigned, its terms may still change.
EDITABLE = frozenset({Status.DRAFT, Status.SUBMITTED})


def after(*, status: Status, action: Action) -> Status | None:
    """The status an action leads to, or None where it is not allowed."""
    return TRANSITIONS.get((status, action))


class Payment(StrEnum):
    """How far an order is paid, where its door speaks of that; its invoices keep their own account."""

    UNPAID = "unpaid"
    AUTHORIZED = "authorized"
    PAID = "paid"
    VOIDED = "voided"
    REFUNDED = "refunded"


PAYMENT_MOVES: frozenset[tuple[Payment, Payment]] = frozenset(
    {
        (Payment.UNPAID, Payment.AUTHORIZED),
        (Payment.UNPAID, Payment.PAID),
        (Payment.UNPAID, Payment.VOIDED),
        (Payment.AUTHORIZED, Payment.PAID),
        (Payment.AUTHORIZED, Payment.VOIDED),
        (Payment.PAID, Payment.REFUNDED),
    }
)


class Fulfilment(StrEnum):
    """How far an order, or one of its lines, is delivered."""

    UNFULFILLED = "unfulfilled"
    IN_PROGRESS = "in_progress"
    FULFILLED = "fulfilled"


FULFILMENT_MOVES: frozenset[tuple[Fulfilment, Fulfilment]] = frozenset(
    {
        (Fulfilment.UNFULFILLED, Fulfilment.IN_PROGRESS),
        (Fulfilment.UNFULFILLED, Fulfilment.FULFILLED),
        (Fulfilment.IN_PROGRESS, Fulfilment.FULFILLED),
        (Fulfilment.IN_PROGRESS, Fulfilment.UNFULFILLED),
    }
)


class LineState(StrEnum):
    """Where a line is on its way through production."""

    NEW = "new"
    HELD = "held"
    UNROUTED = "unrouted"
    IN_PRODUCTION = "in_production"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


# The table of lines: what is shipped in part only goes on, what is shipped or cancelled stays so.
WAITING = (LineState.NEW, LineState.HELD, LineState.UNROUTED, LineState.IN_PRODUCTION)
SHIPPABLE = frozenset({LineState.NEW, LineState.UNROUTED, LineState.IN_PRODUCTION, LineState.PARTLY_SHIPPED})
HOLDABLE = frozenset({LineState.NEW, LineState.UNROUTED, LineState.IN_PRODUCTION})
LINE_MOVES: frozenset[tuple[LineState, LineState]] = frozenset(
    {
        *((before, after) for before in WAITING for after in WAITING if before != after),
        *((before, LineState.CANCELLED) for before in WAITING),
        *((before, LineState.SHIPPED) for before in SHIPPABLE),
        *((before, LineState.PARTLY_SHIPPED) for before in HOLDABLE),
    }
)


class ShipmentState(StrEnum):
    """A parcel from its planning to the door."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class ChangeOrderStatus(StrEnum):
    """A change order that waits never changes: it is approved as it was drafted, or rejected.

    At the desk one is prepared first, saved as often as it takes, and discarded or submitted; no door sees it then.
    """

    PREPARING = "preparing"
    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"
    DISCARDED = "discarded"


# What stands beside an agreement and is not over.
OPEN_CHANGES = (ChangeOrderStatus.PREPARING, ChangeOrderStatus.DRAFT)


class ChangeOrderAction(StrEnum):
    SUBMIT = "submit"
    DISCARD = "discard"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"


CHANGE_ORDER_TRANSITIONS: dict[tuple[ChangeOrderStatus, ChangeOrderAction], ChangeOrderStatus] = {
    (ChangeOrderStatus.PREPARING, ChangeOrderAction.SUBMIT): ChangeOrderStatus.DRAFT,
    (ChangeOrderStatus.PREPARING, ChangeOrderAction.DISCARD): ChangeOrderStatus.DISCARDED,
    (ChangeOrderStatus.DRAFT, ChangeOrderAction.APPROVE): ChangeOrderStatus.APPROVED,
    (ChangeOrderStatus.DRAFT, ChangeOrderAction.REJECT): ChangeOrderStatus.REJECTED,
    (ChangeOrderStatus.DRAFT, ChangeOrderAction.WITHDRAW): ChangeOrderStatus.REJECTED,
}


class PolicyStatus(StrEnum):
    """A version of the approval policy: proposed, then approved by somebody else or turned down."""

    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"


class QuestionStatus(StrEnum):
    """A question about an order: open, answered, and settled once whoever asked is content."""

    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"


QUESTION_MOVES: frozenset[tuple[QuestionStatus, QuestionStatus]] = frozenset(
    {
        (QuestionStatus.OPEN, QuestionStatus.ANSWERED),
        (QuestionStatus.OPEN, QuestionStatus.RESOLVED),
        (QuestionStatus.ANSWERED, QuestionStatus.RESOLVED),
    }
)
