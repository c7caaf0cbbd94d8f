"""Work done at once by several threads."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Done = TypeVar("Done")


def in_parallel(work: Callable[[Given], Done], shares: Sequence[Given]) -> list[Done]:
    """A thread for each share; the first failure is raised once all have ended."""
    with ThreadPoolExecutor(max_workers=len(shares)) as threads:
        return list(threads.map(work, shares))
