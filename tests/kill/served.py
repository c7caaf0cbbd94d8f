"""The web process as it is deployed, on loopback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path

import psutil

from tests.kill.wire import LOOPBACK, Wire, free_port

ROOT = Path(__file__).parents[2]
# Generous: it is waited for something, and never for so long.
PATIENCE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Server:
    """gunicorn with its workers, asked over a connection for each request."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.process.pid).children()
        return found

    def ask(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        """The answer and its body. Raises OSError or HTTPException when there is none."""
        asked = HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE_SECONDS)
        try:
            asked.request(method, path, body, {"Content-Type": "application/json", **(headers or {})})
            answer = asked.getresponse()
            return answer, answer.read()
        finally:
            asked.close()

    def await_status(self, path: str, status: int) -> HTTPResponse:
        """Ask until this is answered."""
        latest = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < latest and self.process.poll() is None:
            with suppress(OSError, HTTPException):
                answer, _ = self.ask("GET", path)
                if answer.status == status:
                    return answer
            time.sleep(0.05)
        raise AssertionError(f"{path} never answered {status}")


@contextmanager
def served(wire: Wire, *, patience_seconds: int = 20) -> Iterator[Server]:
    """Two workers in production's configuration, over plain http."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"{wire.url}?connect_timeout=2",
        "DATABASE_PATIENCE_SECONDS": str(patience_seconds),
        "SECRET_KEY": "a-long-key-of-many-different-signs-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "ALLOWED_HOSTS": LOOPBACK,
        "SSL_REDIRECT": "false",
        "RATE_LIMIT_SCALE": "1000",
        "PORT": str(port),
        "LOG_LEVEL": "CRITICAL",
        "GUNICORN_CMD_ARGS": "--workers 2 --preload --log-level critical",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    server = Server(port=port, process=process)
    try:
        server.await_status("/readyz", 200)
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # nobody is waited for
        process.wait(PATIENCE_SECONDS)
        wire.cut()
