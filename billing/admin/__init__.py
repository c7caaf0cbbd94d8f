from billing.admin import agreements, closings, drawdowns, invoices, taxes

__all__ = ["agreements", "closings", "drawdowns", "invoices", "taxes"]
