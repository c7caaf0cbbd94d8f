"""What holds for every request that is refused, asserted in one place."""

import json
from collections.abc import Callable, Collection
from functools import cache

from django.apps import apps
from django.db import connection
from django.http import HttpResponse

from customers.models import GuessCount, RequestCount

TABLES = ("customers", "catalog", "billing", "orders")
LEAKS = (b"Traceback", b"SELECT ", b"INSERT ", b"psycopg", b'File "', b"<html", b"<!doctype", b"<h1>")


@cache
def counting() -> str:
    """One statement for all tables of the business: a count each, by the label of its model."""
    models = [model for app in TABLES for model in apps.get_app_config(app).get_models()]
    return " UNION ALL ".join(
        f"SELECT '{model._meta.label}', count(*) FROM {connection.ops.quote_name(model._meta.db_table)}"
        for model in models
        if model not in (RequestCount, GuessCount)
    )


def row_counts() -> dict[str, int]:
    """How many rows every table of the business holds. A request or a wrong key that was counted is no trace of it."""
    with connection.cursor() as cursor:
        cursor.execute(counting())
        return dict(cursor.fetchall())


def said_in_detail(body: object) -> bool:
    """The shape of an error where no other is published."""
    return isinstance(body, dict) and set(body) == {"detail"}


def refused(
    send: Callable[[], HttpResponse],
    *,
    status: int,
    shape: Callable[[object], bool] | Collection[str] = said_in_detail,
    but: Collection[str] = (),
    content_type: str = "application/json",
) -> HttpResponse:
    """Send, and hold the answer against rule R: status, shape, nothing stored or leaked, an id to ask by.

    `shape` is the error's, or the names of its members; `but` are tables that a refusal may add to: where a door keeps
    its answers.
    """
    before = row_counts()
    answer = send()
    assert answer.status_code == status, answer.content[:500]
    assert answer.headers["Content-Type"] == content_type
    body = json.loads(answer.content)
    assert shape(body) if callable(shape) else set(body) == set(shape), answer.content[:500]
    assert not [leak for leak in LEAKS if leak.lower() in answer.content.lower()]
    assert answer.headers["X-Request-Id"]
    assert row_counts() | dict.fromkeys(but, 0) == before | dict.fromkeys(but, 0)
    return answer
