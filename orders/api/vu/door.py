"""VU's viewset: its authentication, its errors, the wrapper around every answer, and how a row is found."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.db import models
from django.http import HttpResponse
from rest_framework.exceptions import NotFound

from orders.api import routes, strict_json
from orders.api.base import DoorViewSet
from orders.api.endpoint import Endpoint, Values
from orders.api.invalid import InvalidInput
from orders.api.parsing import MEBIBYTE, WallParser
from orders.api.vu import errors
from orders.api.vu.auth import BasicAuthentication
from orders.api.vu.schema import VuSchema

Row = TypeVar("Row", bound=models.Model)
ROW_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
MOST_LISTED = 250
# The actions on a row that the query names.
NAMING = frozenset({"update", "destroy", "tag", "untag"})


def envelope(action: Endpoint, found: object) -> object:
    """A success as VU wraps it: one thing under its name, many under its plural."""
    show = action.answer.to_representation
    return {f"{action.code}s": [show(row) for row in found]} if isinstance(found, list) else {action.code: show(found)}


class VuParser(WallParser):
    """Orders here are long: every line brings what it is made of."""

    max_bytes = 8 * MEBIBYTE
    limits = strict_json.Limits(keys=50_000)


class VuViewSet(DoorViewSet):
    authentication_classes = (BasicAuthentication,)
    parser_classes = (VuParser,)
    http_method_names = ["get", "head", "post", "put", "delete"]
    error_handler = staticmethod(errors.handle)
    envelope = staticmethod(envelope)
    schema = VuSchema()
    # What a query names one row of `rows` by, the column of the last of these keys, and what a 404 calls the row.
    rows: Callable[[], models.QuerySet[Any]]
    keys: tuple[str, ...] = ("id",)
    column = ""
    title = "Resource"

    def carry_out(self, action: Endpoint, work: Callable[[Values], object]) -> HttpResponse:
        """As everywhere, but what is not there is a 404 before a body is told what is wrong with it."""
        try:
            return super().carry_out(action, work)
        except (InvalidInput, strict_json.JsonRefused):
            if self.action in NAMING:
                self.one()
            raise

    def one(self) -> Any:
        """The row that the query names by its id, else the newest that bears its other key. Raises NotFound."""
        if "id" in self.request.query_params:
            return self.existing(self.rows().filter(pk=row_id(self.asked("id"))).first())
        name = self.asked(self.keys[-1])
        newest = self.rows().filter(**{self.column: name}).order_by("-pk")
        return self.existing(newest.first() if name else None)

    @property
    def names_one(self) -> bool:
        return any(key in self.request.query_params for key in self.keys)

    def asked(self, key: str) -> str:
        """A key of the query, as a text that the database can be asked for; blank for anything else."""
        text: str = self.request.query_params.get(key, "")
        return "" if strict_json.UNSTORABLE.search(text) else text

    def existing(self, row: Row | None) -> Row:
        """The row, or VU's 404: the same for a stranger's and for one that does not exist."""
        if row is None:
            raise NotFound(f"{self.title} not found")
        return row


class UnknownRouteView(routes.UnknownRouteView):
    error_handler = staticmethod(errors.handle)
    refusal = partial(NotFound, "Not found")


def listed(rows: models.QuerySet[Row], values: Values) -> list[Row]:
    """The rows after an id, ascending, never more than 250."""
    return list(rows.filter(pk__gt=values["since_id"]).order_by("pk")[: min(values["limit"], MOST_LISTED)])


def row_id(text: str) -> int | None:
    """An id as sent by a client; None when it cannot be one."""
    return int(text) if ROW_ID.fullmatch(text) else None


def parts(text: str | None) -> list[str]:
    """A comma list: trimmed, without blanks."""
    return list(filter(None, (part.strip() for part in (text or "").split(","))))


def ids(text: str | None) -> list[int]:
    """The ids in a comma list; what cannot be one is nobody's."""
    return [found for part in parts(text) if (found := row_id(part)) is not None]
