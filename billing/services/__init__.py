"""The one way in: agreements, usage and documents change through these functions only."""

from billing.services.agreements import check_completion, open_agreement
from billing.services.change_looks import ChangeLook, look, value_delta
from billing.services.change_sets import agree, check_open
from billing.services.changes import (
    add_line,
    amend_line,
    cancel_agreement,
    pause_agreement,
    renew_agreement,
    resume_agreement,
)
from billing.services.closing import close_books
from billing.services.documents import (
    delete_draft,
    draft_at_approval,
    draft_due_invoices,
    draft_execution_invoice,
    hold_draft,
)
from billing.services.drawdowns import Hours, approve_drawdown, reject_drawdown, submit_drawdown
from billing.services.issuing import issue_invoice
from billing.services.payments import record_payment, reverse_payment, write_off
from billing.services.planning import plan_billing
from billing.services.returns import credit_lines
from billing.services.runs import RunSummary, run_billing
from billing.services.taxes import set_tax_rate
from billing.services.usage import Recorded, record_usage
from billing.services.usage_batches import EventOutcome, EventResult, UsageEvent, record_events
from billing.services.usage_imports import ImportSummary, import_usage
from billing.services.voiding import void_invoice

__all__ = [
    "ChangeLook",
    "EventOutcome",
    "EventResult",
    "Hours",
    "ImportSummary",
    "Recorded",
    "RunSummary",
    "UsageEvent",
    "add_line",
    "agree",
    "amend_line",
    "approve_drawdown",
    "cancel_agreement",
    "check_completion",
    "check_open",
    "close_books",
    "credit_lines",
    "delete_draft",
    "draft_at_approval",
    "draft_due_invoices",
    "draft_execution_invoice",
    "hold_draft",
    "import_usage",
    "issue_invoice",
    "look",
    "open_agreement",
    "pause_agreement",
    "plan_billing",
    "record_events",
    "record_payment",
    "record_usage",
    "reject_drawdown",
    "renew_agreement",
    "resume_agreement",
    "reverse_payment",
    "run_billing",
    "schedules",
    "set_tax_rate",
    "submit_drawdown",
    "value_delta",
    "void_invoice",
    "write_off",
]
