"""`make demo` as a newcomer meets it: a process with a database of its own, stopped by a signal."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.embedded.server import EmbeddedServer
from tests.commands.promised import WAYS_IN

MANAGE = Path(__file__).parents[2] / "manage.py"


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="demo") as directory:
        yield Path(directory)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """How the first start ended, what it said, and the ways in that it wrote down."""

    code: int
    said: str
    ways: dict[str, str]
    mode: int
    is_running: bool


@pytest.fixture(scope="module")
def prepared(var_dir: Path) -> Prepared:
    code, said, _ = run(var_dir, "--no-serve", "--port", "8123")
    return Prepared(
        code=code,
        said=said,
        ways=ways_in(var_dir),
        mode=(var_dir / "demo.env").stat().st_mode & 0o777,
        is_running=EmbeddedServer(data_dir=var_dir / "postgres").is_running(),
    )


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def demo(var_dir: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(MANAGE), "demo", *arguments],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(var_dir: Path, *arguments: str) -> tuple[int, str, str]:
    process = demo(var_dir, *arguments)
    said, complained = process.communicate(timeout=600)
    return process.returncode, said, complained


def ways_in(var_dir: Path) -> dict[str, str]:
    assignments = shlex.split((var_dir / "demo.env").read_text())
    return dict(assignment.split("=", 1) for assignment in assignments)


@contextmanager
def serving(var_dir: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = demo(var_dir, "--port", str(port))
    try:
        wait_until_ready(process, f"http://127.0.0.1:{port}/readyz")
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=120)


def wait_until_ready(process: subprocess.Popen[str], url: str) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"{url} did not become ready")


def test_it_prepares_everything_and_prints_the_ways_in(prepared: Prepared) -> None:
    assert prepared.code == 0
    assert list(prepared.ways)[: len(WAYS_IN)] == WAYS_IN
    assert prepared.ways["COUNTERSIGN_URL"] == "http://127.0.0.1:8123"
    assert prepared.mode == 0o600
    assert f"Authorization: Bearer {prepared.ways['DAYZERO_TOKEN']}" in prepared.said
    assert prepared.ways["STAFF_APPROVER"] in prepared.said
    assert not prepared.is_running


def test_a_second_demo_keeps_the_data_and_a_reset_starts_over(var_dir: Path, prepared: Prepared) -> None:
    run(var_dir, "--no-serve")
    second = ways_in(var_dir)
    code, _, complained = run(var_dir, "--no-serve", "--reset")
    third = ways_in(var_dir)

    assert second["DAYZERO_CUSTOMER_ID"] == prepared.ways["DAYZERO_CUSTOMER_ID"]
    assert code == 0, complained
    assert list(third)[: len(WAYS_IN)] == WAYS_IN
    assert third["DAYZERO_CUSTOMER_ID"] != second["DAYZERO_CUSTOMER_ID"]


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_that_it_started(var_dir: Path, port: int, stop: signal.Signals) -> None:
    with serving(var_dir, port) as process:
        process.send_signal(stop)
        process.communicate(timeout=120)

        assert process.returncode == 0
        assert not EmbeddedServer(data_dir=var_dir / "postgres").is_running()
        with socket.socket() as free_again:
            free_again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free_again.bind(("127.0.0.1", port))


def test_a_taken_port_is_said_before_anything_happens(var_dir: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()

        code, _, complained = run(var_dir, "--port", str(port))

    assert code == 4
    assert f"Port {port} cannot be used" in complained
    assert f"PORT={port + 1} make demo" in complained


def test_a_running_demo_is_not_reset_under_its_feet(var_dir: Path, port: int) -> None:
    with serving(var_dir, port):
        code, _, complained = run(var_dir, "--no-serve", "--reset")

    assert code == 4
    assert "already running" in complained


def test_help_shows_an_example(var_dir: Path) -> None:
    code, said, _ = run(var_dir, "--help")

    assert code == 0
    assert "Example: PORT=8001 python manage.py demo" in said
