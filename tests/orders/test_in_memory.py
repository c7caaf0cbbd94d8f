"""Rows that are made without the constructor are what the constructor makes."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

from catalog.models import CatalogItem
from customers import in_memory
from customers.models import Business, Event
from orders.models import Line, Order, ReplayRecord
from tests import factories
from tests.cast import Company

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("model", [Order, Line, Event, ReplayRecord])
def test_a_new_row_has_the_columns_and_defaults_that_the_constructor_gives(
    model: type[models.Model], acme: Company
) -> None:
    drawn: dict[str, Any] = {"uid": uuid4()} if "uid" in {field.name for field in model._meta.fields} else {}

    made = in_memory.new(model, {"business": acme.business}, **drawn)

    assert _columns(made) == _columns(model(business=acme.business, **drawn))
    assert (_state(made).adding, _state(made).db) == (True, None)


def test_the_default_of_one_row_is_not_that_of_the_next(acme: Company) -> None:
    first, second = (in_memory.new(Order, {"business": acme.business}) for _ in range(2))
    first.tags.append("urgent")

    assert second.tags == []


def test_a_row_leads_to_the_rows_it_was_made_of(acme: Company) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business)

    line = in_memory.new(Line, {"business": acme.business, "catalog_item": item})

    assert line.catalog_item is item
    assert line.catalog_item_id == item.pk


def test_a_row_can_be_saved_and_read_again(acme: Company) -> None:
    event = in_memory.new(
        Event,
        {"business": acme.business},
        subject_type="order",
        subject_id=7,
        action="create",
        channel="system",
        at=AT,
        before={},
        after={"n": 1},
    )
    event.save(force_insert=True)

    assert Event.objects.get(pk=event.pk).after == {"n": 1}


def test_a_name_that_the_model_has_not_is_refused(acme: Company) -> None:
    with pytest.raises(TypeError, match="Line has no colour"):
        in_memory.new(Line, {"business": acme.business}, colour="red")


def test_a_stored_row_is_what_the_database_gave_and_reads_the_rest_when_asked(acme: Company) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business, name="Hours")

    known = in_memory.stored(CatalogItem, {"id": item.pk})

    assert (_state(known).adding, _state(known).db) == (False, DEFAULT_DB_ALIAS)
    assert known.get_deferred_fields() >= {"name"}
    assert known.name == "Hours"


def test_a_stored_row_with_all_columns_is_the_one_the_manager_finds(acme: Company) -> None:
    found = Business.objects.get(pk=acme.business.pk)

    stored = in_memory.stored(Business, _columns(found))

    assert stored == found
    assert _columns(stored) == _columns(found)


def _columns(row: models.Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def _state(row: models.Model) -> ModelState:
    state: ModelState = vars(row)["_state"]
    return state
