"""What the database refuses about production and recipes, though every service be bypassed."""

from typing import Any

import pytest
from django.db import IntegrityError

from catalog.models import Recipe
from orders.models import DateChange, LeadTime, Order, TransitTime
from tests.admin.pages import promised, tracked
from tests.cast import Company
from tests.factories import NOON
from tests.promises import sql


@pytest.fixture
def order(acme: Company) -> Order:
    promised(acme)
    return tracked(acme)


@pytest.mark.parametrize("model", [LeadTime, TransitTime])
def test_days_are_said_once(order: Order, model: Any) -> None:
    row = model.objects.get()

    with pytest.raises(IntegrityError, match="_once_per_"):
        sql.insert_copy(row)


@pytest.mark.parametrize("model", [LeadTime, TransitTime])
def test_nobody_needs_more_than_two_years(order: Order, model: Any) -> None:
    with pytest.raises(IntegrityError, match="_days_bounds"):
        sql.update(model.objects.get(), days=731)


def test_a_promise_of_dates_is_never_taken_back(order: Order) -> None:
    with pytest.raises(IntegrityError, match="added to, never edited"):
        sql.delete(DateChange.objects.get())


@pytest.mark.parametrize("state", ["nonsense", "partly_shipped"])
def test_a_held_line_is_neither_lost_nor_shipped(order: Order, state: str) -> None:
    progress = order.lines.get(position=0).progress
    sql.update(progress, state="held")

    with pytest.raises(IntegrityError, match="along its table"):
        sql.update(progress, state=state)


@pytest.mark.parametrize("token", ["short", "with spa", "1609c0é8"])
def test_a_recipes_token_has_eight_letters_and_digits(acme: Company, token: str) -> None:
    recipe = Recipe.objects.create(business=acme.business, token="1609c0e8", sku="SKU", created_at=NOON)

    with pytest.raises(IntegrityError, match="recipe_token_shape"):
        sql.update(recipe, token=token)


def test_a_recipe_has_a_token_of_its_own(acme: Company) -> None:
    recipe = Recipe.objects.create(business=acme.business, token="1609c0e8", sku="SKU", created_at=NOON)

    with pytest.raises(IntegrityError, match="recipe_token_once"):
        sql.insert_copy(recipe)
