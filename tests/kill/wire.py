"""The wire between the application and the database of the tests: it can be cut and mended, be slow, and tear."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

from django.db import connection

LOOPBACK = "127.0.0.1"
AT_ONCE = struct.pack("ii", 1, 0)
WHOLE = 65_536


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as found:
        return int(found.getsockname()[1])


def _database() -> Callable[[], socket.socket]:
    """Connects to the server of the tests."""
    given = connection.settings_dict
    host, port = str(given["HOST"]), given["PORT"] or 5432

    def connect() -> socket.socket:
        if host.startswith("/"):
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{host}/.s.PGSQL.{port}")
            return far
        return socket.create_connection((host or LOOPBACK, int(port)))

    return connect


class Tear(StrEnum):
    """What becomes of a question, and of all that is said on its connection from then on."""

    RESET_BEFORE = "is reset before it"
    RESET_WITHIN = "is reset in the midst of its answer"
    RESET_AFTER = "is reset, its answer lost"
    SILENT_BEFORE = "swallows it"
    SILENT_WITHIN = "falls silent in the midst of its answer"
    SILENT_AFTER = "swallows its answer"

    @property
    def is_silent(self) -> bool:
        return self.value.startswith(("swallows", "falls"))


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How slow it is each way, in seconds and in bytes at once, and whether it tears at question number n."""

    late_seconds: float = 0
    at_once: int = WHOLE
    tear: Tear | None = None
    number: int = 1
    # Whoever connects is heard, and nobody answers.
    is_dead: bool = False


@dataclass(kw_only=True)
class Line:
    """One connection."""

    near: socket.socket
    far: socket.socket
    is_silent: bool = False
    # The answer that comes next is the one that is torn.
    is_torn: bool = False

    def end(self) -> None:
        for end in (self.near, self.far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """As a firewall does that has forgotten it: no farewell."""
        self.is_silent = True
        with suppress(OSError):
            self.near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            self.near.shutdown(socket.SHUT_RD)  # wakes whoever listens, and says nothing
            self.near.close()
            self.far.shutdown(socket.SHUT_RDWR)


@dataclass(kw_only=True)
class Wire:
    """A relay between a port of this machine, on loopback unless said otherwise, and the tests' database server."""

    host: str = LOOPBACK
    port: int = field(default_factory=free_port)
    # What was asked since the manner changed, in pieces as they came.
    asked: list[bytes] = field(default_factory=list)
    asked_before: list[bytes] = field(default_factory=list)
    manner: Manner = field(default_factory=Manner)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _lines: list[Line] = field(default_factory=list)
    _listener: socket.socket | None = None
    # Where the server is, wherever Django's settings lead later.
    _far: Callable[[], socket.socket] = field(default_factory=_database)

    def __post_init__(self) -> None:
        self.mend()

    def behave(self, manner: Manner | None = None) -> None:
        """From now on like this; what is silent already stays so."""
        with self._lock:
            self.manner, self.asked_before, self.asked = manner or Manner(), self.asked, []

    def mend(self) -> None:
        """Take connections."""
        self._listener = socket.create_server((self.host, self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """End all connections and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            for line in self._lines:
                line.end()

    @property
    def url(self) -> str:
        """The database's address through the wire."""
        given = connection.settings_dict
        password = f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else ""
        return f"postgresql://{given['USER']}{password}@{self.host}:{self.port}/{given['NAME']}"

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                line = Line(near=near, far=self._far())
                with self._lock:
                    self._lines.append(line)
                ways = ((line.near, self._ask), (line.far, self._answer))
                for way in ways:
                    threading.Thread(target=self._relay, args=(line, *way), daemon=True).start()

    def _relay(self, line: Line, source: socket.socket, tell: Callable[[Line, bytes], None]) -> None:
        with suppress(OSError):
            while said := source.recv(WHOLE):
                tell(line, said)
        line.end()
        with self._lock, suppress(ValueError):
            self._lines.remove(line)
        source.close()

    def _ask(self, line: Line, said: bytes) -> None:
        with self._lock:
            self.asked.append(said)
            manner, is_it = self.manner, len(self.asked) == self.manner.number
        if manner.is_dead:
            line.is_silent = True
        tear = manner.tear if is_it else None
        if tear is Tear.SILENT_BEFORE:
            line.is_silent = True
        if tear is Tear.RESET_BEFORE:
            line.reset()
        line.is_torn = line.is_torn or tear is not None
        if not line.is_silent:
            _send(line.far, said, manner)

    def _answer(self, line: Line, said: bytes) -> None:
        manner = self.manner
        if line.is_silent:
            return
        if not line.is_torn or manner.tear is None:
            _send(line.near, said, manner)
            return
        if manner.tear in (Tear.RESET_WITHIN, Tear.SILENT_WITHIN):
            _send(line.near, said[: len(said) // 2], manner)
        line.is_silent = True
        if not manner.tear.is_silent:
            line.reset()


def _send(target: socket.socket, said: bytes, manner: Manner) -> None:
    if manner.late_seconds:
        time.sleep(manner.late_seconds)
    for place in range(0, len(said), manner.at_once):
        target.sendall(said[place : place + manner.at_once])
