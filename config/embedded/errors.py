"""Why an embedded server is not there."""

from django.db import OperationalError


class EmbeddedServerError(OperationalError):
    """The embedded server did not start; to Django this is a database that cannot be reached."""
