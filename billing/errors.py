"""What billing refuses, each with a stable code and a sentence to act on."""

from customers.refusals import CoreRefusal


class BillingError(CoreRefusal):
    """Base of every refusal of billing."""

    code = "billing_error"


class CannotBill(BillingError):
    """The agreement's terms or its tax table do not allow a document."""

    code = "cannot_bill"


class InvoiceNotDraft(BillingError):
    """Only a draft can be issued, held or deleted."""

    code = "invoice_not_draft"


class InvoiceNotPayable(BillingError):
    """Only an invoice that claims money takes a payment: no draft, no credit note, nothing void or paid."""

    code = "invoice_not_payable"


class InvoiceNotOpen(BillingError):
    code = "invoice_not_open"


class InvoiceNotVoidable(BillingError):
    """A paid invoice is credited, not voided."""

    code = "invoice_not_voidable"


class PaymentsMoved(BillingError):
    """Somebody else, or the same button pressed twice, has recorded or reversed a payment since."""

    code = "payments_moved"


class PaymentNotPositive(BillingError):
    code = "payment_not_positive"


class PaymentTooLarge(BillingError):
    """More than is open, and nobody said that this is meant."""

    code = "payment_too_large"


class PaymentReferenceUsed(BillingError):
    """The same transfer is not booked twice."""

    code = "payment_reference_used"


class PaymentReversed(BillingError):
    code = "payment_reversed"


class PeriodClosed(BillingError):
    """The day lies in a closed period."""

    code = "period_closed"


class ClosingRefused(BillingError):
    """Books are closed forwards only, and never ahead of time."""

    code = "closing_refused"


class OwnSubmission(BillingError):
    """Nobody decides on hours that they submitted themselves."""

    code = "own_submission"


class ReasonMissing(BillingError):
    code = "reason_missing"


class UsageNotExpected(BillingError):
    """The line bills neither units nor usage."""

    code = "usage_not_expected"


class MoreThanOrdered(BillingError):
    """More units than ordered (R4): a change order has to raise the commitment first."""

    code = "more_than_ordered"


class ChangeRefused(BillingError):
    """A change does not fit the agreement as it stands."""

    code = "change_refused"


class UnknownLine(BillingError):
    """The agreement has no such line."""

    code = "unknown_line"


class LineNotNamed(BillingError):
    """Hours could count on several lines."""

    code = "line_not_named"


class MessageReused(BillingError):
    """A message that reported hours before reports others now."""

    code = "message_reused"


class DrawdownDecided(BillingError):
    """A drawdown is approved or rejected once."""

    code = "drawdown_decided"


class UnknownEvent(BillingError):
    """A correction names an event that the line does not have."""

    code = "unknown_event"


class AgreementNotActive(BillingError):
    code = "agreement_not_active"


class TaxModeFixed(BillingError):
    """A tax treatment is exclusive or inclusive for good."""

    code = "tax_mode_fixed"


class TaxRateExists(BillingError):
    """A rate once in force is never replaced."""

    code = "tax_rate_exists"
