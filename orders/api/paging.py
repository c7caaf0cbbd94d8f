"""Pages of a list: by keyset, in either order and either direction, however deep; by place where an API is so.

A cursor is a gap between rows: the first key above it. Reading on from the end of a page, and back again, gives the
same pages, whatever is added meanwhile.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)
GAP = re.compile(rb"before:([0-9]{1,18})")


class UnknownCursor(ValueError):
    """A cursor that no page of ours has given out."""

    code = "unknown_cursor"


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """Some rows; the cursor of those that follow in the same direction; how many there are in all, if asked for."""

    rows: list[Row]
    next_cursor: str | None
    total: int | None = None


def page(
    *,
    rows: models.QuerySet[Row],
    cursor: str | None,
    limit: int,
    is_descending: bool = True,
    is_backward: bool = False,
    is_counted: bool = False,
) -> Page[Row]:
    """The rows after a cursor, newest first unless ascending; backward, those just before it, in the same order.

    Without a cursor a list starts at its first row; backward, at its last. Raises UnknownCursor.
    """
    downward = is_descending != is_backward
    found = list(_from(rows, cursor, downward)[: limit + 1])
    shown = found[:limit]
    more = len(found) > limit
    return Page(
        rows=shown[::-1] if is_backward else shown,
        next_cursor=_cursor(shown[-1].pk + (not downward)) if more else None,
        total=rows.count() if is_counted else None,
    )


def stretch(*, rows: models.QuerySet[Row], start: int, limit: int, total: int) -> list[Row]:
    """The rows [start, start + limit) of an ordered list of so many, for the published APIs that count rows or pages.

    Which they are is found first and from the nearer end, so that nothing is looked up for rows that are passed over.
    """
    stop = min(start + limit, total)
    if start == 0 or start >= stop:
        return list(rows[:stop]) if start < stop else []
    keys = rows.select_related(None).prefetch_related(None).values_list("pk", flat=True)
    is_near = start + stop <= total
    wanted = list(keys[start:stop] if is_near else keys.reverse()[total - stop : total - start])
    found = {row.pk: row for row in rows.filter(pk__in=wanted)}
    return [found[key] for key in (wanted if is_near else wanted[::-1]) if key in found]


def _from(rows: models.QuerySet[Row], cursor: str | None, downward: bool) -> models.QuerySet[Row]:  # noqa: FBT001  # its name says it
    if cursor is not None:
        gap = _gap(cursor)
        rows = rows.filter(pk__lt=gap) if downward else rows.filter(pk__gte=gap)
    return rows.order_by("-pk" if downward else "pk")


def _cursor(gap: int) -> str:
    return urlsafe_b64encode(f"before:{gap}".encode()).decode()


def _gap(cursor: str) -> int:
    try:
        key = GAP.fullmatch(urlsafe_b64decode(cursor.encode()))
    except ValueError:
        key = None
    if key is None:
        raise UnknownCursor("This cursor is not one of ours.")
    return int(key[1])
