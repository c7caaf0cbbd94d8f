"""An empty server beside the one of the tests, and the lines of docs/operations.md that an operator copies."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.db import connection

from config.embedded import paths, server

ROOT = Path(__file__).parents[2]
OWNER = "keeper"
INTERPRETER = ".venv/bin/python"
PRODUCTION = {
    "SECRET_KEY": "a-long-key-of-many-different-signs-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "127.0.0.1",
    "LOG_LEVEL": "CRITICAL",
}
# The rows alone: no process of ours, whose proofs the test asks for itself.
ROWS_ALONE = r"manage\.py|vacuumdb"
NEVER = r"(?!)"
# By a process of its own, which hears when the one that began it is gone: nothing comes any more.
CLEARING_UP = """
import pathlib, shutil, sys
from config.embedded.server import EmbeddedServer
sys.stdin.read()
data_dir = pathlib.Path(sys.argv[1])
EmbeddedServer(data_dir=data_dir).stop()
shutil.rmtree(data_dir.parent)
"""
Database = dict[str, Any]
Ended = subprocess.CompletedProcess[str]


def blocks() -> tuple[str, str]:
    """How the documentation says that one backs up, and that one restores."""
    told = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    section = told.partition("\n## Backups\n")[2].partition("\n## ")[0]
    back_up, restore = re.findall(r"^```sh\n(.*?)^```$", section, flags=re.DOTALL | re.MULTILINE)
    assert back_up.count(INTERPRETER) >= 2, back_up
    assert restore.count(INTERPRETER) >= 5, restore
    return back_up, restore


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A dump, and the heads of chains that are kept elsewhere."""

    path: Path
    heads: Path

    def take(self, *, without: str = NEVER, options: str = "") -> Ended:
        """Of the database that the tests work with; `without` leaves lines out, `options` are the session's."""
        return self._run(blocks()[0], without, DATABASE_URL=address(connection.settings_dict), PGOPTIONS=options)

    def restore(self, into: Database, *, without: str = NEVER) -> Ended:
        return self._run(blocks()[1], without, EMPTY_DATABASE_URL=address(into))

    def _run(self, block: str, without: str, **environment: str) -> Ended:
        """As a shell runs what is copied into it, with the interpreter of the tests."""
        given = {"PATH": os.environ["PATH"], "BACKUP": str(self.path), "HEADS": str(self.heads), **PRODUCTION}
        lines = (line for line in block.splitlines() if not re.search(without, line))
        script = "\n".join(lines).replace(INTERPRETER, f'"{sys.executable}"')
        return subprocess.run(
            ["sh", "-c", script], cwd=ROOT, env={**given, **environment}, capture_output=True, text=True, check=False
        )


@contextmanager
def empty_server() -> Iterator["Site"]:
    """A PostgreSQL that has never seen a database of ours, nor a role; it ends with us, however we do."""
    data_dir = Path(tempfile.mkdtemp(prefix="countersign-restore-")) / "postgres"
    last_one = subprocess.Popen(
        [sys.executable, "-c", CLEARING_UP, data_dir], cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True
    )
    with last_one:
        server.EmbeddedServer(data_dir=data_dir, durable=False).start()
        yield Site(data_dir=data_dir)
    assert last_one.returncode == 0


@dataclass(kw_only=True)
class Site:
    """Where one restores: its databases belong to somebody who is no superuser, as at most who host PostgreSQL."""

    data_dir: Path
    made: int = 0

    def empty_database(self) -> Database:
        """Django's settings of a new one."""
        self.made += 1
        name = f"restored_{self.made}"
        host = str(paths.socket_dir(data_dir=self.data_dir))
        with psycopg.connect(host=host, user=server.ROLE, dbname="postgres", autocommit=True) as superuser:
            if self.made == 1:
                superuser.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
            superuser.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
        return {"HOST": host, "PORT": paths.PORT, "NAME": name, "USER": OWNER, "PASSWORD": ""}


@contextmanager
def working_with(database: Database) -> Iterator[None]:
    """Everything in this process asks that database instead."""
    given: Database = connection.settings_dict
    before = dict(given)
    connection.close()
    given.update(database)
    try:
        yield
    finally:
        connection.close()
        given.clear()
        given.update(before)


def address(database: Mapping[str, Any]) -> str:
    """As libpq and Django read it."""
    password = f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    login = f"{database['USER']}{password}"
    if (host := str(database["HOST"])).startswith("/"):
        return f"postgresql://{login}@/{database['NAME']}?host={quote(host, safe='')}&port={database['PORT']}"
    return f"postgresql://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
