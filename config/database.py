"""Which PostgreSQL: the one DATABASE_URL names, or the embedded one below var/."""

import re
from functools import partial
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlsplit

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from environ import FileAwareEnv
from psycopg import errors

from config.embedded import paths

EMBEDDED_ENGINE = "config.embedded"
NAME = "countersign"
ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")

# A request must not hold a worker or a row for long; a billing run may take its time.
WEB_PATIENCE = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "30s",
    # As Django wants it anyhow: else it asks for it before anybody bounds how long it waits for the answer.
    "TimeZone": "UTC",
}
# A host that vanished answers nobody, and no server ends a statement there: the kernel gives up, for commands too.
# An address may have others (`?connect_timeout=2`). Seconds, and the last one milliseconds.
REACHABLE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class TestDatabase(TypedDict):
    NAME: str


class Database(TypedDict, total=False):
    """One entry of Django's DATABASES, as far as we write it."""

    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str | int
    OPTIONS: dict[str, object]
    CONN_MAX_AGE: int
    CONN_HEALTH_CHECKS: bool
    TEST: TestDatabase
    DATA_DIR: Path
    DURABLE: bool


def role(name: str) -> str:
    """The application's role, a plain name; `none` says that the login itself is that role, or a member of it."""
    if not ROLE.fullmatch(name):
        raise ImproperlyConfigured("DATABASE_ROLE must be a plain name of a role, or none.")
    return "" if name == "none" else name


def from_url(url: str) -> Database:
    """The server an operator runs. Anything but PostgreSQL is refused: our promises are kept by it."""
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// address.")
    named = FileAwareEnv.db_url_config(url)
    options = {"application_name": NAME, **REACHABLE, **named.get("OPTIONS", {})}
    return {**kept_open(), **named, "OPTIONS": options}


def embedded(*, data_dir: Path, durable: bool = True) -> Database:
    """A server of our own, started by the first connection; `durable=False` trades crash safety for speed."""
    return {
        **kept_open(),
        "ENGINE": EMBEDDED_ENGINE,
        "NAME": NAME,
        "USER": NAME,
        "HOST": str(paths.socket_dir(data_dir=data_dir)),
        "PORT": paths.PORT,
        "OPTIONS": {"application_name": NAME},
        "DATA_DIR": data_dir,
        "DURABLE": durable,
    }


def kept_open() -> Database:
    return {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "TEST": {"NAME": f"test_{NAME}"}}


def limit_patience(*, seconds: int) -> None:
    """Bound every statement, lock wait and idle transaction of this process, and every wait for an answer.

    For the web process alone. The server ends a statement by itself, if it is there to do so; who hears nothing for so
    many seconds takes the connection for lost, whatever stands between and keeps it open.
    """
    options = connections.settings["default"]["OPTIONS"]
    limits = [f"-c {name}={value}" for name, value in WEB_PATIENCE.items()]
    options["options"] = " ".join([*limits, options.get("options", "")]).strip()
    connection_created.connect(partial(listen_no_longer_than, seconds), weak=False, dispatch_uid="config.database")


def listen_no_longer_than(seconds: float, *, connection: BaseDatabaseWrapper, **_: object) -> None:
    """Receives Django's signal of a new connection."""
    session = connection.connection
    wait = session.wait

    def bounded(asked: Any, **how: Any) -> Any:
        try:
            return wait(asked, **{"timeout": seconds, **how})
        except errors._WaitTimeout as silence:  # noqa: SLF001  # psycopg has no public name for it
            session.close()
            raise psycopg.OperationalError(f"The database did not answer for {seconds} seconds.") from silence

    session.wait = bounded
