"""What the database says when it is no mistake of anybody's, told as what it is: come again."""

from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseErrorWrapper
from psycopg import errors

# A server that takes no writes, as a standby does, and patience that is over. The rest of their class is our mistake.
PASSING = (errors.ReadOnlySqlTransaction, errors.IdleInTransactionSessionTimeout, errors.TransactionTimeout)


class PassingErrors(DatabaseErrorWrapper):
    """Django's translation of the driver's errors, in which `PASSING` ones are operational.

    The connection is not kept: it may lead to the server that was the first one before.
    """

    wrapper: BaseDatabaseWrapper

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        if isinstance(exc_value, PASSING):
            self.wrapper.errors_occurred = True
            self.wrapper.close_at = 0.0
            raise OperationalError(*exc_value.args).with_traceback(traceback) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


def install(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """Receives Django's signal of a new connection."""
    if connection.vendor == "postgresql":
        connection.__dict__["wrap_database_errors"] = PassingErrors(connection)
