"""A session that cannot be saved because the database is away is no mistake of the caller."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from tests.admin.pages import Browse
from tests.cast import Company

Execute = Callable[[str, Any, bool, Any], Any]


def away_for_sessions(execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:  # Django's
    if "UPDATE" in sql and "django_session" in sql:
        raise OperationalError("the server closed the connection")
    return execute(sql, params, many, context)


def test_who_waits_for_a_session_to_be_kept_may_come_again(acme: Company, browse: Browse) -> None:
    client = browse(acme.drafter)
    client.raise_request_exception = False
    session = client.session
    session["seen_at"] = (timezone.now() - timedelta(minutes=5)).isoformat()
    session.save()

    with connection.execute_wrapper(away_for_sessions):
        answer = client.get(reverse("admin:index"))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_what_the_database_said_is_raised(acme: Company, browse: Browse) -> None:
    session = browse(acme.drafter).session
    session["note"] = 1

    with connection.execute_wrapper(away_for_sessions), pytest.raises(OperationalError):
        session.save()


def test_a_session_that_somebody_ended_is_still_told_so(acme: Company, browse: Browse) -> None:
    session = browse(acme.drafter).session
    session.delete(session.session_key)

    with pytest.raises(UpdateError):
        session.save()
