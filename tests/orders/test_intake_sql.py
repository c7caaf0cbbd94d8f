"""What one statement finds of an account is what the ORM finds of it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import models

from catalog import recipes
from customers import accounts
from customers import services as customer_services
from customers.accounts import AddressWords
from customers.models import Address, Customer, CustomerStatus
from orders import intake_sql, services
from orders.commands import ShipMethod
from orders.services import calendar
from tests import factories
from tests.cast import Company

AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
WORDS = AddressWords(line_1='1 "Main" St', city="Zürich", country="CH", attributes={"n": Decimal("1.5"), "x": None})
NAMED = [("sold_to", ""), ("ship_to", "S-1")]


@pytest.fixture
def account(acme: Company) -> Customer:
    customer = customer_services.find_or_create_customer(
        business=acme.business, codes={"vu_sold_to": "A-1"}, name="N", email="", by=acme.drafting, at=AT
    )
    for label, reference in (*NAMED, ("ship_to", "S-2")):
        accounts.put_address(
            customer=customer, label=label, reference=reference, words=WORDS, origin="vu", by=acme.drafting, at=AT
        )
    return customer


def find(company: Company, code: str = "A-1", tokens: tuple[str, ...] = ()) -> intake_sql.Found:
    return intake_sql.find(business=company.business, scheme="vu_sold_to", code=code, addresses=NAMED, tokens=tokens)


def test_an_account_is_found_with_the_addresses_that_are_named(acme: Company, account: Customer) -> None:
    found = find(acme)

    assert found.customer == account
    assert list(found.addresses) == NAMED
    for (label, reference), row in found.addresses.items():
        assert values(row) == values(Address.objects.get(label=label, reference=reference))
        assert accounts.says(address=row, words=WORDS)


def values(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_nobody_finds_the_account_of_a_stranger_nor_one_that_is_merged(
    acme: Company, globex: Company, account: Customer
) -> None:
    assert (find(globex).customer, find(globex).addresses) == (None, {})
    assert find(acme, code="A-2").customer is None

    Customer.objects.filter(pk=account.pk).update(merged_into=acme.customer, status=CustomerStatus.INACTIVE)
    assert find(acme).customer is None


def test_no_token_is_unknown_where_no_recipes_are_kept(acme: Company) -> None:
    assert list(find(acme, tokens=("abcdefgh",)).unknown_tokens) == []

    recipes.save_recipe(business=acme.business, token="abcdefgh", sku="s", body={}, by=acme.drafting, at=AT)
    assert set(find(acme, tokens=("abcdefgh", "ABCDEFGH")).unknown_tokens) == {"ABCDEFGH"}


def test_the_days_are_those_of_the_calendar(acme: Company, globex: Company) -> None:
    for company, days in ((acme, 3), (globex, 9)):
        for code in ("", "f1"):
            services.set_lead_time(business=company.business, factory_code=code, days=days, by=company.billing, at=AT)
        method = ShipMethod(carrier_code="UPS")
        services.set_transit_time(business=company.business, method=method, days=days, by=company.billing, at=AT)

    assert find(acme).days == calendar.days(business=acme.business)
    assert find(acme).days.of_factory("f2") == find(acme).days.of_method(ShipMethod(carrier_code="UPS")) == 3
    assert find(globex).days.of_method(ShipMethod(carrier_code="DHL")) is None


def test_a_customer_of_the_company_is_not_an_account(acme: Company) -> None:
    factories.CustomerFactory.create(business=acme.business)

    assert find(acme, code="").customer is None
