"""Proofs over stored books, read-only, one file each. What they find names itself, its subject and what is off."""

from billing.verification.findings import Code, snapshot
from billing.verification.walk import of_business

__all__ = ["Code", "of_business", "snapshot"]
