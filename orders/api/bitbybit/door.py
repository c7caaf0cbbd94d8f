"""bitbybit's viewset: its key, its errors, the envelope around every success, and its limit on every answer."""

from dataclasses import dataclass
from typing import Any, Generic, Never, TypeVar

from django.db import models
from django.http import HttpResponse
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.api import paging
from orders.api.base import DoorViewSet, ErrorHandler
from orders.api.bitbybit import errors
from orders.api.bitbybit.auth import KeyAuthentication, allowance_headers
from orders.api.bitbybit.schema import BitbybitSchema
from orders.api.endpoint import Endpoint
from orders.api.rendering import DoorRenderer

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, kw_only=True)
class NumberedPage(Generic[Row]):
    """A page of a list by its number, from 1, and how many rows there are in all."""

    rows: list[Row]
    page: int
    limit: int
    total: int


def numbered(*, rows: models.QuerySet[Row], page: int, limit: int) -> NumberedPage[Row]:
    """One page, newest first."""
    total = rows.count()
    found = paging.stretch(rows=rows.order_by("-pk"), start=(page - 1) * limit, limit=limit, total=total)
    return NumberedPage(rows=found, page=page, limit=limit, total=total)


def envelope(action: Endpoint, found: object) -> object:
    """A success as bitbybit wraps it."""
    show = action.answer.to_representation
    if not isinstance(found, NumberedPage):
        return {"data": show(found)}
    meta = {
        "page": found.page,
        "limit": found.limit,
        "total": found.total,
        "hasNextPage": found.page * found.limit < found.total,
    }
    return {"data": [show(row) for row in found.rows], "meta": meta}


class BitbybitViewSet(DoorViewSet):
    authentication_classes = (KeyAuthentication,)
    http_method_names = ["get", "head", "post", "put", "delete"]
    error_handler = staticmethod(errors.handle)
    envelope = staticmethod(envelope)
    schema = BitbybitSchema()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        return _with_allowance(request, super().finalize_response(request, response, *args, **kwargs))


class UnknownRouteView(APIView):
    """Whatever else is asked for below the mount, by whatever method."""

    authentication_classes = ()
    renderer_classes = (DoorRenderer,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> Never:
        raise NotFound

    def get_exception_handler(self) -> ErrorHandler:
        return errors.handle

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        return _with_allowance(request, super().finalize_response(request, response, *args, **kwargs))


def existing(row: Row | None) -> Row:
    """The row, or bitbybit's 404: the same for a stranger's and for one that does not exist."""
    if row is None:
        raise NotFound
    return row


Answer = TypeVar("Answer", bound=HttpResponse)


def _with_allowance(request: Request, response: Answer) -> Answer:
    for name, value in allowance_headers(request).items():
        response[name] = value
    return response
