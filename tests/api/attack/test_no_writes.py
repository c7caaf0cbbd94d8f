"""A database that takes no writes, as a standby does: everybody is told to come again."""

import json
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections, transaction
from django.test import Client

from customers.console import Exit
from tests.admin.pages import url
from tests.cast import Company, draft, monthly
from tests.kill.served import PATIENCE_SECONDS
from tests.prove import trials
from tests.prove.doors import DOORS
from tests.prove.test_faults import requests


def only_reads() -> None:
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")


@pytest.mark.parametrize("name", DOORS)
def test_whoever_writes_is_told_to_come_again(acme: Company, name: str) -> None:
    door = DOORS[name]
    scene, sent = door.scene(acme), requests(door)[0]
    only_reads()

    with transaction.atomic():
        answer = scene.send(sent)
        transaction.set_rollback(True)

    assert trials.come_again(answer) == []
    assert door.rule.shape(json.loads(answer.content))


def test_at_the_desk_it_is_a_page(acme: Company) -> None:
    order = draft(acme, monthly())
    client = Client(raise_request_exception=False)
    client.force_login(acme.drafter.user)
    only_reads()

    with transaction.atomic():
        answer = client.post(url(order, "cancel"), {"version": str(order.version), "reason": "No"})
        transaction.set_rollback(True)

    assert trials.come_again(answer) == []  # type: ignore[arg-type]  # the client's answer is one of Django's


def test_a_command_says_so_and_ends_as_when_the_database_is_away(acme: Company) -> None:
    draft(acme, monthly())
    only_reads()

    with pytest.raises(CommandError, match="read-only") as ended, transaction.atomic():
        call_command("seal_ledger")

    assert ended.value.returncode == Exit.UNAVAILABLE


def test_it_is_not_ready(acme: Company) -> None:
    only_reads()

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "takes no writes")


def test_the_connection_is_not_kept_for_the_next_request(transactional_db: None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        only_reads()
        with pytest.raises(OperationalError):
            cursor.execute("CREATE TABLE nothing ()")
        transaction.set_rollback(True)
    was = connection.connection

    connection.close_if_unusable_or_obsolete()

    assert was is not None
    assert connection.connection is None


def test_a_transaction_that_was_idle_for_too_long_may_be_tried_again(transactional_db: None) -> None:
    mine = connections.create_connection("default")
    try:
        mine.set_autocommit(False)
        with mine.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = '1ms'")
        with pytest.raises(OperationalError):
            ended(mine)
    finally:
        mine.close()


def ended(mine: object) -> None:
    """Ask until the server has given up on the transaction."""
    latest = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < latest:
        with mine.cursor() as cursor:  # type: ignore[attr-defined]  # a connection of Django's
            cursor.execute("SELECT 1")
        time.sleep(0.05)
