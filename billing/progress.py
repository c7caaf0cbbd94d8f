"""How far a long command is: a bar on a terminal, else a line now and then."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

EVERY = 1_000


class Advance(Protocol):
    def __call__(self, count: int) -> None: ...


@contextmanager
def shown(*, stream: TextIO, what: str, total: int | None) -> Iterator[Advance]:
    """Count things done on a stream: with a bar when somebody watches, else a line for every thousand."""
    console = Console(file=stream)
    if stream.isatty() and not console.is_dumb_terminal:
        with _bar(console) as bar:
            task = bar.add_task(what, total=total)
            yield lambda count: bar.advance(task, count)
    else:
        yield _Lines(stream=stream, what=what)


def _bar(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True)


class _Lines:
    def __init__(self, *, stream: TextIO, what: str) -> None:
        self._stream, self._what, self._done = stream, what, 0

    def __call__(self, count: int) -> None:
        before, self._done = self._done, self._done + count
        if before // EVERY != self._done // EVERY:
            self._stream.write(f"{self._what}: {self._done:,}\n")
            self._stream.flush()
