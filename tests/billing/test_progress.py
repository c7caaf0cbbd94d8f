"""How far a long command is: a bar for somebody who watches, lines for a log."""

import os
import pty
from io import StringIO

import pytest

from billing import progress


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def test_on_a_terminal_a_bar_moves_up_to_the_total() -> None:
    shown = on_terminal(total=2_000, steps=[500, 1_500])

    assert "documents issued" in shown
    assert "━" in shown
    assert "0/2000" in shown
    assert "2000/2000" in shown


def test_a_bar_is_wiped_away_at_the_end() -> None:
    """Results go to the other stream; what stays on the screen are they alone."""
    shown = on_terminal(total=1, steps=[1])

    assert shown.endswith("\x1b[1A\x1b[2K")


def test_a_terminal_that_cannot_move_its_cursor_gets_the_lines_of_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")

    assert on_terminal(total=1_000, steps=[1_000]) == "documents issued: 1,000\r\n"


def test_in_a_log_there_is_a_line_for_every_thousand_passed() -> None:
    log = StringIO()

    with progress.shown(stream=log, what="documents issued", total=2_600) as advance:
        advance(999)
        advance(1)
        advance(1_600)

    assert log.getvalue() == "documents issued: 1,000\ndocuments issued: 2,600\n"


def test_in_a_log_a_short_command_is_silent() -> None:
    log = StringIO()

    with progress.shown(stream=log, what="documents issued", total=999) as advance:
        advance(999)

    assert log.getvalue() == ""


def on_terminal(*, total: int, steps: list[int]) -> str:
    """What somebody at a terminal gets to see."""
    watching, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as stream, os.fdopen(os.dup(watching), "rb", buffering=0) as seen:
        with progress.shown(stream=stream, what="documents issued", total=total) as advance:
            for step in steps:
                advance(step)
        stream.flush()
        os.set_blocking(watching, False)
        shown = seen.readall()
    os.close(watching)
    return shown.decode()
