"""The request id and the one log line of a request.

The id is `request.request_id` to views, and `request_id` in structlog's context variables to what they call.
"""

import re
import time
import uuid
from collections.abc import Callable
from urllib.parse import quote

import structlog
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-Id"
SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")

log = structlog.stdlib.get_logger("countersign.request")


class RequestLog:
    """Outermost of all middleware, so that every answer bears its id and has its line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        request_id = accepted_or_new(request.headers.get(HEADER, ""))
        request.request_id = request_id  # type: ignore[attr-defined]  # Django has no place for a request's own words
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            response.headers[HEADER] = request_id
            write_line(request, response, seconds=time.monotonic() - started)
        return response


def accepted_or_new(given: str) -> str:
    """The caller's id when it is a harmless token, else one of ours: it ends up in logs and event rows."""
    return given if SANE.fullmatch(given) else str(uuid.uuid4())


def write_line(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    """Method, path and outcome. No query string: people search for customers there."""
    say = log.error if response.status_code >= 500 else log.info
    say(
        "request",
        method=request.method,
        path=quote(request.path),
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
    )
