"""What is done to many orders at once, and what becomes of each: the vocabulary of bulk runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class BulkTask(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    DISCARD = "discard"
    TAG = "tag"
    ASSIGN = "assign"
    SNOOZE = "snooze"


class BulkOutcome(StrEnum):
    DONE = "done"
    # Somebody else can: another role, a higher limit, a person who did not work on it.
    ELSEWHERE = "elsewhere"
    CHANGED = "changed"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """An order as it was chosen; the hash of the terms is empty where the task approves nothing."""

    pk: int
    version: int
    terms_sha256: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkCommand:
    """A task with the frozen list it is for. The token names the page it was confirmed on."""

    token: UUID
    task: BulkTask
    choices: Sequence[Choice]
    reason: str = ""
    tag: str = ""
    # Whom the orders are assigned to, by id; None takes them off everybody.
    assignee: int | None = None
    until: date | None = None
