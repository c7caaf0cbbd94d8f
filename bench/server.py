"""The product as it is served: gunicorn with its own settings, on a port of its own, and what it costs."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60


@dataclass(frozen=True, kw_only=True)
class Server:
    port: int
    process: psutil.Process

    def cpu(self) -> float:
        """Processor seconds of the web processes so far."""
        return sum(map(_cpu, [self.process, *self.process.children(recursive=True)]))


@contextmanager
def serving(*, database: str | None = None) -> Iterator[Server]:
    """A server until the block ends, on the benchmarks' own database or on the one that is named."""
    port = free_port()
    environment = {"PORT": str(port), "DJANGO_SETTINGS_MODULE": "bench.settings"}
    if database:
        environment["BENCH_DATABASE"] = database
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
    with running(command, port=port, environment=environment) as server:
        yield server


@contextmanager
def running(command: Sequence[str], *, port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    """What a command serves on a port, with more in its environment than we have, until the block ends."""
    told = {**os.environ, **environment}
    with subprocess.Popen(command, cwd=ROOT, env=told, stderr=subprocess.DEVNULL) as started:
        try:
            _wait(port)
            yield Server(port=port, process=psutil.Process(started.pid))
        finally:
            started.terminate()


def database_cpu() -> float:
    """Processor seconds of all processes of the database server so far, those that ended included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    postmaster = psutil.Process(pid).parent()
    assert postmaster is not None
    return _with_ended(postmaster) + sum(map(_cpu, postmaster.children()))


def sessions() -> int:
    """How many connections the database has ever taken, as far as it has counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def _cpu(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _with_ended(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise SystemExit("The server did not start.")
