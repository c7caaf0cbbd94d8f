"""The chain of the ledger: every event is sealed once, and none is altered, taken out or slipped in unseen."""

from datetime import timedelta
from enum import StrEnum

import pgtrigger
import pytest
from django.db import IntegrityError

from customers import audit, sealing
from customers.audit import Code
from customers.models import Event, EventSeal
from customers.sealing import Head
from tests.cast import Company, approved, at, monthly
from tests.promises import sql

NOON = at("2026-01-06")


@pytest.fixture
def sealed(acme: Company) -> Company:
    """An approved order, and all that led to it in the chain."""
    approved(acme, monthly())
    sealing.seal_events(business=acme.business, at=NOON)
    return acme


def codes(company: Company, *heads: Head) -> list[StrEnum]:
    return [finding.code for finding in audit.of_business(business=company.business, heads=heads)]


def seals(company: Company) -> list[EventSeal]:
    return list(EventSeal.objects.for_business(company.business).order_by("position"))


def test_each_event_of_a_business_is_sealed_once_in_one_unbroken_row(sealed: Company, globex: Company) -> None:
    links = seals(sealed)

    assert [link.position for link in links] == list(range(1, len(links) + 1))
    assert {link.event_id for link in links} == set(
        Event.objects.for_business(sealed.business).values_list("pk", flat=True)
    )
    assert seals(globex) == []
    assert codes(sealed) == codes(globex) == []


def test_sealing_again_adds_what_is_new_and_nothing_twice(sealed: Company) -> None:
    before = sealing.head(business=sealed.business)

    assert sealing.seal_events(business=sealed.business, at=NOON) == 0
    assert sealing.head(business=sealed.business) == before

    approved(sealed, monthly())
    added = sealing.seal_events(business=sealed.business, at=NOON)
    assert added == sealing.head(business=sealed.business).position - before.position > 0
    assert codes(sealed, before) == []


def test_an_event_that_committed_late_is_sealed_after_those_it_was_numbered_before(sealed: Company) -> None:
    event = seals(sealed)[-1].event
    sql.insert_copy(event, id=event.pk + 20)
    sealing.seal_events(business=sealed.business, at=NOON)
    sql.insert_copy(event, id=event.pk + 10)

    assert sealing.seal_events(business=sealed.business, at=NOON) == 1
    assert [link.event_id for link in seals(sealed)[-2:]] == [event.pk + 20, event.pk + 10]


def test_an_event_that_committed_very_late_is_found_from_the_start(
    sealed: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "LOOK_BACK", 1)
    event = seals(sealed)[-1].event
    sql.insert_copy(event, id=event.pk + 20)
    sealing.seal_events(business=sealed.business, at=NOON)
    sql.insert_copy(event, id=event.pk + 10)

    assert sealing.seal_events(business=sealed.business, at=NOON) == 0
    assert sealing.seal_events(business=sealed.business, at=NOON, from_start=True) == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "reject"),
        ("channel", "admin2"),
        ("actor_name", "somebody else"),
        ("request_id", "another"),
        ("subject_type", "orders"),
        ("subject_id", 4_711),
        ("staff_member_id", None),
        ("at", NOON - timedelta(microseconds=1)),
        ("before", '{"status": "draft "}'),
        ("after", '{"total_cents": 10001}'),
    ],
)
def test_no_column_of_a_sealed_event_is_altered_unseen(sealed: Company, column: str, value: object) -> None:
    event = Event.objects.for_business(sealed.business).filter(action="approve", subject_type="order").get()
    with pgtrigger.ignore():
        sql.update(event, **{column: value})

    found = [item for item in audit.of_business(business=sealed.business) if item.code is Code.EVENT_ALTERED]

    assert [item.subject for item in found] == [f"event {event.pk}"]


def test_a_digest_that_is_altered_breaks_the_chain_before_and_after_it(sealed: Company) -> None:
    link = seals(sealed)[1]
    with pgtrigger.ignore():
        sql.update(link, digest=bytes(32))

    assert codes(sealed) == [Code.EVENT_ALTERED, Code.EVENT_ALTERED]


def test_an_event_taken_out_with_its_seal_leaves_a_gap(sealed: Company) -> None:
    link = next(link for link in seals(sealed)[1:] if link.event.subject_type != "order")
    with pgtrigger.ignore():
        sql.delete(link)
        sql.delete(link.event)

    assert Code.EVENT_MISSING in codes(sealed)


def test_the_end_taken_off_is_missed_by_a_head_that_was_kept(sealed: Company) -> None:
    kept = sealing.head(business=sealed.business)
    last = seals(sealed)[-1]
    with pgtrigger.ignore():
        sql.delete(last)

    assert codes(sealed, kept) == [Code.CHAIN_REPLACED, Code.EVENT_UNSEALED]


def test_a_chain_written_anew_is_found_out_by_a_head_that_was_kept(sealed: Company) -> None:
    kept = sealing.head(business=sealed.business)
    event = Event.objects.for_business(sealed.business).filter(action="approve", subject_type="order").get()
    with pgtrigger.ignore():
        sql.update(event, actor_name="somebody else")
        EventSeal.objects.for_business(sealed.business).delete()
    sealing.seal_events(business=sealed.business, at=NOON)

    assert codes(sealed) == []
    assert codes(sealed, kept) == [Code.CHAIN_REPLACED]


def test_an_event_slipped_into_the_past_stands_outside_the_chain(sealed: Company) -> None:
    event = Event.objects.for_business(sealed.business).filter(action="approve", subject_type="order").get()
    sql.insert_copy(event, at=NOON - timedelta(days=1))

    assert codes(sealed) == [Code.EVENT_UNSEALED]


def test_what_has_just_happened_may_wait_for_its_seal(sealed: Company) -> None:
    approved(sealed, monthly(), on="2026-01-07")

    assert codes(sealed) == []


def test_the_chain_is_append_only(sealed: Company) -> None:
    link = seals(sealed)[0]

    with pytest.raises(IntegrityError, match="append-only"):
        sql.update(link, position=99)


def test_a_link_cannot_stand_twice_at_one_place(sealed: Company) -> None:
    approved(sealed, monthly())
    event = Event.objects.for_business(sealed.business).filter(seal=None).order_by("id")[0]

    with pytest.raises(IntegrityError, match="event_seal_position_once"):
        EventSeal.objects.create(
            business=sealed.business, event=event, position=1, digest=bytes(range(32)), sealed_at=NOON
        )
