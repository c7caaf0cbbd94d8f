"""The web process as it is deployed, on loopback, and the wire between it and the database of the tests."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import quote

import psutil
from django.db import connection

ROOT = Path(__file__).parents[2]
# Generous: it is waited for something, and never for so long.
PATIENCE_SECONDS = 60
LOOPBACK = "127.0.0.1"


class Wire:
    """A relay between a port on loopback and the tests' database server, which can be cut and mended."""

    def __init__(self) -> None:
        self.port = free_port()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.mend()

    def mend(self) -> None:
        """Take connections."""
        self._listener = socket.create_server((LOOPBACK, self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """End all connections and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            for end in self._open:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    @property
    def url(self) -> str:
        """The database's address through the wire."""
        given = connection.settings_dict
        password = f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else ""
        return f"postgresql://{given['USER']}{password}@{LOOPBACK}:{self.port}/{given['NAME']}"

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = _database()
                with self._lock:
                    self._open |= {near, far}
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._relay, args=ends, daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while sent := source.recv(65_536):
                target.sendall(sent)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open.discard(source)
        source.close()


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
def served(wire: Wire) -> Iterator[Server]:
    """Two workers in production's configuration, over plain http."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": wire.url,
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


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as found:
        return int(found.getsockname()[1])


def _database() -> socket.socket:
    given = connection.settings_dict
    host, port = str(given["HOST"]), given["PORT"] or 5432
    if host.startswith("/"):
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{host}/.s.PGSQL.{port}")
        return far
    return socket.create_connection((host or LOOPBACK, int(port)))
