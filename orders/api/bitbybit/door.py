"""bitbybit's viewset: its key, its errors, the envelope around every success, and its limit on every answer."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.api import paging, routes
from orders.api.base import DoorViewSet
from orders.api.bitbybit import errors
from orders.api.bitbybit.auth import KeyAuthentication, allowance_headers
from orders.api.bitbybit.schema import BitbybitSchema
from orders.api.endpoint import Endpoint

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


class TellsAllowance(APIView):
    """Every answer says what is left of the caller's limit."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        for name, value in allowance_headers(request).items():
            final[name] = value
        return final


class BitbybitViewSet(TellsAllowance, DoorViewSet):
    authentication_classes = (KeyAuthentication,)
    http_method_names = ["get", "head", "post", "put", "delete"]
    error_handler = staticmethod(errors.handle)
    envelope = staticmethod(envelope)
    schema = BitbybitSchema()


class UnknownRouteView(TellsAllowance, routes.UnknownRouteView):
    error_handler = staticmethod(errors.handle)


def existing(row: Row | None) -> Row:
    """The row, or bitbybit's 404: the same for a stranger's and for one that does not exist."""
    if row is None:
        raise NotFound
    return row
