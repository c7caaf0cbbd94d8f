"""The whole life of an order on one screen. Signing is a fact with its own stamp, not a status."""

from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Action(StrEnum):
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    FAIL = "fail"
    COMPLETE = "complete"
    CANCEL = "cancel"


TRANSITIONS: dict[tuple[Status, Action], Status] = {
    (Status.DRAFT, Action.SUBMIT): Status.SUBMITTED,
    (Status.DRAFT, Action.CANCEL): Status.CANCELLED,
    (Status.SUBMITTED, Action.SEND_BACK): Status.DRAFT,
    (Status.SUBMITTED, Action.WITHDRAW): Status.DRAFT,
    (Status.SUBMITTED, Action.APPROVE): Status.APPROVED,
    (Status.SUBMITTED, Action.REJECT): Status.REJECTED,
    (Status.SUBMITTED, Action.FAIL): Status.FAILED,
    (Status.SUBMITTED, Action.CANCEL): Status.CANCELLED,
    (Status.APPROVED, Action.COMPLETE): Status.COMPLETED,
    (Status.APPROVED, Action.CANCEL): Status.CANCELLED,
}

# While an order is in one of these, and unsigned, its terms may still change.
EDITABLE = frozenset({Status.DRAFT, Status.SUBMITTED})


def after(*, status: Status, action: Action) -> Status | None:
    """The status an action leads to, or None where it is not allowed."""
    return TRANSITIONS.get((status, action))


class ChangeOrderStatus(StrEnum):
    """A change order never changes: it is approved as it was drafted, or rejected."""

    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"


class ChangeOrderAction(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


CHANGE_ORDER_TRANSITIONS: dict[tuple[ChangeOrderStatus, ChangeOrderAction], ChangeOrderStatus] = {
    (ChangeOrderStatus.DRAFT, ChangeOrderAction.APPROVE): ChangeOrderStatus.APPROVED,
    (ChangeOrderStatus.DRAFT, ChangeOrderAction.REJECT): ChangeOrderStatus.REJECTED,
}
