"""A disk that is full: nothing is stored by halves, what is there can be read, and it goes on as soon as there is room.

The tables that an order is stored in lie on a small disk of their own, which takes root to make; skipped without.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from orders.models import Order
from tests.cast import Company, company
from tests.prove import judge, trials
from tests.prove.doors import DOORS
from tests.prove.requests import sent
from tests.prove.test_faults import requests

TABLES = ("orders_order", "orders_line", "customers_event", "orders_replayrecord")
# Far more than have room in the pages that the tables have already.
MOST_ORDERS = 2_000


class SmallDisk:
    def __init__(self, place: Path) -> None:
        self.ballast = place / "ballast"

    def fill(self) -> None:
        """Leave no room for another page."""
        try:
            with self.ballast.open("ab", buffering=0) as file:
                while True:
                    file.write(bytes(4_096))
        except OSError:
            pass

    def clear(self) -> None:
        self.ballast.unlink(missing_ok=True)


@pytest.fixture
def disk(transactional_db: None) -> Iterator[SmallDisk]:
    data_dir = connection.settings_dict.get("DATA_DIR")
    if os.geteuid() or not data_dir or not shutil.which("mount"):
        pytest.skip("NOT TRIED: a small disk takes root and the embedded database")
    place = Path(tempfile.mkdtemp(prefix="countersign-disk-"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=755", "tmpfs", place], check=False).returncode:
        place.rmdir()
        pytest.skip("NOT TRIED: nothing can be mounted here")
    made = SmallDisk(place)
    name = f"small_{os.getpid()}"
    try:
        _make(name, place / "data", owner=data_dir.stat().st_uid)
        yield made
    finally:
        made.clear()
        _unmake(name)
        subprocess.run(["umount", "--lazy", place], check=True)
        place.rmdir()


def _make(name: str, location: Path, *, owner: int) -> None:
    location.mkdir(mode=0o700)
    os.chown(location, owner, -1)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLESPACE {name} LOCATION '{location}'")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} SET TABLESPACE {name}")


def _unmake(name: str) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} SET TABLESPACE pg_default")
        # The file of a table that has moved away is kept until the next checkpoint.
        cursor.execute("CHECKPOINT")
        cursor.execute(f"DROP TABLESPACE {name}")


@pytest.fixture
def acme(disk: SmallDisk) -> Company:
    return company("acme")


def test_a_full_disk_is_told_as_the_database_away_and_leaves_nothing_by_halves(acme: Company, disk: SmallDisk) -> None:
    settings.RATE_LIMIT_SCALE = 1_000
    door = DOORS["dayzero"]
    scene, given = door.scene(acme), requests(door)[0]
    keyed = (replace(given, headers={"Idempotency-Key": f"full-{number}"}) for number in range(MOST_ORDERS))
    disk.fill()

    for request in keyed:
        before = judge.contents()
        answer = scene.send(request)
        if answer.status_code != 201:
            break

    assert trials.come_again(answer) == []
    assert judge.of_body(answer, rule=door.rule, method="POST") == []
    assert judge.changed(before) - trials.ASIDE == set()
    assert scene.send(sent("GET", "/orders")).status_code == 200

    disk.clear()
    stored = Order.objects.for_business(acme.business).count()
    again, once_more = scene.send(request), scene.send(request)

    assert (again.status_code, once_more.content) == (201, again.content)
    assert Order.objects.for_business(acme.business).count() == stored + 1
