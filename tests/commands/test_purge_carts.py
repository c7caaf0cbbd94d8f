"""purge_carts: what goes, what stays, and that looking first keeps everything."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from customers.models import Event
from orders.models import Order, Shipment
from orders.services import purging
from tests import cast
from tests.api.commercelayer.caller import ADDRESS, Caller, data
from tests.cast import Company
from tests.clock import standing_at
from tests.commands.conftest import Manage
from tests.stores import SHIRT, Store, store

pytestmark = pytest.mark.django_db
OnADay = Callable[[str], Caller]


@pytest.fixture
def shop(acme: Company) -> Store:
    return store(acme)


@pytest.fixture
def on(shop: Store) -> OnADay:
    """Acme's store, asked by an integration that got its token on a day."""

    def asked(day: str) -> Caller:
        with standing_at(cast.at(day)):
            return Caller(shop.company, market=1234)

    return asked


def cart(on: OnADay, day: str, **attributes: object) -> Any:
    """A cart that was made on a day."""
    with standing_at(cast.at(day)):
        return on(day).order(attributes)


def purge(manage: Manage, *options: str) -> Any:
    ended = manage("purge_carts", "--json", *options)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)["businesses"]


def numbers(*carts: Any) -> list[str]:
    return [f"ORD-{one['attributes']['number']:06d}" for one in carts]


def test_carts_without_a_customer_go_after_two_months(manage: Manage, on: OnADay, acme: Company) -> None:
    old, older = cart(on, "2030-01-30"), cart(on, "2030-01-02")
    cart(on, "2030-01-31")

    (done,) = purge(manage, "--as-of", "2030-03-31")

    assert done == {
        "business": str(acme.business.uid),
        "as_of": "2030-03-31",
        "untouched_since": "2030-01-31",
        "carts": numbers(old, older),
    }
    assert sorted(Order.objects.values_list("status", flat=True)) == ["cancelled", "cancelled", "draft"]
    assert Event.objects.filter(action="cancel", actor_name="purge_carts").count() == 2


def test_a_cart_that_is_gone_is_gone_for_its_store(manage: Manage, on: OnADay) -> None:
    order = cart(on, "2030-01-02")

    purge(manage, "--as-of", "2030-04-01")

    with standing_at(cast.at("2030-04-01")):
        api = on("2030-04-01")
        assert api.get(f"/orders/{order['id']}").status_code == 404
        assert data(api.get("/orders")) == []


def test_a_cart_with_a_customer_stays_and_so_does_what_was_placed(manage: Manage, on: OnADay, shop: Store) -> None:
    cart(on, "2030-01-02", customer_email="john@example.com")
    with standing_at(cast.at("2030-01-02")):
        pending, placed = on("2030-01-02").filled(), on("2030-01-02").placed(shop)

    (done,) = purge(manage, "--as-of", "2035-01-01")

    assert done["carts"] == []
    assert (pending["attributes"]["status"], placed["attributes"]["status"]) == ("pending", "placed")
    assert sorted(Order.objects.values_list("status", flat=True)) == ["draft", "draft", "submitted"]


def test_whoever_touches_a_cart_starts_its_two_months_anew(manage: Manage, on: OnADay) -> None:
    order = cart(on, "2030-01-02")
    with standing_at(cast.at("2030-02-20")):
        on("2030-02-20").create("line_items", {"sku_code": SHIRT, "quantity": 1}, order=order)

    assert purge(manage, "--as-of", "2030-04-01")[0]["carts"] == []
    assert purge(manage, "--as-of", "2030-05-01")[0]["carts"] == numbers(order)


def test_the_parcel_that_was_planned_is_cancelled(manage: Manage, on: OnADay) -> None:
    order = cart(on, "2030-01-02")
    with standing_at(cast.at("2030-01-02")):
        api = on("2030-01-02")
        api.create("line_items", {"sku_code": SHIRT, "quantity": 1}, order=order)
        api.change(order, shipping_address=api.create("addresses", ADDRESS))

    purge(manage, "--as-of", "2030-04-01")

    assert Shipment.objects.get().state == "cancelled"


def test_a_dry_run_tells_and_keeps_all(manage: Manage, on: OnADay) -> None:
    order = cart(on, "2030-01-02")

    (told,) = purge(manage, "--as-of", "2030-04-01", "--dry-run")

    assert told["carts"] == numbers(order)
    assert Order.objects.get().status == "draft"


def test_many_go_in_batches_and_a_second_run_finds_none(
    manage: Manage, on: OnADay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    carts = [cart(on, "2030-01-02") for _ in range(5)]

    first, second = (purge(manage, "--as-of", "2030-04-01")[0]["carts"] for _ in range(2))

    assert (first, second) == (numbers(*carts), [])


def test_another_business_is_left_alone_when_one_is_named(manage: Manage, on: OnADay, globex: Company) -> None:
    cart(on, "2030-01-02")

    (done,) = purge(manage, "--as-of", "2030-04-01", "--business", str(globex.business.uid))

    assert (done["carts"], Order.objects.get().status) == ([], "draft")


def test_it_says_in_words_how_many_went(manage: Manage, on: OnADay, acme: Company) -> None:
    cart(on, "2030-01-02")

    ended = manage("purge_carts", "--as-of", "2030-04-01")

    assert ended.out == f"{acme.business}, untouched since 2030-02-01: 1 thrown away\n"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_nobody_counts_from_is_refused_in_a_sentence(manage: Manage, day: str) -> None:
    ended = manage("purge_carts", "--as-of", day)

    assert ended.code == 2
    assert f"{day} is not between 1900-01-01 and 2999-12-31" in ended.err
