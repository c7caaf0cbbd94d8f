from billing.models.agreements import Agreement, AgreementLine, Usage
from billing.models.invoices import Charge, Invoice, InvoiceCounter, InvoiceLine
from billing.models.tax import TaxRate, TaxTreatment

__all__ = [
    "Agreement",
    "AgreementLine",
    "Charge",
    "Invoice",
    "InvoiceCounter",
    "InvoiceLine",
    "TaxRate",
    "TaxTreatment",
    "Usage",
]
