"""The lives of agreements and invoices, each on one screen."""

from enum import StrEnum


class AgreementStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class AgreementAction(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    TERMINATE = "terminate"


AGREEMENT_TRANSITIONS: dict[tuple[AgreementStatus, AgreementAction], AgreementStatus] = {
    (AgreementStatus.ACTIVE, AgreementAction.PAUSE): AgreementStatus.PAUSED,
    (AgreementStatus.PAUSED, AgreementAction.RESUME): AgreementStatus.ACTIVE,
    (AgreementStatus.ACTIVE, AgreementAction.COMPLETE): AgreementStatus.COMPLETED,
    (AgreementStatus.ACTIVE, AgreementAction.TERMINATE): AgreementStatus.TERMINATED,
    (AgreementStatus.PAUSED, AgreementAction.TERMINATE): AgreementStatus.TERMINATED,
}


class ChangeKind(StrEnum):
    """What the parties may agree after the approval."""

    AMEND = "amend"
    ADD_LINE = "add_line"
    CANCEL = "cancel"
    RENEW = "renew"
    PAUSE = "pause"
    GIVE_BACK = "give_back"


class ChangePurpose(StrEnum):
    """What a change order is for. One that amends may also end the agreement."""

    AMEND = "amend"
    PAUSE = "pause"
    RESUME = "resume"
    RENEW = "renew"
    CREDIT = "credit"


class InvoiceStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class InvoiceAction(StrEnum):
    ISSUE = "issue"
    PAY = "pay"
    REOPEN = "reopen"
    VOID = "void"
    WRITE_OFF = "write_off"


INVOICE_TRANSITIONS: dict[tuple[InvoiceStatus, InvoiceAction], InvoiceStatus] = {
    (InvoiceStatus.DRAFT, InvoiceAction.ISSUE): InvoiceStatus.OPEN,
    (InvoiceStatus.OPEN, InvoiceAction.PAY): InvoiceStatus.PAID,
    (InvoiceStatus.OPEN, InvoiceAction.VOID): InvoiceStatus.VOID,
    (InvoiceStatus.OPEN, InvoiceAction.WRITE_OFF): InvoiceStatus.UNCOLLECTIBLE,
    (InvoiceStatus.PAID, InvoiceAction.REOPEN): InvoiceStatus.OPEN,
    (InvoiceStatus.UNCOLLECTIBLE, InvoiceAction.PAY): InvoiceStatus.PAID,
    (InvoiceStatus.UNCOLLECTIBLE, InvoiceAction.REOPEN): InvoiceStatus.OPEN,
}


class DrawdownStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class DrawdownAction(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


DRAWDOWN_TRANSITIONS: dict[tuple[DrawdownStatus, DrawdownAction], DrawdownStatus] = {
    (DrawdownStatus.PENDING, DrawdownAction.APPROVE): DrawdownStatus.APPROVED,
    (DrawdownStatus.PENDING, DrawdownAction.REJECT): DrawdownStatus.REJECTED,
}


class SubmittedVia(StrEnum):
    """How hours were reported."""

    SLACK = "slack"
    EMAIL = "email"
    MANUAL = "manual"
