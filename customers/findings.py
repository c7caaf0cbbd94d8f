"""What a proof of books or of the ledger finds."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A broken promise: which one, of which thing, and a sentence for a person."""

    code: StrEnum
    subject: str
    sentence: str
