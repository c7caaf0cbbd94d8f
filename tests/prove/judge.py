"""Rule R over any answer, accepted or refused: what is wrong with it, in words, or nothing."""

import json
import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import Model
from django.http import HttpResponse

from customers.models import GuessCount, RequestCount
from tests.api.attack.rule_r import LEAKS, TABLES

# What may be said of a hostile request, whichever door it came through.
REFUSALS = frozenset({400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 422, 429})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How a door refuses: the shape of its errors and their media type; `but` are tables that
    a refusal may add to: where the answers to keyed requests are kept."""

    shape: Callable[[Any], bool]
    content_type: str = "application/json"
    statuses: Collection[int] = REFUSALS
    but: Collection[str] = ("orders.ReplayRecord",)
    bodiless: Collection[int] = field(default_factory=lambda: {204})
    # Whose words a request gets that leads elsewhere.
    elsewhere: "Rule | None" = None


Contents = dict[str, tuple[int, str]]


def contents(labels: Collection[str] | None = None) -> Contents:
    """Of every table of the businesses, or of these, its number of rows and a digest of all that stands in them."""
    chosen = [model for model in tables() if labels is None or model._meta.label in labels]
    if not chosen:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_digests(chosen))
        return {label: (count, digest) for label, count, digest in cursor.fetchall()}


def changed(before: Contents, labels: Collection[str] | None = None) -> set[str]:
    """Of all tables, or of these, those that hold something else than before."""
    after = contents(labels)
    return {label for label in after if before[label] != after[label]}


def tables() -> list[type[Model]]:
    """The models of the businesses' tables. That a request or a wrong key was counted is no trace of what it asked."""
    models = [model for app in TABLES for model in apps.get_app_config(app).get_models()]
    return [model for model in models if model not in (RequestCount, GuessCount)]


def _digests(models: Collection[type[Model]]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{model._meta.label}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text "
        f"FROM {model._meta.db_table} t"
        for model in models
    )


def faults_of(
    answer: HttpResponse, *, rule: Rule, method: str, changes: Callable[[], Collection[str]] = frozenset
) -> list[str]:
    """What breaks rule R; `changes` are the models whose tables hold something else than before the request."""
    if answer.status_code >= 500:
        raised = getattr(answer, "exc_info", None)
        return [f"{answer.status_code}: {raised[1]!r}" if raised else f"{answer.status_code}"]
    faults = [f"leaks {leak!r}" for leak in LEAKS if leak.lower() in answer.content.lower()]
    if not answer.headers.get("X-Request-Id"):
        faults.append("no X-Request-Id")
    faults += of_body(answer, rule=rule, method=method)
    if answer.status_code >= 400:
        if answer.status_code not in rule.statuses:
            faults.append(f"refused with {answer.status_code}")
        if stored := set(changes()) - set(rule.but):
            faults.append(f"refused and changed {', '.join(sorted(stored))}")
    elif method not in SAFE and (fault := _of_constraints()):
        faults.append(fault)
    return faults


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        raised = record.exc_info[1] if record.exc_info else None
        self.told.append(f"logged as an error: {raised!r} {record.getMessage()}"[:300])


@contextmanager
def errors_logged() -> Iterator[list[str]]:
    """What was logged as an error meanwhile: a value that only the database refused, above all."""
    handler, root = _Errors(), logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler.told
    finally:
        root.removeHandler(handler)


def of_body(answer: HttpResponse, *, rule: Rule, method: str) -> list[str]:
    if rule.elsewhere and answer.status_code == HTTPStatus.NOT_FOUND:
        rule = rule.elsewhere
    if method == "HEAD" or (answer.status_code in rule.bodiless and not answer.content):
        return []
    if answer.headers.get("Content-Type") != rule.content_type:
        return [f"Content-Type {answer.headers.get('Content-Type')}"]
    try:
        body = json.loads(answer.content, parse_constant=_refuse)
    except ValueError as broken:
        return [f"no JSON: {broken}"]
    if answer.status_code >= 400 and not rule.shape(body):
        return [f"another shape: {answer.content[:120]!r}"]
    return []


def _refuse(constant: str) -> None:
    raise ValueError(constant)


@contextmanager
def nothing_logged(*, up_to: int = logging.WARNING) -> Iterator[None]:
    """A line for each of a hundred thousand requests would cost more than many of them."""
    before = logging.root.manager.disable
    logging.disable(up_to)
    try:
        yield
    finally:
        logging.disable(before)


def _of_constraints() -> str:
    """What would only be refused at the commit."""
    try:
        connection.check_constraints()
    except DatabaseError as late:
        return f"accepted, and refused at the commit: {late}"
    return ""
