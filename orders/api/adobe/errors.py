"""Whatever goes wrong, in Adobe's words: `{"code": "1117", "message": "…", "additionalDetails": […]}`."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.db import DataError
from rest_framework import exceptions
from rest_framework.response import Response

from customers.actors import NotPermitted
from customers.refusals import CoreRefusal
from orders import replay
from orders.api import failures, invalid, strangers, strict_json
from orders.api.adobe import faults
from orders.api.adobe.vocabulary import GATEWAY, REFUSALS, SHAPE
from orders.licensing.refusals import LicensingRefused

INVALID, INTERNAL = "1117", "1124"
OFFSET_OUT_OF_RANGE = "1133"
MESSAGES = dict(SHAPE)
WORDS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: MESSAGES[INVALID],
    HTTPStatus.NOT_FOUND: "Resource not found",
    HTTPStatus.METHOD_NOT_ALLOWED: "Method not allowed",
    HTTPStatus.NOT_ACCEPTABLE: "Accept must be application/json",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Request body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Content-Type must be application/json",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Internal Server Error. Please try again later",
    HTTPStatus.SERVICE_UNAVAILABLE: "Service is temporarily unavailable. Please try again later",
}
STATUSES: dict[type, int] = {**failures.STATUSES, DataError: HTTPStatus.BAD_REQUEST}
GATEWAY_CODES: dict[type, str] = {NotPermitted: "4121", replay.InFlight: "4122", exceptions.Throttled: "4118"}


class Gateway(Exception):
    """A refusal before the request itself is looked at, by its published code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OffsetOutOfRange(Exception):
    """A page that begins after the last row."""

    code = "offset_out_of_range"


class UnknownRoute(exceptions.APIException):
    """Nothing is mounted at this path."""

    status_code = HTTPStatus.NOT_FOUND


def handle(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Adobe's answer to any exception below its mount; what nobody foresaw is logged and answers 500 with 1124."""
    if isinstance(exc, Gateway):
        return _gateway(exc.code)
    if type(exc) in GATEWAY_CODES:
        return _gateway(GATEWAY_CODES[type(exc)], headers=strangers.retry_after(exc))
    if (told := _told(exc)) is not None:
        return told
    status = _status(exc)
    if status == failures.UNFORESEEN:
        failures.report(exc, context)
    return _body(INTERNAL if status >= failures.UNFORESEEN else INVALID, WORDS[status], status=status)


def _told(exc: Exception) -> Response | None:
    """A refusal of what was asked for, with the places it is about; None when this is none."""
    bad = HTTPStatus.BAD_REQUEST
    match exc:
        case LicensingRefused():
            code, status, message = REFUSALS[exc.refusal]
            return _body(code, message, status=status, details=faults.details_of(exc))
        case invalid.InvalidInput():
            code, details = faults.of_shape(exc)
            return _body(code, MESSAGES[code], status=bad, details=details)
        case OffsetOutOfRange():
            return _body(OFFSET_OUT_OF_RANGE, "Offset is out of range", status=bad)
        case strict_json.JsonRefused() | CoreRefusal():
            return _body(INVALID, MESSAGES[INVALID], status=bad, details=[exc.message])
    return None


def _status(exc: Exception) -> int:
    if isinstance(exc, exceptions.APIException):
        return exc.status_code if exc.status_code in WORDS else HTTPStatus.BAD_REQUEST
    if isinstance(exc, DataError):
        failures.report_unstorable(exc)
    return failures.by_class(STATUSES, exc, otherwise=failures.UNFORESEEN)


def _gateway(code: str, *, headers: Mapping[str, str] | None = None) -> Response:
    status, message = GATEWAY[code]
    return _body(code, message, status=status, headers=headers)


def _body(
    code: str, message: str, *, status: int, details: Sequence[str] = (), headers: Mapping[str, str] | None = None
) -> Response:
    body: dict[str, object] = {"code": code, "message": message}
    given = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS) or code == "4122":
        given["Retry-After"] = "1"
    given |= headers or {}
    return Response({**body, "additionalDetails": list(details)} if details else body, status=status, headers=given)
