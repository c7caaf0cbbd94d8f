"""gunicorn's threads, which wait for no client: a request gets one when it has arrived whole, or will come no more.

gunicorn gives a thread to whoever connects, and the thread waits for each byte, for as long as the client likes: as
many slow clients as there are threads would hold up everybody.
"""

import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from django.conf import settings
from gunicorn.workers import gthread

from config.framing import Framing

READ_BYTES = 1 << 16
# Of one request so much is waited for; what says that it is longer is handed over without, and refused for its length.
LONGEST_REQUEST = 24 << 20
# All that waits in one process; beyond it whoever has waited longest is waited for no longer.
MOST_WAITING_BYTES = 96 << 20
LINGER_SECONDS = 2.0
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(gthread.TConn):  # type: ignore[misc]  # gunicorn ships no types
    """A connection whose next request has been received already, and whose client is not waited for without end."""

    received = b""

    def init(self) -> None:
        super().init()
        self.sock.settimeout(settings.CLIENT_SECONDS)
        if self.received:
            self.parser.unreader.unread(self.received)
            self.received = b""


class Worker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """What waits is read by the main loop: requests that are `arriving`, clients that are `leaving` with an answer."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.arriving: dict[Connection, tuple[float, Framing]] = {}
        self.leaving: dict[Connection, float] = {}

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait for its first request."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self._await(Connection(self.cfg, client, address, listener.getsockname()), b"")

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Wait for the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await(conn, b"")

    def finish_request(self, conn: Connection, done: "Future[Any]") -> None:
        """Keep the connection, go on with what came behind the request, or let the client leave."""
        is_kept = not done.cancelled() and done.exception() is None and bool(done.result())
        if is_kept and (behind := conn.parser.unreader.take_buffered()):
            self._await(conn, behind)
        elif is_kept:
            super().finish_request(conn, done)
        else:
            self._let_leave(conn)

    def murder_pending(self) -> None:
        """Wait no longer for those whose time is over, nor, at the end, for those who have sent nothing."""
        if not (self.arriving or self.leaving):
            return
        now = time.monotonic()
        for conn, (deadline, framing) in list(self.arriving.items()):
            if deadline <= now or not (self.alive or framing.received):
                _cut(conn)
                self._give_up(conn)
        for conn in [conn for conn, deadline in self.leaving.items() if deadline <= now]:
            self._part(conn)
        self._make_room()

    def _await(self, conn: Connection, received: bytes) -> None:
        """Wait for a request of which so much is there; for none that is there already."""
        framing = Framing(bytearray(received))
        conn.sock.setblocking(False)  # noqa: FBT003  # the library's own
        if (received and framing.is_whole) or self._has_come(conn, framing):
            self._hand_over(conn, framing)
            return
        self.arriving[conn] = (time.monotonic() + settings.CLIENT_SECONDS, framing)
        self._watch(conn, self._on_arrival)

    def _on_arrival(self, conn: Connection, _: socket.socket) -> None:
        if self._has_come(conn, self.arriving[conn][1]):
            self._give_up(conn)

    def _has_come(self, conn: Connection, framing: Framing) -> bool:
        """Read on; whether there is no more to wait for: it is whole, or over, or longer than anything we take."""
        data = _read(conn.sock)
        if data is None:
            return False
        framing.add(data)
        if not data or framing.is_whole:
            return True
        if max(len(framing.received), framing.length or 0) > LONGEST_REQUEST:
            _cut(conn)
            return True
        if framing.is_asking:
            framing.is_asking = False
            with suppress(OSError):
                conn.sock.send(CONTINUE)
        return False

    def _make_room(self) -> None:
        waiting = sum(len(framing.received) for _, framing in self.arriving.values())
        while waiting > MOST_WAITING_BYTES:
            longest = min(self.arriving, key=lambda conn: self.arriving[conn][0])
            waiting -= len(self.arriving[longest][1].received)
            _cut(longest)
            self._give_up(longest)

    def _give_up(self, conn: Connection) -> None:
        """Wait no longer."""
        _, framing = self.arriving.pop(conn)
        self.poller.unregister(conn.sock)
        self._hand_over(conn, framing)

    def _hand_over(self, conn: Connection, framing: Framing) -> None:
        """Give what has come to a thread."""
        if not framing.received:
            self.nr_conns -= 1
            conn.close()
            return
        conn.received, conn.data_ready = bytes(framing.received), True
        self.enqueue_req(conn)

    def _let_leave(self, conn: Connection) -> None:
        """End our side; what the client still sends is thrown away for a moment, so that it reads its answer first."""
        try:
            conn.sock.setblocking(False)  # noqa: FBT003  # the library's own
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        self.leaving[conn] = time.monotonic() + LINGER_SECONDS
        self._watch(conn, self._on_leaving)

    def _on_leaving(self, conn: Connection, client: socket.socket) -> None:
        if _read(client) == b"":
            self._part(conn)

    def _part(self, conn: Connection) -> None:
        del self.leaving[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _watch(self, conn: Connection, read: Callable[[Connection, socket.socket], None]) -> None:
        self.poller.register(conn.sock, EVENT_READ, partial(read, conn))


def _cut(conn: Connection) -> None:
    """What has not come by now has ended for whoever reads it."""
    with suppress(OSError):
        conn.sock.shutdown(socket.SHUT_RD)


def _read(client: socket.socket) -> bytes | None:
    """What has come; nothing at all where it is over, None where there is nothing yet."""
    try:
        return client.recv(READ_BYTES)
    except BlockingIOError:
        return None
    except OSError:
        return b""
