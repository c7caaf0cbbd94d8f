"""Sessions in the database, read by one prepared statement; and the database's word when it cannot be asked."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from customers import sessions_sql


class SessionStore(db.SessionStore):
    """Django takes every error of saving for a session that somebody ended, and tells the caller to do better."""

    def load(self) -> dict[str, Any]:
        """What the session keeps; nothing, and no key any more, where it is over or was never there."""
        kept = sessions_sql.kept(key=self.session_key, at=timezone.now()) if self.session_key else None
        if kept is None:
            self._session_key = None
            return {}
        return self.decode(kept)

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  # Django's
        """Raise what the database raised where it is away: who waits for an answer may come again."""
        try:
            super().save(must_create)
        except UpdateError as lost:
            if isinstance(lost.__context__, OperationalError | InterfaceError):
                raise lost.__context__ from None
            raise
