"""What a bug on purpose is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

RACES, REQUESTS, FAULTS, DOCUMENTS = "races", "hostile requests", "faults", "documents"


@dataclass(frozen=True, kw_only=True)
class Bug:
    """`harness` must notice it, at each of `subjects`: a race, or a door."""

    says: str
    harness: str
    subjects: Sequence[str]
    plant: Callable[[pytest.MonkeyPatch], None]
