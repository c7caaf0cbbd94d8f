"""django-oscar beside us: an environment of its own below var/, a database of its own on the benchmarks' server."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from bench.clients import Sent, request
from bench.oscar.prepare import PRICE
from bench.server import ROOT, Server, free_port, running

REQUIREMENTS = ROOT / "bench" / "oscar" / "requirements.txt"
DATABASE = "oscar"
WORKERS, THREADS = os.cpu_count() or 1, 4
ROWS = """
    SELECT count(*), count(DISTINCT o.number), coalesce(sum(l.lines), 0)::int,
        coalesce(sum(o.total_incl_tax), 0)::int, coalesce(sum(l.price), 0)::int
    FROM order_order o LEFT JOIN LATERAL (
        SELECT count(*) AS lines, sum(line_price_incl_tax) AS price FROM order_line x WHERE x.order_id = o.id) l ON true
    WHERE o.id > %(since)s
"""


@dataclass(frozen=True, kw_only=True)
class Peer:
    """The peer while it is served, and what is bought there by whom."""

    server: Server
    customers: Sequence[int]
    products: Sequence[int]

    def compose(self, lines: int) -> Sent:
        """An order of so many products, each once; sorted, so that no two orders wait for each other's counters."""
        products = sorted(random.sample(self.products, lines))
        body = {"customer": random.choice(self.customers), "products": products}  # noqa: S311
        return request(path="/orders", headers={}, body=json.dumps(body).encode())

    def last(self) -> int:
        """The newest order."""
        ((newest,),) = _rows("SELECT coalesce(max(id), 0) FROM order_order", {})
        return int(newest)

    def check(self, *, since: int, orders: int, lines: int) -> None:
        """Stop unless so many orders were placed since, each once, and their totals are those of their lines."""
        (found,) = _rows(ROWS, {"since": since})
        total = orders * lines * PRICE
        if found != (orders, orders, orders * lines, total, total):
            raise SystemExit(f"Not the rows of {orders} orders of {lines} lines at the peer: {found}.")


@contextmanager
def serving(*, var_dir: Path) -> Iterator[Peer]:
    """The peer by as many workers and threads as we have, until the block ends."""
    python = installed(at=var_dir / "peers" / "oscar")
    environment = {**_database(), "DJANGO_SETTINGS_MODULE": "bench.oscar.settings"}
    told = subprocess.run(
        [python, "-W", "ignore", "-m", "bench.oscar.prepare"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    port = free_port()
    served_as = f"--worker-class gthread --workers {WORKERS} --threads {THREADS} --no-control-socket".split()
    command = [str(python), "-m", "gunicorn", *served_as, "--bind", f"127.0.0.1:{port}", "bench.oscar.wsgi:application"]
    with running(command, port=port, environment=environment) as server:
        yield Peer(server=server, **json.loads(told))


def installed(*, at: Path) -> Path:
    """The Python of an environment with the peer at its pinned versions; what is there already is not fetched again."""
    python, stamp = at / "bin" / "python", at / "ready"
    if stamp.exists() and stamp.read_text() == pinned():
        return python
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", at], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-input", "--retries", "1"]
    done = subprocess.run(
        [*pip, "--require-hashes", "-r", str(REQUIREMENTS)], stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(
            f"{done.stderr.strip()}\n\nThe peer could not be installed from the package index that pip is set to here. "
            "Put that right and start again: what has been fetched is kept. No other benchmark needs it."
        )
    stamp.write_text(pinned())
    return python


def pinned() -> str:
    """What changes with the peer's pinned versions."""
    return sha256(REQUIREMENTS.read_bytes()).hexdigest()


def _database() -> dict[str, str]:
    """The variables that lead to the peer's database, which is made the first time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    ours = connection.get_connection_params()
    named = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
    return {"PGDATABASE": DATABASE, **{name: str(ours[key]) for name, key in named.items() if ours.get(key)}}


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with psycopg.connect(**{**connection.get_connection_params(), "dbname": DATABASE}, autocommit=True) as opened:
        return list(psycopg.Cursor(opened).execute(sql, values).fetchall())
