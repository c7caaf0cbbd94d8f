"""When somebody last showed who they are: kept in the session, for what needs a fresh answer."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

KEY = "authenticated_at"


def note(request: HttpRequest, *, at: datetime) -> None:
    """The person behind this session has just shown who they are."""
    request.session[KEY] = at.isoformat()


def is_older(request: HttpRequest, *, than: timedelta, at: datetime) -> bool:
    """Whether that is longer ago; a session that does not tell is old."""
    told = request.session.get(KEY)
    return told is None or datetime.fromisoformat(told) + than < at


def note_login(request: HttpRequest | None, **_: Any) -> None:
    """Receives Django's signal of a login."""
    if request is not None:
        note(request, at=timezone.now())
