from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.signals import connection_created

from config import database
from config.embedded import paths


def test_an_address_becomes_a_connection_that_stays_open() -> None:
    chosen = database.from_url("postgresql://clerk:p%40ss@db.example:6432/orders?sslmode=verify-full")

    assert chosen["ENGINE"] == "django.db.backends.postgresql"
    assert (chosen["HOST"], chosen["PORT"], chosen["NAME"]) == ("db.example", 6432, "orders")
    assert (chosen["USER"], chosen["PASSWORD"]) == ("clerk", "p@ss")
    assert chosen["OPTIONS"] == {"application_name": "countersign", "sslmode": "verify-full", **database.REACHABLE}
    assert chosen["CONN_MAX_AGE"] == 600


def test_an_address_may_say_how_long_a_host_that_vanished_is_waited_for() -> None:
    chosen = database.from_url("postgresql://clerk@db.example/orders?connect_timeout=2")

    assert chosen["OPTIONS"]["connect_timeout"] in (2, "2")
    assert chosen["OPTIONS"]["tcp_user_timeout"] == 30_000


@pytest.mark.parametrize("url", ["sqlite:///orders.db", "mysql://clerk@db.example/orders", "orders"])
def test_another_engine_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must be a postgresql:// address"):
        database.from_url(url)


def test_a_short_path_keeps_the_socket_with_the_data() -> None:
    data_dir = Path("/srv/countersign/var/postgres")

    assert paths.socket_dir(data_dir=data_dir) == data_dir


@pytest.mark.parametrize("data_dir", [Path("/srv") / ("d" * 120), Path("/srv/one,two/postgres")])
def test_a_path_no_socket_can_have_moves_it_to_a_place_of_its_own(data_dir: Path) -> None:
    socket_dir = paths.socket_dir(data_dir=data_dir)

    assert socket_dir.parent == Path("/tmp")
    assert socket_dir != paths.socket_dir(data_dir=data_dir / "other")


def test_the_web_process_bounds_statements_and_lock_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: dict[str, dict[str, dict[str, object]]] = {"default": {"OPTIONS": {}}}
    monkeypatch.setattr(connections, "settings", settings)

    monkeypatch.setattr(connection_created, "connect", lambda *receiver, **how: None)

    database.limit_patience(seconds=20)

    assert settings["default"]["OPTIONS"]["options"] == (
        "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s -c TimeZone=UTC"
    )
