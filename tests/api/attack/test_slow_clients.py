"""Clients that send a request piece by piece or not at all hold up nobody, and are not waited for without end."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.api.attack.test_wire import JSON, STATUS, Deployed, request
from tests.api.dayzero.caller import Caller
from tests.cast import company
from tests.conftest import EMPTY_ALL_TABLES
from tests.kill.served import LOOPBACK, PATIENCE_SECONDS, Server, Wire, served

# Said of each test, so that there is a database of tests also when nothing else is run.
pytestmark = pytest.mark.django_db
# More of each kind than the two workers have threads.
MANY = 12
HALF_HEAD = b"POST /dayzero/api/v1/orders HTTP/1.1\r\nHost: 127"
HALF_BODY = request(JSON, "Content-Length: 100", body=b'{"customer_id": ')
HALF_CHUNK = request(JSON, "Transfer-Encoding: chunked", body=b'ff\r\n{"customer_id": ')
NOTHING = b""


@pytest.fixture(scope="module")
def deployed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Deployed]:
    """Two workers, which wait for a client as long as usual."""
    with django_db_blocker.unblock():
        caller = Caller(company("slow"))
        key = tuple(f"{name}: {value}" for name, value in caller.headers.items())
        try:
            with served(Wire()) as server:
                yield Deployed(server=server, key=key)
        finally:
            with connection.cursor() as cursor:
                cursor.execute(EMPTY_ALL_TABLES)


@contextmanager
def slow(server: Server, *sent: bytes) -> Iterator[list[socket.socket]]:
    """Connections that have sent this much, and stay."""
    with ExitStack() as stack:
        found = []
        for begun in sent:
            wire = stack.enter_context(socket.create_connection((LOOPBACK, server.port), timeout=PATIENCE_SECONDS))
            wire.sendall(begun)
            found.append(wire)
        yield found


def status(wire: socket.socket) -> int:
    """Of the first answer that comes."""
    received = b""
    while not (found := STATUS.search(received)) and (more := wire.recv(65_536)):
        received += more
    return int(found[1]) if found else 0


@pytest.mark.parametrize("begun", [NOTHING, HALF_HEAD, HALF_BODY, HALF_CHUNK], ids=["nothing", "head", "body", "chunk"])
def test_any_number_of_requests_that_do_not_come_hold_up_nobody(deployed: Deployed, begun: bytes) -> None:
    with slow(deployed.server, *[begun] * MANY):
        answered = [deployed.server.ask("GET", "/readyz")[0].status for _ in range(MANY)]

    assert answered == [200] * MANY


def test_neither_do_clients_that_do_not_hang_up_after_their_answer(deployed: Deployed) -> None:
    refused = request(JSON, "Content-Length: 2", "Content-Length: 3", body=b"{} ")

    with slow(deployed.server, *[refused] * MANY) as wires:
        assert [status(wire) for wire in wires] == [400] * MANY
        assert deployed.server.ask("GET", "/readyz")[0].status == 200


def test_a_request_that_comes_byte_by_byte_is_answered_like_any_other(deployed: Deployed) -> None:
    whole = request(*deployed.key, JSON, "Content-Length: 2", body=b"{}")
    chunked = request(
        *deployed.key, JSON, "Transfer-Encoding: chunked", body=b"1;x=y\r\n{\r\n1\r\n}\r\n0\r\nA: b\r\n\r\n"
    )

    with slow(deployed.server, NOTHING, NOTHING) as wires:
        for wire, sent in zip(wires, (whole, chunked), strict=True):
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in sent:
                wire.sendall(bytes([byte]))
        assert [status(wire) for wire in wires] == [422, 422]


def test_requests_in_one_piece_are_answered_one_after_the_other(deployed: Deployed) -> None:
    live = request(line="GET /livez HTTP/1.1")
    unknown = request(JSON, "Content-Length: 2", body=b"{}")

    with slow(deployed.server, live + unknown + live[:20]) as (wire,):
        wire.sendall(live[20:])
        wire.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: wire.recv(65_536), b""))

    assert [int(found) for found in STATUS.findall(received)] == [200, 401, 200]


def test_who_asks_whether_to_go_on_is_told_to(deployed: Deployed) -> None:
    asking = request(*deployed.key, JSON, "Content-Length: 2", "Expect: 100-continue")

    with slow(deployed.server, asking) as (wire,):
        assert status(wire) == 100
        wire.sendall(b"{}")
        wire.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: wire.recv(65_536), b""))

    assert int(STATUS.findall(received)[-1]) == 422


def test_a_length_that_nobody_takes_is_refused_without_waiting_for_it(deployed: Deployed) -> None:
    endless = request(*deployed.key, JSON, f"Content-Length: {1 << 40}", body=b"{")

    with slow(deployed.server, endless) as (wire,):
        assert status(wire) == 413


def test_a_client_is_not_waited_for_without_end(transactional_db: None) -> None:
    caller = Caller(company("slower"))
    key = tuple(f"{name}: {value}" for name, value in caller.headers.items())
    begun = (request(*key, JSON, "Content-Length: 100", body=b"{"), HALF_HEAD, NOTHING)

    with served(Wire(), CLIENT_SECONDS="1") as server, slow(server, *begun) as wires:
        assert [status(wire) for wire in wires] == [422, 0, 0]
