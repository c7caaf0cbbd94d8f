"""Whatever goes wrong, in VU's shape: `{"errors": "…"}`, always one string."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DataError, IntegrityError
from rest_framework import exceptions
from rest_framework.response import Response

from catalog.services import ItemCodeTaken
from customers.actors import NotPermitted
from customers.refusals import CoreRefusal
from orders import errors, replay
from orders.api import base, failures, invalid, parsing, strangers, strict_json
from orders.api.vu import words
from orders.api.vu.auth import CHALLENGE

WORDS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "[API] Invalid API key or secret (unrecognized login or wrong password)",
    HTTPStatus.FORBIDDEN: "You are not allowed to perform this action.",
    HTTPStatus.NOT_FOUND: "Not found",
    HTTPStatus.METHOD_NOT_ALLOWED: "Method not allowed",
    HTTPStatus.NOT_ACCEPTABLE: "Not acceptable",
    HTTPStatus.CONFLICT: "A request with this key is being worked on.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Request body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Content type must be application/json",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Request is invalid",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "An internal error occurred in VU Admin.",
    HTTPStatus.SERVICE_UNAVAILABLE: "An internal error occurred in VU Admin.",
}
# By class or the nearest base named here; any other refusal of the core is a 422.
STATUSES: dict[type, int] = {
    **failures.STATUSES,
    NotPermitted: HTTPStatus.FORBIDDEN,
    errors.OtherOrigin: HTTPStatus.FORBIDDEN,
    parsing.BodyUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    SuspiciousOperation: HTTPStatus.UNPROCESSABLE_ENTITY,
}
# What the core calls a field, as a client wrote it.
LINE = re.compile(r"lines\[(\d+)\](?:\.(\w+))?")
LINE_FIELDS = {"item": "sku", "unit_price_cents": "price", "qty": "quantity", None: "quantity"}


class Refused(exceptions.APIException):
    """A 422 in the door's own words."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY


def answer(sentence: str) -> dict[str, object]:
    """The body of every error below the mount."""
    return {"errors": sentence}


def handle(exc: Exception, context: Mapping[str, Any]) -> Response:
    """VU's answer to any exception below its mount; what nobody foresaw is logged and answers 500."""
    status, sentence = _status_and_sentence(exc)
    if status == failures.UNFORESEEN:
        failures.report(exc, context)
    return Response(answer(sentence), status=status, headers=_headers(status) | strangers.retry_after(exc))


def _status_and_sentence(exc: Exception) -> tuple[int, str]:
    if sentence := _sentence_of_422(exc):
        return HTTPStatus.UNPROCESSABLE_ENTITY, sentence
    if isinstance(exc, exceptions.NotFound):
        return exc.status_code, str(exc.detail)
    if isinstance(exc, exceptions.APIException):
        return exc.status_code, WORDS.get(exc.status_code, str(exc.detail))
    status = failures.by_class(STATUSES, exc, otherwise=failures.UNFORESEEN)
    return status, WORDS[status]


def _sentence_of_422(exc: Exception) -> str | None:
    """What is wrong with the request, or None when that is not it."""
    match exc:
        case invalid.InvalidInput():
            return words.sentence(exc)
        case strict_json.JsonRefused():
            return exc.message
        case base.UnusableReplayKey() | replay.KeyReused() | ItemCodeTaken() | Refused():
            return str(exc)
        case CoreRefusal() if type(exc) not in STATUSES:
            return _refusal(exc)
        case DataError() | IntegrityError():
            failures.report_unstorable(exc)
            return WORDS[HTTPStatus.UNPROCESSABLE_ENTITY]
    return None


def _refusal(exc: CoreRefusal) -> str:
    """A refusal of the core, at the place that the client knows."""
    line = LINE.match(exc.field)
    if line is None:
        return exc.message[:1].upper() + exc.message[1:]
    place = words.place(("order_lines", int(line[1]), LINE_FIELDS.get(line[2], "")))
    match exc:
        case errors.UnknownItem():
            return f"{place} is invalid"
        case errors.ShipsTooMuch():
            return f"{place} must be less than or equal to what is left to fulfill"
        case errors.LineNotReady():
            return f"{words.place(('order_lines', int(line[1])))} can't be fulfilled now"
    return f"{place} {exc.message.partition(' ')[2]}"


def _headers(status: int) -> dict[str, str]:
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return {"WWW-Authenticate": CHALLENGE}
        case HTTPStatus.CONFLICT:
            return {"Retry-After": "1"}
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return {"Retry-After": "2"}
    return {}
