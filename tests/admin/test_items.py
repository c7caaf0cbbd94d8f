"""An item's page: every price it had, the drafts that name it, and its archive."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from catalog import price_history, services
from catalog.models import CatalogItem
from customers.actors import NotPermitted
from orders import services as order_services
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin
from orders.models import Order
from tests.admin.pages import Browse, list_of, url
from tests.cast import Company, at


def words(page: str) -> str:
    return " ".join(page.split())


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


@pytest.fixture
def item(acme: Company) -> CatalogItem:
    return services.create_item(
        business=acme.business,
        name="Platform",
        item_type="service",
        unit_price_cents=10_000,
        by=acme.drafting,
        at=at("2026-01-05"),
    )


def priced(company: Company, item: CatalogItem, cents: int, on: str, name: str = "Platform") -> None:
    services.update_item(
        item=item,
        name=name,
        description="",
        item_type="service",
        unit_price_cents=cents,
        is_active=True,
        by=company.drafting,
        at=at(on),
    )


def draft_with(company: Company, item: CatalogItem) -> Order:
    line = LineSpec(item=ItemRef(scheme="uid", code=str(item.uid)), qty=Decimal(1), unit_price_cents=10_000)
    command = CreateOrder(
        origin=Origin.STAFF,
        customer=str(company.customer.uid),
        order_start_date=date(2026, 1, 31),
        term_months=3,
        lines=(line,),
    )
    return order_services.create_order(
        business=company.business, command=command, by=company.drafting, at=at("2026-01-05")
    )


def test_every_price_is_kept_with_who_and_from_when(acme: Company, item: CatalogItem) -> None:
    priced(acme, item, 12_000, "2026-02-01")
    priced(acme, item, 12_000, "2026-02-02", name="Renamed")
    priced(acme, item, 9_900, "2026-03-01")

    changes = price_history.price_changes(item=item)

    assert [(c.from_at, c.by, c.before_cents, c.after_cents) for c in changes] == [
        (at("2026-03-01"), "Rui", 12_000, 9_900),
        (at("2026-02-01"), "Rui", 10_000, 12_000),
        (at("2026-01-05"), "Rui", None, 10_000),
    ]


def test_a_price_change_shows_its_drafts_and_touches_none(acme: Company, drafter: Client, item: CatalogItem) -> None:
    order, sent = draft_with(acme, item), draft_with(acme, item)
    order_services.submit_order(order=sent, by=acme.drafting, at=at("2026-01-06"))
    priced(acme, item, 12_000, "2026-02-01")

    page = words(drafter.get(url(item)).content.decode())

    assert "Used in 1 draft<" in page
    assert "1 line shown here has another price" in page
    assert order.number in page
    assert sent.number not in page
    assert [row.lines.get().unit_price_cents for row in Order.objects.all()] == [10_000, 10_000]


def test_an_item_is_archived_and_offered_again(acme: Company, drafter: Client, item: CatalogItem) -> None:
    drafter.post(url(item, "archive"))
    archived = list(drafter.get(list_of(CatalogItem), {"state": "archived"}).context["cl"].queryset)
    drafter.post(url(item, "restore"))

    item.refresh_from_db()
    assert (archived, item.is_active) == ([item], True)


def test_ops_do_not_archive(acme: Company, item: CatalogItem) -> None:
    with pytest.raises(NotPermitted):
        services.archive_item(item=item, is_active=False, by=acme.billing, at=at("2026-01-06"))


def test_an_item_is_never_deleted(drafter: Client, item: CatalogItem) -> None:
    assert drafter.post(url(item, "delete"), {"post": "yes"}).status_code == 403
