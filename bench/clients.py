"""Clients that cost next to nothing: bytes out over a kept connection, status and length of the answer in."""

import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.work import in_parallel

CLIENTS = 8
SUCCESS = frozenset({200, 201})


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One request as it goes over the wire."""

    head: bytes
    body: bytes


def request(*, path: str, headers: Mapping[str, str], body: bytes) -> Sent:
    """A POST of JSON."""
    given = {"Host": "127.0.0.1", "Content-Type": "application/json", **headers, "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return Sent(head=f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1"), body=body)


def fetch(*, port: int, path: str, headers: Mapping[str, str]) -> tuple[float, str]:
    """One GET over a connection of its own: the seconds it took, and the body. Stops unless it succeeds."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **headers}.items())
    with socket.create_connection(("127.0.0.1", port), timeout=120) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _answered(wire, f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1"))


def send(*, port: int, requests: Sequence[Sent], clients: int = CLIENTS) -> list[float]:
    """Send all of them by so many clients at once; the seconds each took. Stops at the first that does not succeed."""
    shares = [requests[number::clients] for number in range(clients)]
    return [seconds for share in in_parallel(lambda part: _send(port, part), shares) for seconds in share]


def _send(port: int, requests: Sequence[Sent]) -> list[float]:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return [_timed(wire, sent) for sent in requests]


def _timed(wire: socket.socket, sent: Sent) -> float:
    return _answered(wire, sent.head + sent.body)[0]


def _answered(wire: socket.socket, sent: bytes) -> tuple[float, str]:
    started = time.perf_counter()
    wire.sendall(sent)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _received(wire)
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    (length,) = (int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length:"))
    while len(body) < length:
        body += _received(wire)
    seconds = time.perf_counter() - started
    if int(lines[0].split()[1]) not in SUCCESS:
        raise SystemExit(f"{lines[0]}\n{body.decode()}")
    return seconds, body.decode()


def _received(wire: socket.socket) -> bytes:
    part = wire.recv(65_536)
    if not part:
        raise SystemExit("The server closed the connection.")
    return part
