"""What is no proper HTTP, sent by hand to the web process as it is deployed: refused, and its workers live on."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.api.dayzero.caller import Caller
from tests.cast import company
from tests.conftest import EMPTY_ALL_TABLES
from tests.kill.served import PATIENCE_SECONDS, Server, served
from tests.kill.wire import LOOPBACK, Wire

# Said of each test, so that there is a database of tests also when nothing else is run.
pytestmark = pytest.mark.django_db
CREATE = "POST /dayzero/api/v1/orders HTTP/1.1"
JSON = "Content-Type: application/json"
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@dataclass(frozen=True, kw_only=True)
class Deployed:
    server: Server
    key: tuple[str, ...]


@pytest.fixture(scope="module")
def deployed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Deployed]:
    """Two workers, which nothing here may end, and a token that is right: a body is read of whoever has one."""
    with django_db_blocker.unblock():
        caller = Caller(company("wired"))
        key = tuple(f"{name}: {value}" for name, value in caller.headers.items())
        try:
            with served(Wire()) as server:
                before = {worker.pid for worker in server.workers()}
                yield Deployed(server=server, key=key)
                assert {worker.pid for worker in server.workers()} == before
        finally:
            with connection.cursor() as cursor:
                cursor.execute(EMPTY_ALL_TABLES)


def answers(server: Server, sent: bytes) -> list[int]:
    """The statuses that come back when this is all that is ever sent."""
    with socket.create_connection((LOOPBACK, server.port), timeout=PATIENCE_SECONDS) as wire:
        try:
            wire.sendall(sent)
            wire.shutdown(socket.SHUT_WR)
            received = b"".join(iter(lambda: wire.recv(65_536), b""))
        except (ConnectionResetError, BrokenPipeError):
            received = b"HTTP/1.1 000 "
    return [int(status) for status in STATUS.findall(received)]


def request(*headers: str, line: str = CREATE, body: bytes = b"") -> bytes:
    return "\r\n".join((line, f"Host: {LOOPBACK}", *headers, "", "")).encode("latin-1") + body


BROKEN = {
    "two lengths": (request(JSON, "Content-Length: 2", "Content-Length: 3", body=b"{} "), 400),
    "a length and chunks": (
        request(JSON, "Content-Length: 2", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        400,
    ),
    "a length below nothing": (request(JSON, "Content-Length: -2", body=b"{}"), 400),
    "a length that is no number": (request(JSON, "Content-Length: 0x2", body=b"{}"), 400),
    "a length with a sign": (request(JSON, "Content-Length: +2", body=b"{}"), 400),
    "an encoding there is not": (request(JSON, "Transfer-Encoding: xchunked", body=b"0\r\n\r\n"), 501),
    "chunks encoded twice": (
        request(JSON, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        400,
    ),
    "a space before a colon": (request(JSON, "Content-Length : 2", body=b"{}"), 400),
    "a header folded over two lines": (request(JSON, "X-Note: one\r\n two"), 400),
    "a header without a colon": (request(JSON, "nonsense"), 400),
    "NUL in a header": (request(JSON, "X-Note: a\0b"), 400),
    "a header of 70 kB": (request(JSON, f"X-Note: {'x' * 70_000}"), 431),
    "five hundred headers": (request(JSON, *(f"X-Note-{number}: x" for number in range(500))), 431),
    "an address of 70 kB": (request(line=f"GET /dayzero/api/v1/orders?q={'x' * 70_000} HTTP/1.1"), 414),
    "a version there is not": (request(line="GET /livez HTTP/9.9"), 400),
    "a method of signs": (request(line="G@T /livez HTTP/1.1"), 400),
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200) + b"\r\n\r\n", 400),
    "half a head": (b"GET /livez HTTP/1.1\r\nHost: 127", None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_http_is_refused_before_anything_reads_it(deployed: Deployed, name: str) -> None:
    sent, status = BROKEN[name]

    assert answers(deployed.server, sent) == ([] if status is None else [status])
    assert deployed.server.ask("GET", "/livez")[0].status == 200


def test_a_body_shorter_than_its_length_is_the_clients_fault(deployed: Deployed) -> None:
    cut_off = request(*deployed.key, JSON, "Content-Length: 100", body=b'{"customer_id": ')

    assert answers(deployed.server, cut_off) in ([400], [422])


def test_chunks_that_break_off_or_are_none_are_the_clients_fault(deployed: Deployed) -> None:
    chunked = (*deployed.key, JSON, "Transfer-Encoding: chunked")
    broken_off = request(*chunked, body=b'ff\r\n{"customer_id": ')
    no_number = request(*chunked, body=b"zz\r\n{}\r\n0\r\n\r\n")
    endless_number = request(*chunked, body=b"f" * 5_000)

    assert [answers(deployed.server, sent) for sent in (broken_off, no_number, endless_number)] == [[400]] * 3


def test_garbage_after_a_request_is_answered_by_itself_and_ends_the_connection(deployed: Deployed) -> None:
    live = request(line="GET /livez HTTP/1.1")

    assert answers(deployed.server, live + b"\x00\x01nonsense\r\n\r\n" + live) == [200, 400]


def test_a_body_that_nobody_reads_is_no_second_request(deployed: Deployed) -> None:
    """Refused before its body was read, a request must not leave a request behind in the connection."""
    hidden = request(line="GET /livez HTTP/1.1")
    refused = request(JSON, f"Content-Length: {len(hidden)}", body=hidden)

    assert answers(deployed.server, refused) == [401]
