"""What holds for every request that is refused, asserted in one place."""

import json
from collections.abc import Callable

from django.apps import apps
from django.http import HttpResponse

TABLES = ("customers", "catalog", "billing", "orders")
LEAKS = (b"Traceback", b"SELECT ", b"INSERT ", b"psycopg", b'File "', b"<html", b"<!doctype", b"<h1>")


def row_counts() -> dict[str, int]:
    """How many rows every table of the business holds."""
    models = [model for app in TABLES for model in apps.get_app_config(app).get_models()]
    return {model._meta.label: model._meta.base_manager.count() for model in models}


def refused(
    send: Callable[[], HttpResponse],
    *,
    status: int,
    members: frozenset[str] = frozenset({"detail"}),
    content_type: str = "application/json",
) -> HttpResponse:
    """Send, and hold the answer against rule R: status, shape, nothing stored or leaked, an id to ask by."""
    before = row_counts()
    answer = send()
    assert answer.status_code == status, answer.content[:500]
    assert answer.headers["Content-Type"] == content_type
    assert set(json.loads(answer.content)) == members
    assert not [leak for leak in LEAKS if leak.lower() in answer.content.lower()]
    assert answer.headers["X-Request-Id"]
    assert row_counts() == before
    return answer
