"""A backup of a database that was lived in, restored on an empty server by the very lines of docs/operations.md.

BACKUPS in the environment is how many are taken while a billing run is at work; `make restore-drill` sets it.
"""

import os
import random
import shutil
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction

from billing import services
from customers import heads, sealing, wall
from customers.actors import Actor
from customers.models import Business
from customers.tenancy import TenantModel
from orders import seeding
from tests import factories
from tests.cast import approved, company, monthly
from tests.prove import judge, report
from tests.prove.doors import DOORS
from tests.restore import drill, life, pausing
from tests.restore.drill import ROWS_ALONE, Backup, Ended, Site
from tests.restore.life import Life

BACKUPS = int(os.environ.get("BACKUPS", "0"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
ORDERS = 200
DAY = date(2026, 3, 31)
# How often a key was asked again, and when a credential was used last.
COUNTED = {"orders.ReplayRecord", "customers.ApiCredential"}

pytestmark = pytest.mark.skipif(not BACKUPS, reason="BACKUPS is not set: make restore-drill")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    if missing := [name for name in ("sh", "sha256sum") if not shutil.which(name)]:
        pytest.skip(f"NOT TRIED: a restore takes {', '.join(missing)}")
    with drill.empty_server() as made:
        yield made


@pytest.fixture
def backup(tmp_path: Path) -> Backup:
    return Backup(path=tmp_path / "countersign.dump", heads=tmp_path / "heads.jsonl")


def done(ended: Ended) -> str:
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def test_what_was_restored_is_what_was_backed_up_and_goes_on(
    transactional_db: None, site: Site, backup: Backup
) -> None:
    lived = life.begin()
    kept = {door: lived.send(door, "before").content for door in DOORS}
    done(backup.take())
    rows, catalog = judge.contents(), life.catalog()

    restored = site.empty_database()
    said = done(backup.restore(restored))

    assert said.count("Nothing is off") == 2
    with drill.working_with(restored):
        assert judge.changed(rows) == set()
        assert life.catalog() ^ catalog == set()
        check_wall()
        assert {door: lived.send(door, "before").content for door in DOORS} == kept
        assert judge.changed(rows) <= COUNTED
        there = gone_on(lived)
        assert life.findings() == []
    assert gone_on(lived) == there
    report.told("restores", "goes on as the first one would", tried=1, broken=0, remark=f"{len(there)} numbers alike")


def gone_on(lived: Life) -> list[object]:
    """The numbers of what comes next: an order of each door, and the documents of a run. A second run does nothing."""
    answers = {door: lived.send(door, "after") for door in DOORS}
    assert {door: answer.status_code < 300 for door, answer in answers.items()} == dict.fromkeys(DOORS, True)
    documents = lived.bill("2026-06-30")
    assert documents
    assert lived.bill("2026-06-30") == []
    return [*life.order_numbers(), *documents]


def check_wall() -> None:
    """The application's role sees each business's rows as that business, and nobody's as nobody."""
    models = [model for model in judge.tables() if issubclass(model, TenantModel)]
    all_rows = {model: life.rows_of(model) for model in models}
    assert len(models) > 40
    with wall.closed(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(life.ROLE)
        assert cursor.fetchone() == ("countersign_app", True)
        assert {model: life.rows_of(model) for model in models} == dict.fromkeys(models, 0)
    seen = dict.fromkeys(models, 0)
    for business in Business.objects.order_by("id"):
        with wall.within(business.pk):
            for model in models:
                seen[model] += life.rows_of(model)
    assert seen == all_rows


def test_a_backup_taken_while_a_run_is_at_work_restores_to_proper_books(
    transactional_db: None, site: Site, tmp_path: Path
) -> None:
    seeded = seeding.seed_orders(orders=ORDERS, at=factories.NOON, months=0)
    backups = [Backup(path=tmp_path / f"{place}.dump", heads=tmp_path / "heads") for place in range(BACKUPS)]
    moments = pausing.moments(business=seeded.business, as_of=DAY, number=BACKUPS, draw=random.Random(SEED))

    with pausing.run(business=seeded.business, as_of=DAY, stops=moments) as run:
        for backup in backups:
            run.await_stop()
            done(backup.take(without=ROWS_ALONE))
            run.go_on()
    whole = life.documents(seeded.business).values()

    by_then = [until_the_end(seeded.business, backup, site, whole) for backup in backups]

    assert by_then == sorted(by_then)
    assert 0 < by_then[-1] < len(whole)
    told = f"with {by_then} of {len(whole)} documents"
    report.told("restores", "a billing run at work", tried=BACKUPS, broken=0, remark=told, seed=SEED)


def until_the_end(business: Business, backup: Backup, site: Site, whole: Collection[life.Document]) -> int:
    """How many documents a backup has; billed to the end it has the same ones as where nothing was interrupted."""
    restored = site.empty_database()
    done(backup.restore(restored, without=ROWS_ALONE))
    with drill.working_with(restored):
        assert life.findings() == []
        there = life.documents(business)
        services.run_billing(business=business, as_of=DAY, by=Actor.system(), at=factories.NOON)
        billed = life.documents(business).values()
        assert life.findings() == []
    assert sorted(row.what for row in billed) == sorted(row.what for row in whole)
    assert [row.number for row in billed] == [row.number for row in whole]
    return len(there)


def test_a_backup_that_is_too_old_is_noticed(transactional_db: None, site: Site, backup: Backup) -> None:
    acme = company("acme")
    approved(acme, monthly())
    done(backup.take())
    approved(acme, monthly())
    late = company("globex").business
    heads_of(Business.objects.all(), into=backup.heads)

    ended = backup.restore(site.empty_database())

    assert ended.returncode == 1
    assert "chain_replaced: The chain ends at link " in ended.stdout
    assert f"business {late.uid}  business_missing" in ended.stdout
    report.told("restores", "too old", tried=1, broken=0, remark="noticed")


def heads_of(businesses: Iterable[Business], *, into: Path) -> None:
    for owner in businesses:
        sealing.seal_events(business=owner, at=factories.NOON)
        heads.append(path=into, business=owner.uid, head=sealing.head(business=owner), at=factories.NOON)


def test_a_damaged_backup_is_noticed_and_leaves_the_database_empty(
    transactional_db: None, site: Site, backup: Backup
) -> None:
    approved(company("acme"), monthly())
    done(backup.take(without=ROWS_ALONE))
    whole = backup.path.read_bytes()
    place = random.Random(SEED).randrange(len(whole))
    restored = site.empty_database()

    backup.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    flipped = backup.restore(restored, without=ROWS_ALONE)
    backup.path.write_bytes(whole[: len(whole) * 3 // 4])
    cut = backup.restore(restored, without=f"{ROWS_ALONE}|sha256sum")

    assert "computed checksum did NOT match" in flipped.stderr
    assert cut.returncode
    with drill.working_with(restored):
        assert connection.introspection.table_names() == []
    report.told("restores", "damaged", tried=2, broken=0, remark="noticed", seed=SEED)


def test_who_does_not_own_the_tables_is_refused_and_leaves_no_dump_that_lacks_rows(
    transactional_db: None, site: Site, backup: Backup
) -> None:
    approved(company("acme"), monthly())

    ended = backup.take(without=ROWS_ALONE, options="-c role=countersign_app")

    assert ended.returncode
    assert [path.name for path in backup.path.parent.glob("*.sha256")] == []
    report.told("restores", "not by the owner", tried=1, broken=0, remark="refused")


def test_a_restore_without_the_rights_of_the_application_is_noticed(
    transactional_db: None, site: Site, backup: Backup
) -> None:
    approved(company("acme"), monthly())
    done(backup.take())

    ended = backup.restore(site.empty_database(), without="migrate")

    assert ended.returncode
    assert "Nothing is off" not in ended.stdout
    report.told("restores", "rights forgotten", tried=1, broken=0, remark="noticed")
