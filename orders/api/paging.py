"""Pages of a list by keyset: newest first, and the page after a cursor starts below its row, however deep."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)
ROW_KEY = re.compile(rb"before:([0-9]{1,18})")


class UnknownCursor(ValueError):
    """A cursor that no page of ours has given out."""

    code = "unknown_cursor"


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    rows: list[Row]
    next_cursor: str | None


def page(*, rows: models.QuerySet[Row], cursor: str | None, limit: int) -> Page[Row]:
    """The newest rows below a cursor, and the cursor of the page after them. Raises UnknownCursor."""
    below = rows.filter(pk__lt=_row_key(cursor)) if cursor else rows
    found = list(below.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return Page(rows=shown, next_cursor=_cursor(shown[-1]) if len(found) > limit else None)


def _cursor(row: models.Model) -> str:
    return urlsafe_b64encode(f"before:{row.pk}".encode()).decode()


def _row_key(cursor: str) -> int:
    try:
        key = ROW_KEY.fullmatch(urlsafe_b64decode(cursor.encode()))
    except ValueError:
        key = None
    if key is None:
        raise UnknownCursor("This cursor is not one of ours.")
    return int(key[1])
