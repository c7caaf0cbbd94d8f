import json

import pytest

from customers import ledger
from customers.models import Business
from tests.commands.conftest import Manage

NORTHWIND = ("create_business", "Northwind Studio", "--currency", "EUR", "--timezone", "Europe/Berlin")


@pytest.mark.django_db
def test_a_business_is_opened_and_its_id_is_the_only_result(manage: Manage) -> None:
    ended = manage(*NORTHWIND, "--net-days", "14")

    business = Business.objects.get()
    assert (business.name, business.currency, business.timezone) == ("Northwind Studio", "EUR", "Europe/Berlin")
    assert business.net_days == 14
    assert (ended.code, ended.out) == (0, f"{business.uid}\n")
    assert "Northwind Studio is open" in ended.err


@pytest.mark.django_db
def test_the_result_as_json(manage: Manage) -> None:
    ended = manage(*NORTHWIND, "--json")

    assert json.loads(ended.out) == {
        "business": str(Business.objects.get().uid),
        "name": "Northwind Studio",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "net_days": 30,
    }


@pytest.mark.django_db
def test_the_ledger_names_the_command(manage: Manage) -> None:
    manage(*NORTHWIND)

    business = Business.objects.get()
    (event,) = ledger.history(business=business, subject=business)
    assert (event.action, event.channel, event.actor_name) == ("create", "command", "create_business")


@pytest.mark.django_db
def test_a_currency_in_small_letters_is_understood(manage: Manage) -> None:
    manage("create_business", "Northwind Studio", "--currency", "eur", "--timezone", "UTC")

    assert Business.objects.get().currency == "EUR"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Northwind", "--currency", "EURO", "--timezone", "UTC"), "EURO is not an ISO 4217 currency"),
        (("Northwind", "--currency", "EUR", "--timezone", "Berlin"), "Berlin is not an IANA time zone"),
        (("Northwind", "--currency", "EUR"), "required: --timezone"),
        ((" ", "--currency", "EUR", "--timezone", "UTC"), "must have from 1 to 200 characters"),
        (("N" * 201, "--currency", "EUR", "--timezone", "UTC"), "must have from 1 to 200 characters"),
        (
            ("Northwind", "--currency", "EUR", "--timezone", "UTC", "--net-days", "366"),
            "'366' is not a whole number from 0 to 365",
        ),
    ],
)
@pytest.mark.django_db
def test_a_wrong_argument_is_named_and_nothing_is_stored(
    manage: Manage, arguments: tuple[str, ...], sentence: str
) -> None:
    ended = manage("create_business", *arguments)

    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert not Business.objects.exists()
