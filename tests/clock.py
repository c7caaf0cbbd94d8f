"""The doors' clock in tests: it stands where the calling thread has set it, and runs everywhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_MOMENT: ContextVar[datetime | None] = ContextVar("moment", default=None)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Each thread has a clock of its own: a patch made by several at once would outlive them."""
    before = _MOMENT.set(moment)
    try:
        yield
    finally:
        _MOMENT.reset(before)


def now() -> datetime:
    return _MOMENT.get() or timezone.now()
