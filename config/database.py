"""Which PostgreSQL: the one DATABASE_URL names, or the embedded one below var/."""

import re
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from environ import FileAwareEnv

from config.embedded import paths

EMBEDDED_ENGINE = "config.embedded"
NAME = "countersign"
ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")

# A request must not hold a worker or a row for long; a billing run may take its time.
WEB_PATIENCE = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "30s",
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
    options = {"application_name": NAME, **named.get("OPTIONS", {})}
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


def limit_patience() -> None:
    """Bound every statement, lock wait and idle transaction of this process. For the web process alone."""
    options = connections.settings["default"]["OPTIONS"]
    limits = [f"-c {name}={value}" for name, value in WEB_PATIENCE.items()]
    options["options"] = " ".join([*limits, options.get("options", "")]).strip()
