"""Whatever goes wrong, in Day Zero's words: `{"detail": "…"}`, and for 422 a list of items."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db import DataError, IntegrityError
from rest_framework import exceptions
from rest_framework.response import Response

from billing.errors import (
    AgreementNotActive,
    DrawdownDecided,
    InvoiceNotDraft,
    InvoiceNotVoidable,
    MessageReused,
    OwnSubmission,
    UnknownLine,
)
from customers.actors import NotPermitted
from customers.refusals import CoreRefusal
from orders import errors, replay
from orders.api import base, failures, invalid, paging, strangers, strict_json
from orders.api.dayzero import validation

RETRY_SECONDS = {HTTPStatus.SERVICE_UNAVAILABLE: "2", HTTPStatus.TOO_MANY_REQUESTS: "1"}
WORDS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "Invalid request parameters",
    HTTPStatus.UNAUTHORIZED: "Not authenticated",
    HTTPStatus.FORBIDDEN: "Not enough permissions",
    HTTPStatus.NOT_FOUND: "Resource not found",
    HTTPStatus.METHOD_NOT_ALLOWED: "Method Not Allowed",
    HTTPStatus.NOT_ACCEPTABLE: "Not Acceptable",
    HTTPStatus.CONFLICT: "Conflict",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Request body too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Unsupported Media Type",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Internal Server Error",
    HTTPStatus.SERVICE_UNAVAILABLE: "Service temporarily unavailable",
}
# By class or the nearest base named here; a refusal of the core or of billing that is not, is a 400.
STATUSES: dict[type, int] = {
    **failures.STATUSES,
    errors.UnknownCustomer: HTTPStatus.NOT_FOUND,
    errors.UnknownProject: HTTPStatus.NOT_FOUND,
    errors.UnknownItem: HTTPStatus.NOT_FOUND,
    errors.UnknownOrderLine: HTTPStatus.NOT_FOUND,
    errors.TransitionNotAllowed: HTTPStatus.CONFLICT,
    errors.OfferExpired: HTTPStatus.CONFLICT,
    errors.StaleOrder: HTTPStatus.CONFLICT,
    errors.ChangeOrderDecided: HTTPStatus.CONFLICT,
    errors.ApprovalNotPermitted: HTTPStatus.FORBIDDEN,
    errors.OtherOrigin: HTTPStatus.FORBIDDEN,
    InvoiceNotDraft: HTTPStatus.CONFLICT,
    InvoiceNotVoidable: HTTPStatus.CONFLICT,
    AgreementNotActive: HTTPStatus.CONFLICT,
    UnknownLine: HTTPStatus.NOT_FOUND,
    DrawdownDecided: HTTPStatus.CONFLICT,
    OwnSubmission: HTTPStatus.FORBIDDEN,
    MessageReused: HTTPStatus.CONFLICT,
    NotPermitted: HTTPStatus.FORBIDDEN,
}
# What races past the core's own checks and is caught by a named promise of the database.
CONSTRAINTS: dict[str, int] = {
    "order_four_eyes": HTTPStatus.FORBIDDEN,
    "change_order_four_eyes": HTTPStatus.FORBIDDEN,
    "drawdown_four_eyes": HTTPStatus.FORBIDDEN,
}


class BadHeader(exceptions.APIException):
    """A header whose value cannot be what it should be."""

    status_code = HTTPStatus.BAD_REQUEST


class UnknownRoute(exceptions.APIException):
    """Nothing is mounted at this path; in the framework's words, which differ from an unknown resource's."""

    status_code = HTTPStatus.NOT_FOUND
    default_detail = "Not Found"


def handle(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Day Zero's answer to any exception below its mount; what nobody foresaw is logged and answers 500."""
    if (items := _items(exc)) is not None:
        return Response({"detail": items}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    status, text = _status_and_text(exc)
    if status == failures.UNFORESEEN:
        failures.report(exc, context)
    return Response({"detail": text}, status=status, headers=_headers(exc, status))


def _items(exc: Exception) -> list[validation.Item] | None:
    """The items of a 422, or None when this is none."""
    match exc:
        case invalid.InvalidInput():
            return validation.items(exc)
        case strict_json.JsonRefused():
            return [validation.refused_body(exc)]
        case paging.UnknownCursor():
            return [validation.value_error(loc=("query", "cursor"), message=str(exc), sent=None)]
        case base.UnusableReplayKey() | replay.KeyReused():
            return [validation.value_error(loc=("header", "idempotency-key"), message=str(exc), sent=None)]
        case DataError():
            failures.report_unstorable(exc)
            return [validation.value_error(loc=("body",), message="A value cannot be stored", sent=None)]
    return None


def _status_and_text(exc: Exception) -> tuple[int, str]:
    match exc:
        case CoreRefusal():
            status = STATUSES.get(type(exc), HTTPStatus.BAD_REQUEST)
            return status, WORDS[status] if status == HTTPStatus.FORBIDDEN else exc.message
        case BadHeader() | UnknownRoute():
            return exc.status_code, str(exc.detail)
        case exceptions.APIException():
            return exc.status_code, WORDS.get(exc.status_code, str(exc.detail))
        case IntegrityError():
            status = _status_of_constraint(exc)
        case _:
            status = failures.by_class(STATUSES, exc, otherwise=failures.UNFORESEEN)
    return status, WORDS[status]


def _status_of_constraint(exc: IntegrityError) -> int:
    """A named promise that two requests raced for is a conflict; any other breach means that a check is missing."""
    name = getattr(getattr(exc.__cause__, "diag", None), "constraint_name", None)
    if name not in CONSTRAINTS:
        failures.report_unstorable(exc)
    return CONSTRAINTS.get(name or "", HTTPStatus.CONFLICT)


def _headers(exc: Exception, status: int) -> dict[str, str]:
    headers: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status in RETRY_SECONDS:
        headers["Retry-After"] = RETRY_SECONDS[HTTPStatus(status)]
    if isinstance(exc, replay.InFlight):
        headers["Retry-After"] = "1"
    return headers | strangers.retry_after(exc)
