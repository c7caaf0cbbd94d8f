"""How old a session is, and when somebody last showed who they are: kept in the session itself.

A session ends `SESSION_COOKIE_AGE` after its login, and earlier when nothing was asked in it for a while.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

KEY = "authenticated_at"
BEGAN = "began_at"
SEEN = "seen_at"
# A session is written no more often than this for being used.
GRAIN = timedelta(minutes=1)


def note(request: HttpRequest, *, at: datetime) -> None:
    """The person behind this session has just shown who they are."""
    request.session[KEY] = at.isoformat()


def is_older(request: HttpRequest, *, than: timedelta, at: datetime) -> bool:
    """Whether that is longer ago; a session that does not tell is old."""
    return _is_past(request, KEY, than, at)


def has_ended(request: HttpRequest, *, at: datetime) -> bool:
    """Whether the session is too old, or was left alone too long; one that does not tell has ended."""
    longest, idle = timedelta(seconds=settings.SESSION_COOKIE_AGE), timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return _is_past(request, BEGAN, longest, at) or _is_past(request, SEEN, idle, at)


def see(request: HttpRequest, *, at: datetime) -> None:
    """The session is in use."""
    if _is_past(request, SEEN, GRAIN, at):
        request.session[SEEN] = at.isoformat()


def keep(request: HttpRequest) -> None:
    """Write down now what the session is to keep, in the transaction of what is done: nothing can fail after it.

    One with a new key is left to the answer, which hands the key out.
    """
    session = request.session
    if session.modified and session.session_key == request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        session.save()
        session.modified = False


def note_login(request: HttpRequest | None, **_: Any) -> None:
    """Receives Django's signal of a login."""
    if request is not None:
        at = timezone.now()
        note(request, at=at)
        request.session[BEGAN] = request.session[SEEN] = at.isoformat()


def _is_past(request: HttpRequest, key: str, age: timedelta, at: datetime) -> bool:
    """Whether that is longer ago; or still to come, as after a clock that ran ahead was set right."""
    told = request.session.get(key)
    moment = datetime.fromisoformat(told) if told else None
    return moment is None or moment + age < at or moment - GRAIN > at
