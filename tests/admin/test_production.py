"""Production on the desk: dates with a reason, holds, parcels; who may, and what is refused in a sentence."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Recipe
from customers.models import Event
from customers.queries import today
from orders import services
from orders.models import DateChange, LeadTime, Order, Shipment, TransitTime
from tests.admin.pages import Browse, list_of, promised, seen, tracked, url
from tests.cast import Company


@pytest.fixture
def order(acme: Company) -> Order:
    promised(acme)
    return tracked(acme)


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def post(client: Client, order: Order, verb: str, **form: str) -> str:
    """The page after posting a verb."""
    return client.post(url(order, verb), form, follow=True).content.decode()


def states(order: Order) -> list[str]:
    return [line.progress.state for line in order.lines.order_by("position")]


def test_the_page_shows_states_dates_and_what_can_be_done(drafter: Client, order: Order) -> None:
    page = drafter.get(url(order)).content.decode()

    assert "Production and shipping" in page
    assert "21 Jan 2026" in page
    assert "24 Jan 2026" in page
    assert "not promised" in page
    assert "0 of 5" in page
    assert "Record the parcel" in page
    assert "Withdraw to draft" not in page


def test_a_line_is_held_with_a_reason_and_released(drafter: Client, order: Order) -> None:
    assert "Say why" in post(drafter, order, "hold_line", line="0")
    page = post(drafter, order, "hold_line", line="0", reason="Artwork is missing")
    assert states(order) == ["held", "new"]
    assert "Artwork is missing" in page

    post(drafter, order, "release_line", line="0")

    assert states(order) == ["new", "new"]
    assert {"hold", "release"} <= set(Event.objects.values_list("action", flat=True))


def test_a_line_without_a_factory_is_routed_and_gets_its_dates(acme: Company, drafter: Client, order: Order) -> None:
    assert "code of the factory is missing" in post(drafter, order, "route_line", line="1", factory_code=" ")

    post(drafter, order, "route_line", line="1", factory_code="f1")

    progress = order.lines.get(position=1).progress
    leaves = today(business=acme.business, at=timezone.now()) + timedelta(days=15)
    assert (progress.factory_code, progress.leaves_factory_on) == ("f1", leaves)
    assert DateChange.objects.filter(line=progress.line).get().reason_code == "initial"


def test_dates_change_with_a_reason_and_the_old_ones_stay(drafter: Client, order: Order) -> None:
    page = post(
        drafter,
        order,
        "change_dates",
        line="0",
        leaves_factory_on="2026-02-01",
        reason_code="material_delay",
        reason="No yarn",
    )

    assert "No yarn" in page
    assert "1 Feb 2026" in page
    assert [row.reason_code for row in DateChange.objects.order_by("id")] == ["initial", "material_delay"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"leaves_factory_on": ""}, "the date is missing"),
        ({"leaves_factory_on": "soon"}, "is not a date"),
        ({"leaves_factory_on": "9999-01-01"}, "is not between 2000 and 2100"),
        ({"reason_code": "initial"}, "the reason is missing"),
        ({"line": "7"}, "which line you mean"),
        ({"line": "٣"}, "which line you mean"),
        ({"arrives_on": "2026-01-31"}, "cannot arrive before it leaves"),
    ],
)
def test_dates_that_make_no_sense_are_refused(drafter: Client, order: Order, form: dict[str, str], said: str) -> None:
    sound = {"line": "0", "leaves_factory_on": "2026-02-01", "reason_code": "other"}

    assert said in post(drafter, order, "change_dates", **{**sound, **form})
    assert DateChange.objects.count() == 1


def test_a_parcel_is_recorded(drafter: Client, order: Order) -> None:
    page = post(
        drafter, order, "ship", **{"quantity-0": "2", "quantity-1": "3"}, tracking_number="1Z1", carrier_name="UPS"
    )

    assert states(order) == ["partly_shipped", "shipped"]
    assert "UPS 1Z1" in page
    assert "2 of 5" in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"quantity-0": "6"}, "has no quantity of 6"),
        ({"quantity-0": "NaN"}, "has no quantity of NaN"),
        ({"quantity-0": "two"}, "is not a quantity"),
        ({"quantity-0": ""}, "how many of a line"),
        ({"tracking_number": " "}, "tracking number is missing"),
    ],
)
def test_a_parcel_that_makes_no_sense_is_refused(
    drafter: Client, order: Order, form: dict[str, str], said: str
) -> None:
    assert said in post(drafter, order, "ship", **{"quantity-0": "1", "tracking_number": "1Z1", **form})
    assert not Shipment.objects.exists()


def test_who_bills_sees_production_and_changes_nothing(acme: Company, browse: Browse, order: Order) -> None:
    ops = browse(acme.ops)

    page = ops.get(url(order)).content.decode()
    post(ops, order, "hold_line", line="0", reason="x")
    post(ops, order, "ship", **{"quantity-0": "1"}, tracking_number="1Z1")

    assert "Record the parcel" not in page
    assert states(order) == ["new", "new"]


def test_a_strangers_order_is_not_there(globex: Company, browse: Browse, order: Order) -> None:
    answer = browse(globex.drafter).post(url(order, "ship"), {"quantity-0": "1", "tracking_number": "1Z1"})

    assert answer.status_code == 404
    assert states(order) == ["new", "new"]


def test_an_order_in_production_is_not_sent_back(acme: Company, browse: Browse, order: Order) -> None:
    page = post(browse(acme.approver), order, "send_back", reason="no", **seen(order))

    order.refresh_from_db()
    assert order.status == "submitted"
    assert "its lines are in production" in page


def test_an_order_is_found_by_its_customers_own_number(acme: Company, drafter: Client, order: Order) -> None:
    services.annotate_order(order=order, reference="ACME/77", by=acme.drafting, at=order.created_at)

    page = drafter.get(list_of(Order), {"q": "ACME/77"}).content.decode()

    assert order.number in page
    assert order.number not in drafter.get(list_of(Order), {"q": "ACME/78"}).content.decode()


def test_lead_and_transit_times_are_set_by_operations(acme: Company, browse: Browse) -> None:
    ops = browse(acme.ops)
    ops.post(reverse("admin:orders_leadtime_add"), {"factory_code": "f9", "days": "12"})
    ops.post(reverse("admin:orders_transittime_add"), {"carrier_code": "UPS", "service_code": "", "days": "4"})

    lead, transit = LeadTime.objects.get(), TransitTime.objects.get()
    assert (lead.factory_code, lead.days, transit.carrier_code, transit.days) == ("f9", 12, "UPS", 4)

    ops.post(url(lead), {"days": "14"})
    twice = ops.post(reverse("admin:orders_leadtime_add"), {"factory_code": "f9", "days": "1"})

    lead.refresh_from_db()
    assert lead.days == 14
    assert "in the list already" in twice.content.decode()
    assert browse(acme.drafter).get(reverse("admin:orders_leadtime_add")).status_code == 403
    assert "f9" in ops.get(list_of(LeadTime)).content.decode()


def test_recipes_are_kept_by_staff(drafter: Client, acme: Company) -> None:
    add = reverse("admin:catalog_recipe_add")
    drafter.post(add, {"token": "AbCd1234", "sku": "CAP", "body": '{"logo": "VU"}'})
    recipe = Recipe.objects.get()
    assert (recipe.token, recipe.sku, recipe.body, recipe.created_by) == (
        "AbCd1234",
        "CAP",
        {"logo": "VU"},
        acme.drafter,
    )

    short = drafter.post(add, {"token": "short", "sku": "CAP", "body": "{}"}).content.decode()
    twice = drafter.post(add, {"token": "AbCd1234", "sku": "CAP", "body": "{}"}).content.decode()
    shapeless = drafter.post(add, {"token": "AbCd1235", "sku": "CAP", "body": "[]"}).content.decode()
    drafter.post(url(recipe), {"token": "AbCd1234", "sku": "CAP-2", "body": "{}"})

    recipe.refresh_from_db()
    assert "eight letters and digits" in short
    assert "already" in twice
    assert "JSON object" in shapeless
    assert recipe.sku == "CAP-2"
