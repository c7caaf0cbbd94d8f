"""What a door is to the fuzzer."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import cast

from django.http import HttpResponse
from django.test import Client

from tests.cast import Company
from tests.prove.judge import Rule
from tests.prove.requests import Sent


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A company behind a door with something in its books: the ids by name, and who calls."""

    base: str
    headers: dict[str, str]
    names: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    clock: Callable[[], AbstractContextManager[None]] = nullcontext
    # One for all requests: a new one builds all middleware anew.
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def send(self, request: Sent) -> HttpResponse:
        """Send with the caller's own headers, each of which the request may replace; one given as "" is left out."""
        request = request.in_scene(self.names)
        headers = {**self.headers}
        for name, value in request.headers.items():
            headers = {own: kept for own, kept in headers.items() if own.lower() != name.lower()} | {name: value}
        content_type = next((v for k, v in headers.items() if k.lower() == "content-type"), self.content_type)
        given = {name: value for name, value in headers.items() if value and name.lower() != "content-type"}
        # Nobody's session or cookie is left to the next.
        self.client.cookies.clear()
        with self.clock():
            answer = self.client.generic(
                request.method, f"{self.base}{request.path}", request.wire, content_type=content_type, headers=given
            )
        return cast("HttpResponse", answer)


@dataclass(frozen=True, kw_only=True)
class Door:
    name: str
    base: str
    rule: Rule
    scene: Callable[[Company], Scene]
    requests: Sequence[Sent]
    # Looked at again after every request that was accepted: what was stored can be read.
    readings: Sequence[Sent]
