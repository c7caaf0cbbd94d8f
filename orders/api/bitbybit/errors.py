"""Whatever goes wrong, in bitbybit's words: `{"error": {"code", "message"}}`. There is no 409 and no 422 here."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from customers.actors import NotPermitted
from customers.refusals import CoreRefusal
from customers.services import CustomerCodeTaken
from orders import errors, replay
from orders.api import base, failures, parsing, strangers, strict_json
from orders.api.invalid import InvalidInput, written

RETRY_SECONDS = "2"
NOT_FOUND_WORDS = "Resource not found"
CUSTOMER_NOT_FOUND = "Customer not found"


@dataclass(frozen=True, kw_only=True)
class Words:
    status: int
    code: str
    message: str


INVALID = Words(status=HTTPStatus.BAD_REQUEST, code="VALIDATION_ERROR", message="Invalid request body")
MISSING_KEY = Words(status=HTTPStatus.UNAUTHORIZED, code="MISSING_API_KEY", message="API key is required")
INVALID_KEY = Words(status=HTTPStatus.UNAUTHORIZED, code="INVALID_API_KEY", message="API key is invalid")
NO_SCOPE = Words(
    status=HTTPStatus.FORBIDDEN, code="INSUFFICIENT_SCOPE", message="This API key lacks the scope for this request"
)
NOT_FOUND = Words(status=HTTPStatus.NOT_FOUND, code="NOT_FOUND", message=NOT_FOUND_WORDS)
NOT_ALLOWED = Words(status=HTTPStatus.METHOD_NOT_ALLOWED, code="METHOD_NOT_ALLOWED", message="Method not allowed")
NOT_ACCEPTABLE = Words(status=HTTPStatus.NOT_ACCEPTABLE, code="NOT_ACCEPTABLE", message="Only JSON is answered here")
TOO_LARGE = Words(
    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, code="PAYLOAD_TOO_LARGE", message="Request body is too large"
)
NO_JSON = Words(
    status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE, code="UNSUPPORTED_MEDIA_TYPE", message="Content-Type must be JSON"
)
TOO_MANY = Words(
    status=HTTPStatus.TOO_MANY_REQUESTS,
    code="RATE_LIMIT_EXCEEDED",
    message="Too many requests. Please retry after the reset period.",
)
UNAVAILABLE = Words(
    status=HTTPStatus.SERVICE_UNAVAILABLE, code="SERVICE_UNAVAILABLE", message="Service temporarily unavailable"
)
UNFORESEEN = Words(
    status=HTTPStatus.INTERNAL_SERVER_ERROR, code="INTERNAL_ERROR", message="An unexpected error occurred"
)
# By class or the nearest base named here.
KNOWN: dict[type, Words] = {
    exceptions.NotAuthenticated: MISSING_KEY,
    exceptions.AuthenticationFailed: INVALID_KEY,
    exceptions.PermissionDenied: NO_SCOPE,
    NotPermitted: NO_SCOPE,
    exceptions.NotFound: NOT_FOUND,
    Http404: NOT_FOUND,
    exceptions.MethodNotAllowed: NOT_ALLOWED,
    exceptions.NotAcceptable: NOT_ACCEPTABLE,
    exceptions.UnsupportedMediaType: NO_JSON,
    exceptions.Throttled: TOO_MANY,
    parsing.BodyTooLarge: TOO_LARGE,
    parsing.BodyUnreadable: INVALID,
    strict_json.JsonRefused: INVALID,
    DataError: INVALID,
    IntegrityError: INVALID,
    SuspiciousOperation: INVALID,
    OperationalError: UNAVAILABLE,
    InterfaceError: UNAVAILABLE,
}


class Invalid(exceptions.APIException):
    """A rule of the contract that is broken: 400 with a message that names the field."""

    status_code = HTTPStatus.BAD_REQUEST


# What is refused in a sentence that the caller can act on.
SAID = (
    Invalid,
    CoreRefusal,
    base.UnusableReplayKey,
    replay.KeyReused,
    replay.InFlight,
    CustomerCodeTaken,
)


def invalid(field: str, sentence: str) -> Invalid:
    return Invalid(f"{field}: {sentence}")


def shape(code: str, message: str) -> dict[str, object]:
    """The body of every error."""
    return {"error": {"code": code, "message": message}}


def handle(exc: Exception, context: Mapping[str, Any]) -> Response:
    """bitbybit's answer to any exception below its mount; what nobody foresaw is logged and answers 500."""
    words = _words(exc)
    if words is UNFORESEEN:
        failures.report(exc, context)
    elif isinstance(exc, DataError | IntegrityError):
        failures.report_unstorable(exc)
    retry = {"Retry-After": RETRY_SECONDS} if words is UNAVAILABLE else strangers.retry_after(exc)
    return Response(shape(words.code, words.message), status=words.status, headers=retry)


def _words(exc: Exception) -> Words:
    match exc:
        case InvalidInput():
            return _invalid(_first_fault(exc))
        case errors.UnknownCustomer():
            return Words(status=NOT_FOUND.status, code=NOT_FOUND.code, message=CUSTOMER_NOT_FOUND)
        case _ if isinstance(exc, SAID):
            return _invalid(str(exc))
    return failures.by_class(KNOWN, exc, otherwise=UNFORESEEN)


def _invalid(message: str) -> Words:
    return Words(status=INVALID.status, code=INVALID.code, message=message)


def _first_fault(invalid_input: InvalidInput) -> str:
    """The first fault of an input after its place: `lineItems[1].quantity: …`."""
    fault = next(invalid_input.faults())
    return f"{written(fault.path)}: {fault.detail}" if fault.path else str(fault.detail)
