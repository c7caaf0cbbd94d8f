from billing.admin import agreements, invoices, taxes

__all__ = ["agreements", "invoices", "taxes"]
