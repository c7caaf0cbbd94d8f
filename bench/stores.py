"""Databases with many orders and with few beside each other on one server, each with the product in front of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection

from bench.server import ROOT, Server, serving

FEW, MONTHS = 2_000, 3


@dataclass(frozen=True, kw_only=True)
class Store:
    """A database of so many orders at the least, the ways in, and the server in front."""

    name: str
    orders: int
    ways_in: Mapping[str, str]
    server: Server

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The answer of this database."""
        with psycopg.connect(**{**connection.get_connection_params(), "dbname": self.name}) as opened:
            return list(opened.execute(sql).fetchall())


@contextmanager
def beside(*, many: int, few: int = FEW, months: int = MONTHS) -> Iterator[tuple[Store, Store]]:
    """The store of many orders and that of few; they stay for the next benchmark."""
    with ExitStack() as opened:
        large, small = (opened.enter_context(store(orders, months=months)) for orders in (many, few))
        yield large, small


@contextmanager
def store(orders: int, *, months: int = MONTHS) -> Iterator[Store]:
    """The one of so many with invoices of so many months, filled the first time."""
    name = f"orders_{orders}" if months == MONTHS else f"orders_{orders}_{months}"
    created(name)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_DATABASE": name}
    command = [sys.executable, "-m", "bench.prepare", "--orders", str(orders), "--months", str(months)]
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout
    with serving(database=name) as server:
        yield Store(name=name, orders=orders, ways_in=json.loads(told), server=server)


def created(name: str) -> None:
    """Create the database of this name unless it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {name}")
