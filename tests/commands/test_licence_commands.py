"""complete_orders and renew_subscriptions from the command line."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Price
from orders.models import LicenceAccount, Order, Subscription
from tests import scenes
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, line
from tests.api.adobe.programme import TEAM
from tests.cast import Company


@pytest.fixture
def api(acme: Company) -> Caller:
    scenes.begin(programme.open_programme, acme)
    scenes.begin(programme.customer, acme)
    return Caller(acme)


def run(command: str, *options: str) -> Any:
    said = StringIO()
    call_command(command, *options, "--json", stdout=said)
    return json.loads(said.getvalue())["businesses"]


def test_orders_up_to_a_day_are_completed_once(api: Caller, acme: Company, globex: Company) -> None:
    first = api.placed("NEW", line(TEAM))
    api.on("2026-01-06").placed("NEW", line(TEAM))
    business = str(acme.business.uid)

    (done,) = run("complete_orders", "--business", business, "--as-of", "2026-01-05")
    again = run("complete_orders", "--as-of", "2026-01-05")

    assert done == {
        "business": business,
        "as_of": "2026-01-05",
        "completed": [f"ORD-{int(first['orderId']):06d}"],
        "failed": {},
        "parked": {},
    }
    assert [row["completed"] for row in again] == [[], []]


def test_a_dry_run_completes_nothing(api: Caller) -> None:
    api.placed("NEW", line(TEAM))

    (done,) = run("complete_orders", "--dry-run")

    assert len(done["completed"]) == 1
    assert Order.objects.get().status == "submitted"
    assert not Subscription.objects.exists()


def test_an_order_that_cannot_be_completed_is_parked_with_3(api: Caller) -> None:
    api.placed("NEW", line(TEAM))
    Order.objects.update(terms_sha256="0" * 64)

    with pytest.raises(CommandError, match="ORD-") as parked:
        run("complete_orders")

    assert parked.value.returncode == 3


def test_an_anniversary_is_settled_once(api: Caller, acme: Company) -> None:
    api.completed("NEW", line(TEAM))
    options = ("--business", str(acme.business.uid), "--as-of", "2027-01-05")

    (dry,) = run("renew_subscriptions", *options, "--dry-run")
    (done,) = run("renew_subscriptions", *options)
    (again,) = run("renew_subscriptions", *options)

    assert (len(dry["orders"]), len(done["orders"]), len(again["orders"])) == (1, 1, 0)
    assert Subscription.objects.get().renewal_date.isoformat() == "2028-01-05"


def test_a_customer_that_cannot_be_settled_is_parked_with_3(api: Caller) -> None:
    api.completed("NEW", line(TEAM))
    Price.objects.all().update(from_date="2099-01-01")

    with pytest.raises(CommandError, match=LicenceAccount.objects.get().code) as parked:
        run("renew_subscriptions", "--as-of", "2027-01-05")

    assert parked.value.returncode == 3


@pytest.mark.parametrize("command", ["complete_orders", "renew_subscriptions"])
def test_an_unknown_business_is_a_wrong_use(db: None, command: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(command, "--business", "00000000-0000-4000-8000-000000000000")

    assert refused.value.returncode == 2


@pytest.mark.parametrize("command", ["complete_orders", "renew_subscriptions"])
def test_in_words(api: Caller, command: str) -> None:
    said = StringIO()

    call_command(command, stdout=said)

    assert said.getvalue().startswith("acme, as of ")
