"""Two businesses behind every door, with the same names, codes and numbers in their books."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from customers import wall
from customers.models import RequestCount
from customers.tenancy import TenantQuerySet
from tests import scenes
from tests.cast import Company, company
from tests.prove.doors import DOORS
from tests.prove.doors.door import Door, Scene
from tests.prove.requests import Sent
from tests.wall import doors
from tests.wall.test_every_table import TENANT_MODELS

each_door = pytest.mark.parametrize("door", DOORS.values(), ids=lambda door: door.name)
TABLES = [model._meta.db_table for model in TENANT_MODELS if model is not RequestCount]
HIGH = 5_000_000
Told = list[tuple[str, int, str]]


@pytest.fixture
def no_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query forgets to ask for one business."""
    monkeypatch.setattr(TenantQuerySet, "for_business", lambda rows, business: rows.all())


@pytest.fixture(autouse=True)
def _as_many_requests_as_it_takes(settings: Settings) -> None:
    settings.RATE_LIMIT_SCALE = 1_000


def life(door: Door, *, beside_another: bool) -> Told:
    """All that a business is answered, from its first day on; then it never was."""
    with transaction.atomic():
        if beside_another:
            another = doors.begun(door, scenes.begin(company, "globex"))
            doors.answers(another, door.requests)
        with doors.numbered_from(HIGH):
            scene = door.scene(company("acme"))
            told = doors.answers(scene, [*door.requests, *door.readings])
        transaction.set_rollback(True)
    return told


def tried(scene: Scene, requests: Sequence[Sent]) -> Told:
    """All that is answered; then it was never asked."""
    with transaction.atomic():
        with doors.numbered_from(HIGH):
            told = doors.answers(scene, requests)
        transaction.set_rollback(True)
    return told


def belongings(of: Company) -> dict[str, tuple[int, str]]:
    """A digest of all rows of a business, table by table."""
    digests = " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text "
        f'FROM "{table}" t WHERE business_id = %(business)s'
        for table in TABLES
    )
    with connection.cursor() as cursor:
        cursor.execute(digests, {"business": of.business.pk})
        return {table: (count, summed) for table, count, summed in cursor.fetchall()}


@each_door
def test_answers_are_the_same_whether_or_not_another_business_holds_data(db: None, door: Door) -> None:
    alone, beside = life(door, beside_another=False), life(door, beside_another=True)

    assert [pair for pair in zip(alone, beside, strict=True) if pair[0] != pair[1]] == []
    assert [place for place, status, _ in alone if status >= 500] == []
    assert sum(status < 300 for _, status, _ in alone) > len(alone) / 2


@each_door
def test_without_the_first_wall_a_door_tells_what_it_told_with_it(
    acme: Company, globex: Company, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors.begun(door, globex)
    scene = doors.begun(door, acme)
    with_both = doors.answers(scene, doors.readings(door))

    monkeypatch.setattr(TenantQuerySet, "for_business", lambda rows, business: rows.all())

    assert doors.answers(scene, doors.readings(door)) == with_both


@each_door
def test_without_the_first_wall_nothing_of_another_business_can_be_named(
    acme: Company, globex: Company, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every request that names something names what is theirs."""
    theirs = doors.begun(door, globex)
    reaching = replace(doors.begun(door, acme), names=theirs.names)
    before, with_both = belongings(globex), tried(reaching, door.requests)

    monkeypatch.setattr(TenantQuerySet, "for_business", lambda rows, business: rows.all())
    told = doors.answers(reaching, door.requests)

    assert [(place, status) for place, status, _ in told] == [(place, status) for place, status, _ in with_both]
    assert belongings(globex) == before


@each_door
def test_what_is_theirs_and_what_never_was_are_answered_alike(acme: Company, door: Door) -> None:
    """The same ids twice: while another business has them, and after it has never been."""
    own = doors.begun(door, acme)
    with transaction.atomic():
        theirs = doors.begun(door, scenes.begin(company, "globex"))
        asked = [*door.requests, *doors.reaching(door, own=own, theirs=theirs)]
        foreign = tried(replace(own, names=theirs.names), asked)
        transaction.set_rollback(True)
    unknown = tried(replace(own, names=theirs.names), asked)

    assert [pair for pair in zip(foreign, unknown, strict=True) if pair[0] != pair[1]] == []
    assert len(asked) > len(door.requests)


def test_with_neither_wall_the_other_business_is_there(
    acme: Company, globex: Company, no_first_wall: None, settings: Settings
) -> None:
    """So that the tests above would notice."""
    door = DOORS["dayzero"]
    doors.begun(door, globex)
    scene = doors.begun(door, acme)
    walled = doors.answers(scene, door.readings)

    wall.flush(connection)  # as the login again, before there is no role to leave
    settings.DATABASE_ROLE = ""

    assert len(doors.answers(scene, door.readings)[0][2]) > len(walled[0][2])
