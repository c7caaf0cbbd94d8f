"""What a store sells and who may enter it, held against plain SQL."""

from dataclasses import replace

import pytest
from django.db import IntegrityError

from orders.models import AccessToken, Cart, CartLine, PaymentSource
from tests import scenes
from tests.api.commercelayer.caller import Caller
from tests.cast import Company
from tests.promises import sql
from tests.stores import COUPON, Store, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(acme: Company) -> Store:
    return replace(scenes.begin(store, acme), company=acme)


def completed(shop: Store) -> Cart:
    Caller(shop.company, market=1234).complete(shop, coupon=COUPON)
    return Cart.objects.get()


@pytest.fixture
def cart(shop: Store) -> Cart:
    """A complete cart, of a token that is there too."""
    return scenes.begin(completed, shop)


def test_stock_never_falls_below_nothing(shop: Store) -> None:
    with pytest.raises(IntegrityError, match="stock_quantity_bounds"):
        sql.update(shop.stock, quantity=-1)


def test_a_coupon_is_never_used_more_often_than_it_may(shop: Store) -> None:
    with pytest.raises(IntegrityError, match="discount_used_up_to_its_limit"):
        sql.update(shop.coupon, usage_limit=1, usage_count=2)


def test_a_market_number_is_one_market_of_its_business(shop: Store) -> None:
    with pytest.raises(IntegrityError, match="market_number_once"):
        sql.insert_copy(shop.market)


def test_a_discount_is_never_more_than_the_goods(cart: Cart) -> None:
    with pytest.raises(IntegrityError, match="cart_discount_within_goods"):
        sql.update(cart, discount_cents=cart.goods_cents + 1)


def test_a_cart_line_is_of_something(cart: Cart) -> None:
    with pytest.raises(IntegrityError, match="cart_line_quantity_bounds"):
        sql.update(CartLine.objects.get(), quantity=0)


def test_a_refresh_token_is_used_once(cart: Cart) -> None:
    token = AccessToken.objects.get()
    sql.update(token, refreshed_at="2026-01-05T12:00:00Z")

    with pytest.raises(IntegrityError, match="used once"):
        sql.update(token, refreshed_at=None)


def test_no_part_of_a_cart_is_of_another_business(cart: Cart, globex: Company) -> None:
    theirs = store(globex, number=7)

    with pytest.raises(IntegrityError, match="cart_market_same_business"):
        sql.update(cart, market_id=theirs.market.pk)


def test_no_method_and_no_item_of_another_business_gets_into_a_cart(cart: Cart, globex: Company) -> None:
    theirs = store(globex, number=7)

    with pytest.raises(IntegrityError, match="cart_line_item_same_business"):
        sql.update(CartLine.objects.get(), item_id=theirs.shirt.pk)


def test_a_payment_source_is_of_a_kind_that_is_known(cart: Cart) -> None:
    with pytest.raises(IntegrityError, match="payment_source_source_type_known"):
        sql.update(PaymentSource.objects.get(), source_type="cowries")
