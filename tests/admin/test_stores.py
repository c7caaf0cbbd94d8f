"""What staff keep of a store, and the parcels they send off."""

from dataclasses import replace

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from catalog.models import Discount, Market, PaymentMethod, Price, PriceList, ShippingMethod, Stock
from customers.models import Event
from orders.models import Order, Shipment
from tests import factories, scenes
from tests.admin.pages import Browse, list_of, url
from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import Caller
from tests.cast import Company
from tests.stores import COUPON, Store, store

KEPT = (Market, PriceList, Price, Stock, ShippingMethod, PaymentMethod, Discount)


@pytest.fixture
def shop(acme: Company) -> Store:
    return replace(scenes.begin(store, acme), company=acme)


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


@pytest.mark.parametrize("model", KEPT)
def test_every_kind_of_row_has_a_list_and_a_page(
    shop: Store, drafter: Client, acme: Company, browse: Browse, model: type[Model]
) -> None:
    """For who keeps it and for who may only read it."""
    row = model.objects.get()  # type: ignore[attr-defined]

    assert str(row)
    assert drafter.get(list_of(model)).status_code == 200
    assert drafter.get(f"{list_of(model)}?q=Sh").status_code == 200
    assert drafter.get(url(row)).status_code == 200
    assert browse(acme.ops).get(url(row)).status_code == 200


@pytest.mark.parametrize("model", KEPT)
def test_another_businesses_rows_do_not_exist(shop: Store, globex: Company, browse: Browse, model: type[Model]) -> None:
    row = model.objects.get()  # type: ignore[attr-defined]

    answer = browse(globex.drafter).get(url(row))

    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("admin:index")


def test_a_price_of_shipping_is_changed_with_an_event(shop: Store, drafter: Client) -> None:
    form = {"market": shop.market.pk, "name": "Standard", "price_cents": "9.90", "is_active": "on"}

    drafter.post(url(shop.shipping), form)

    shop.shipping.refresh_from_db()
    assert shop.shipping.price_cents == 990
    event = Event.objects.get(subject_type="shippingmethod", subject_id=shop.shipping.pk)
    assert (event.before["price_cents"], event.after["price_cents"]) == (1200, 990)


@pytest.mark.parametrize(("typed", "told"), [("9.999", "EUR has 2 decimals."), ("nine", "Type an amount like")])
def test_a_price_that_is_no_amount_is_told_beside_its_field(
    shop: Store, drafter: Client, typed: str, told: str
) -> None:
    form = {"market": shop.market.pk, "name": "Standard", "price_cents": typed, "is_active": "on"}

    page = drafter.post(url(shop.shipping), form).content.decode()

    assert told in page
    shop.shipping.refresh_from_db()
    assert shop.shipping.price_cents == 1200


def test_prices_are_typed_and_read_in_the_currency_of_their_list(
    acme: Company, shop: Store, drafter: Client, browse: Browse
) -> None:
    yen = PriceList.objects.create(
        business=acme.business, code="jpy", name="Japan", currency="JPY", created_at=factories.NOON
    )
    form = {"price_list": yen.pk, "item": shop.shirt.pk, "from_date": "2027-01-01", "amount_cents": "1,500"}

    drafter.post(reverse("admin:catalog_price_add"), form)

    price = Price.objects.get(price_list=yen)
    assert (price.amount_cents, price.compare_at_cents) == (1500, None)
    assert 'value="1500"' in drafter.get(url(price)).content.decode()
    assert "JPY 1,500" in browse(acme.ops).get(url(price)).content.decode()


def test_a_price_of_no_list_is_told_so(shop: Store, drafter: Client) -> None:
    form = {"item": shop.shirt.pk, "from_date": "2027-01-01", "amount_cents": "15", "compare_at_cents": ""}

    page = drafter.post(reverse("admin:catalog_price_add"), form).content.decode()

    assert "This field is required" in page


def test_a_price_list_in_no_currency_is_refused(shop: Store, drafter: Client) -> None:
    form = {"code": "moon", "name": "Moon", "currency": "xyz"}

    page = drafter.post(reverse("admin:catalog_pricelist_add"), form).content.decode()

    assert "Type a currency by its three letters" in page
    assert not PriceList.objects.filter(code="moon").exists()


@pytest.mark.parametrize("model", KEPT)
def test_an_empty_list_says_what_belongs_there(acme: Company, browse: Browse, model: type[Model]) -> None:
    page = browse(acme.drafter).get(list_of(model)).content.decode()

    assert "There is nothing yet." in page
    assert "Show everything" not in page


def test_a_new_market_is_added_and_its_number_taken_once(shop: Store, drafter: Client) -> None:
    form = {"number": "5678", "name": "Italy", "price_list": shop.market.price_list.pk, "tax_rate_percent": "22"}
    address = reverse("admin:catalog_market_add")

    drafter.post(address, form)
    page = drafter.post(address, form).content.decode()

    assert Market.objects.get(number=5678).business == shop.company.business
    assert "already exists" in page


def test_stock_below_nothing_is_refused_on_the_page(shop: Store, drafter: Client) -> None:
    page = drafter.post(url(shop.stock), {"item": shop.shirt.pk, "quantity": "-1"}).content.decode()

    assert "This is not possible here." in page
    assert "stock_quantity_bounds" not in page
    assert Stock.objects.get().quantity == 10


def test_who_bills_may_not_keep_the_store(shop: Store, acme: Company, browse: Browse) -> None:
    answer = browse(acme.ops).post(url(shop.stock), {"item": shop.shirt.pk, "quantity": "99"})

    assert answer.status_code == 403
    assert Stock.objects.get().quantity == 10


def test_a_parcel_is_sent_off_with_one_button(shop: Store, acme: Company, browse: Browse) -> None:
    api = Caller(acme, market=1234)
    order = ordered(shop, "paid", coupon=COUPON)
    shipment, ops = Shipment.objects.get(), browse(acme.ops)
    page = ops.get(url(shipment)).content.decode()
    assert "2 of Shirt" in page
    assert "Mark as shipped" in page
    assert "Mark as shipped" not in browse(acme.drafter).get(url(shipment)).content.decode()

    ops.post(url(shipment, "ship"), {"tracking_number": "1Z999"})

    shipment.refresh_from_db()
    assert (shipment.state, shipment.tracking_number) == ("shipped", "1Z999")
    assert api.read(order)["attributes"]["fulfillment_status"] == "fulfilled"
    assert ops.get(list_of(Shipment)).status_code == 200


def test_a_parcel_of_an_order_that_is_not_approved_stays(shop: Store, acme: Company, browse: Browse) -> None:
    ordered(shop, "placed")

    page = browse(acme.ops).post(url(Shipment.objects.get(), "ship"), follow=True).content.decode()

    assert "is not ready to be shipped" in page
    assert Shipment.objects.get().state == "upcoming"


def test_the_tax_that_an_order_signs_is_told_to_its_approver(shop: Store, acme: Company, browse: Browse) -> None:
    ordered(shop, "placed", coupon=COUPON)

    page = browse(acme.approver).get(url(Order.objects.get())).content.decode()

    assert "Tax EUR 10.28 at 22 %, inside the prices, is signed with the order." in page


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("stock", {"item": "x", "quantity": ""}),
        ("stock", {"item": "\u0663", "quantity": "1"}),
        ("shippingmethod", {"market": "[]", "name": "By sea", "price_cents": "true"}),
    ],
)
def test_what_can_be_no_value_at_all_is_told_beside_its_field(acme: Company, page: str, fields: dict[str, str]) -> None:
    client = Client()
    client.force_login(acme.drafter.user)

    answer = client.post(f"/admin/catalog/{page}/add/", {**fields, "_save": "1"})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
