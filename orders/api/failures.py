"""What all doors make of an exception, before each says it in its own words."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from django.core import signals
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404

from orders import replay
from orders.api import parsing

log = logging.getLogger(__name__)

Told = TypeVar("Told")

UNFORESEEN = HTTPStatus.INTERNAL_SERVER_ERROR
# For `by_class`; a door adds its own, and overrides what it publishes otherwise.
STATUSES: Mapping[type, int] = {
    Http404: HTTPStatus.NOT_FOUND,
    replay.InFlight: HTTPStatus.CONFLICT,
    parsing.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    parsing.BodyUnreadable: HTTPStatus.BAD_REQUEST,
    SuspiciousOperation: HTTPStatus.BAD_REQUEST,
    OperationalError: HTTPStatus.SERVICE_UNAVAILABLE,
    InterfaceError: HTTPStatus.SERVICE_UNAVAILABLE,
}


def by_class(table: Mapping[type, Told], exc: Exception, *, otherwise: Told) -> Told:
    """What a table says of the exception's class, or of its nearest base."""
    return next((table[kind] for kind in type(exc).__mro__ if kind in table), otherwise)


def report(exc: Exception, context: Mapping[str, Any]) -> None:
    """Do with an unforeseen exception what Django does with one that no handler takes: logs and monitors see it."""
    log.error("Unforeseen", exc_info=exc)
    signals.got_request_exception.send(sender=None, request=context.get("request"))


def report_unstorable(exc: Exception) -> None:
    """Log that the wall, a field or a check let a value through that the database does not hold."""
    log.error("A client's value reached the database and was refused there", exc_info=exc)
