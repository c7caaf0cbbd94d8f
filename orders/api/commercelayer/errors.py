"""Whatever goes wrong, as JSON:API errors in the published words."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db import DataError, IntegrityError
from rest_framework import exceptions
from rest_framework.response import Response

from customers.actors import NotPermitted
from customers.refusals import CoreRefusal
from orders import errors, replay
from orders.api import base, failures, strangers, strict_json
from orders.api.commercelayer import faults
from orders.api.commercelayer.negotiation import MEDIA_TYPE

RETRY_SECONDS = {HTTPStatus.SERVICE_UNAVAILABLE: "2", HTTPStatus.TOO_MANY_REQUESTS: "1", HTTPStatus.CONFLICT: "1"}
# Status to (code, title, detail), where nothing more is known.
WORDS: dict[int, tuple[str, str, str]] = {
    HTTPStatus.BAD_REQUEST: ("BAD_REQUEST", "Bad Request", "The request could not be understood."),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "METHOD_NOT_ALLOWED",
        "Method not allowed",
        "This method is not allowed on the requested resource.",
    ),
    HTTPStatus.NOT_ACCEPTABLE: (
        "NOT_ACCEPTABLE",
        "Not acceptable",
        f"All requests must use the '{MEDIA_TYPE}' Accept without media type parameters.",
    ),
    HTTPStatus.CONFLICT: ("CONFLICT", "Conflict", "The resource is being changed by another request."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("PAYLOAD_TOO_LARGE", "Payload too large", "The body is too large."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "UNSUPPORTED_MEDIA_TYPE",
        "Unsupported media type",
        f"All requests that create or update must use the '{MEDIA_TYPE}' Content-Type.",
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "VALIDATION_ERROR",
        "is taken",
        "Idempotency-Key - is taken by a request that said something else",
    ),
    HTTPStatus.LOCKED: ("LOCKED", "Locked resource", "A placed order cannot be deleted: cancel it instead."),
    HTTPStatus.TOO_MANY_REQUESTS: ("TOO_MANY_REQUESTS", "Too many requests", "Slow down."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("INTERNAL_SERVER_ERROR", "Internal Server Error", "Internal Server Error"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("SERVICE_UNAVAILABLE", "Service unavailable", "Try again in a moment."),
}
# By class or the nearest base named here.
STATUSES: dict[type, int] = {
    **failures.STATUSES,
    errors.OrderLocked: HTTPStatus.LOCKED,
    errors.StaleOrder: HTTPStatus.CONFLICT,
    errors.UnknownLine: HTTPStatus.NOT_FOUND,
    replay.KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    base.UnusableReplayKey: HTTPStatus.BAD_REQUEST,
    strict_json.JsonRefused: HTTPStatus.BAD_REQUEST,
    DataError: HTTPStatus.BAD_REQUEST,
    IntegrityError: HTTPStatus.CONFLICT,
}
# A refusal of the core as a validation: the member it is about, the published title, and the kind of error.
VALIDATIONS: dict[type, tuple[str, str, str]] = {
    errors.OutOfStock: ("attributes/quantity", "is out of stock", "out_of_stock"),
    errors.NoPrice: ("relationships/item", "has no price in this market", "no_price"),
    errors.UnknownCoupon: ("attributes/coupon_code", "is invalid", "invalid"),
    errors.CountryLocked: ("relationships/shipping_address", "is not in the shipping country lock", "country_lock"),
    errors.NeedsCustomer: ("relationships/customer", "can't be blank", "blank"),
    errors.TooManyLines: ("relationships/order", "has too many line items", "too_long"),
}
RELATIONSHIPS = frozenset(
    "customer line_items billing_address shipping_address shipping_method payment_method payment_source".split()
)


def handle(exc: Exception, context: Mapping[str, Any]) -> Response:
    """The door's answer to any exception below its mount; what nobody foresaw is logged and answers 500."""
    refused = refusal(exc)
    if refused.status_code == failures.UNFORESEEN:
        failures.report(exc, context)
    headers = {}
    if refused.status_code == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if refused.status_code in RETRY_SECONDS:
        headers["Retry-After"] = RETRY_SECONDS[HTTPStatus(refused.status_code)]
    headers |= strangers.retry_after(exc)
    return Response({"errors": refused.errors}, status=refused.status_code, headers=headers, content_type=MEDIA_TYPE)


def refusal(exc: Exception) -> faults.Refused:
    """An exception as the errors that the caller is told."""
    match exc:
        case faults.Refused():
            return exc
        case NotPermitted() | errors.ApprovalNotPermitted() | errors.OtherOrigin():
            return faults.unauthorized()
        case CoreRefusal() if type(exc) not in STATUSES:
            return faults.unprocessable([_validation(exc)])
        case strict_json.JsonRefused():
            return faults.bad("BAD_REQUEST", "Bad Request", exc.message)
    return of_status(_status(exc))


def _status(exc: Exception) -> int:
    if isinstance(exc, exceptions.APIException):
        return exc.status_code
    if isinstance(exc, DataError | IntegrityError):
        failures.report_unstorable(exc)
    return failures.by_class(STATUSES, exc, otherwise=failures.UNFORESEEN)


def of_status(status: int) -> faults.Refused:
    """What an HTTP status says when nothing more is known."""
    if status == HTTPStatus.NOT_FOUND:
        return faults.not_found()
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return faults.unauthorized()
    code, title, detail = WORDS.get(status, WORDS[failures.UNFORESEEN])
    return faults.refused(status, code=code, title=title, detail=detail)


def _validation(exc: CoreRefusal) -> faults.Error:
    if type(exc) in VALIDATIONS:
        member, title, kind = VALIDATIONS[type(exc)]
        return faults.invalid(member.rpartition("/")[2], title, pointer=f"/data/{member}", meta={"error": kind})
    if isinstance(exc, errors.NotPlaceable):
        return faults.relationship(exc.field, "can't be blank", "blank")
    if isinstance(exc, errors.RefusedTerms):
        return faults.attribute("quantity", "comes to more than an order may", exc.rule or "invalid")
    if exc.field in RELATIONSHIPS:
        return faults.relationship(exc.field, "is invalid", "invalid")
    return faults.attribute("status", exc.message, "invalid_transition")
