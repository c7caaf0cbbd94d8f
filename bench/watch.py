"""Wall and processor time of what is done in turns."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(kw_only=True)
class Stopwatch:
    """Wall and processor seconds of what it times, all calls together."""

    cpu_of: Callable[[], float]
    wall: float = 0
    cpu: float = 0

    def time(self, work: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), self.cpu_of()
        work()
        self.wall += time.perf_counter() - wall
        self.cpu += self.cpu_of() - cpu
