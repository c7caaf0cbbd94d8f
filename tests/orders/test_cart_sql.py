"""An empty cart is stored at once as the ORM stores it, for the guest whom the ORM finds."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import models

from customers.models import Customer, CustomerCode, Event
from orders import cart_sql, services
from orders.models import Cart, Order
from orders.services import cart_changes
from orders.services.cart_changes import NO_CHANGES
from tests.cast import Company
from tests.factories import NOON
from tests.stores import Store, store

TABLES: list[type[models.Model]] = [Order, Cart, Event]
DRAWN = {"id", "uid", "number", "token", "order_id", "subject_id"}


@pytest.fixture
def shop(acme: Company) -> Store:
    """A store that had an order before, so that there is a guest."""
    shop = store(acme)
    services.create_cart(business=acme.business, market=shop.market, changes=NO_CHANGES, by=acme.drafting, at=NOON)
    return shop


def drafted(shop: Store) -> services.Draft:
    company = shop.company
    return services.draft_cart(business=company.business, market=shop.market, by=company.drafting, at=NOON)


def stored() -> list[list[Mapping[str, Any]]]:
    """Orders, carts and their events in full but for what is drawn."""
    found = [model._meta.default_manager.order_by("id") for model in TABLES]  # type: ignore[union-attr]
    found[-1] = found[-1].filter(subject_type="order")
    return [
        [{name: value for name, value in row.items() if name not in DRAWN} for row in rows.values()] for rows in found
    ]


def test_what_is_stored_at_once_are_the_rows_of_the_orm(shop: Store) -> None:
    drafted(shop).store()
    for row in drafted(shop).rows:
        row.save(force_insert=True)

    created, at_once, by_the_orm = zip(*stored(), strict=True)

    assert created == at_once == by_the_orm
    assert list(Cart.objects.values_list("order__number", flat=True).order_by("id")) == list(
        Order.objects.values_list("number", flat=True).order_by("id")
    )


def test_the_guest_is_found_and_nobody_elses(shop: Store, globex: Company) -> None:
    business = shop.company.business
    guest, first = cart_changes.begun(business)
    _, second = cart_changes.begun(business)

    assert guest == Customer.objects.get(codes__scheme="store", business=business)
    assert guest.uid == Order.objects.earliest("id").customer.uid
    assert second > first > Cart.objects.latest("id").pk
    assert cart_changes.begun(globex.business)[0] is None


def test_without_a_guest_a_cart_is_left_to_the_transaction(shop: Store) -> None:
    CustomerCode.objects.filter(scheme="store").delete()

    with pytest.raises(services.NotAtOnce):
        drafted(shop)


def test_a_name_that_is_no_more_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    cart_sql.check()
    monkeypatch.setattr(cart_sql, "READS", {Order: ("orders_order", "id gone")})

    with pytest.raises(LookupError, match="gone"):
        cart_sql.check()
