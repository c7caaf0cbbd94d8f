"""What Django looks for in a database engine: PostgreSQL's, with the server started on demand."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql import base, client

from config.embedded import programs, server


def start(connection: BaseDatabaseWrapper) -> None:
    settings = connection.settings_dict
    server.ensure_running(data_dir=settings["DATA_DIR"], durable=settings["DURABLE"])


class DatabaseClient(client.DatabaseClient):
    """`dbshell` with the psql beside the server, for a machine that has no other."""

    executable_name = str(programs.BIN / "psql")

    def runshell(self, parameters: Iterable[str]) -> None:
        start(self.connection)
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        start(self)
        return super().get_new_connection(conn_params)
