"""Sessions in the database, and the database's own word when it cannot be asked."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError


class SessionStore(db.SessionStore):
    """Django takes every error of saving for a session that somebody ended, and tells the caller to do better."""

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  # Django's
        """Raise what the database raised where it is away: who waits for an answer may come again."""
        try:
            super().save(must_create)
        except UpdateError as lost:
            if isinstance(lost.__context__, OperationalError | InterfaceError):
                raise lost.__context__ from None
            raise
