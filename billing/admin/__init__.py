from billing.admin import agreements, closings, invoices, taxes

__all__ = ["agreements", "closings", "invoices", "taxes"]
