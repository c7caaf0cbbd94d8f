from billing.models.agreements import Agreement, AgreementLine, Usage
from billing.models.changes import AgreementChange
from billing.models.charges import Charge, InvoiceLine
from billing.models.closings import Closing
from billing.models.drawdowns import Drawdown
from billing.models.invoices import Invoice, InvoiceCounter
from billing.models.payments import Method, Payment, WriteOff
from billing.models.tax import TaxRate, TaxTreatment

__all__ = [
    "Agreement",
    "AgreementChange",
    "AgreementLine",
    "Charge",
    "Closing",
    "Drawdown",
    "Invoice",
    "InvoiceCounter",
    "InvoiceLine",
    "Method",
    "Payment",
    "TaxRate",
    "TaxTreatment",
    "Usage",
    "WriteOff",
]
