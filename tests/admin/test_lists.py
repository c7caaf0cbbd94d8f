"""Lists cost the same whatever they hold, and find what one looks for."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import Invoice
from customers.admin import lists
from orders.commands import ItemRef
from orders.models import Order
from tests import factories
from tests.admin.pages import Browse, drafted_invoice, list_of, typed, url
from tests.cast import Company, approved, draft, monthly, submitted

ORDERS = "admin:orders_order_changelist"


def statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def numbers(client: Client, **query: str) -> list[str]:
    """The order numbers a list shows."""
    page = client.get(reverse(ORDERS), query)
    return [order.number for order in page.context["cl"].result_list]


def test_the_list_of_forty_orders_takes_as_many_statements_as_that_of_one(acme: Company, browse: Browse) -> None:
    client = browse(acme.approver)
    submitted(acme, monthly())
    for_one = statements(client, reverse(ORDERS))
    for _ in range(39):
        submitted(acme, monthly())

    assert statements(client, reverse(ORDERS)) == for_one <= 8


def test_the_desk_with_forty_orders_takes_as_many_statements_as_with_one(acme: Company, browse: Browse) -> None:
    client = browse(acme.approver)
    submitted(acme, monthly())
    for_one = statements(client, reverse("admin:index"))
    for _ in range(39):
        submitted(acme, monthly())

    assert statements(client, reverse("admin:index")) == for_one <= 12


def test_an_order_of_two_hundred_lines_takes_as_many_statements_as_one_of_a_single_line(
    acme: Company, browse: Browse
) -> None:
    client = browse(acme.approver)
    short = submitted(acme, monthly())
    long = submitted(acme, *[monthly()] * 200)

    assert statements(client, url(long)) == statements(client, url(short)) <= 19


def test_a_draft_of_fifty_lines_with_items_takes_as_many_statements_as_one_of_a_single_line(
    acme: Company, browse: Browse
) -> None:
    client = browse(acme.drafter)
    item = factories.CatalogItemFactory.create(business=acme.business)
    line = replace(monthly(), item=ItemRef(scheme="uid", code=str(item.uid)))
    short = draft(acme, line)
    long = draft(acme, *[line] * 50)

    assert statements(client, url(long)) == statements(client, url(short)) <= 14


def test_fifty_lines_are_saved_with_as_many_statements_as_one(acme: Company, browse: Browse) -> None:
    client = browse(acme.drafter)
    items = [factories.CatalogItemFactory.create(business=acme.business) for _ in range(50)]
    one, *_ = lines = [{"item": f"{item.name} (#{item.pk})"} for item in items]

    with CaptureQueriesContext(connection) as for_one:
        client.post(reverse("admin:orders_order_add"), typed("Customer of acme", one))
    with CaptureQueriesContext(connection) as for_fifty:
        client.post(reverse("admin:orders_order_add"), typed("Customer of acme", *lines))

    assert [order.lines.count() for order in Order.objects.order_by("id")] == [1, 50]
    assert len(for_fifty) == len(for_one)


def test_an_agreement_with_many_invoices_takes_as_many_statements_as_with_none(acme: Company, browse: Browse) -> None:
    client = browse(acme.ops)
    agreement = approved(acme, monthly()).agreement
    assert agreement is not None
    before = statements(client, url(agreement))
    drafted_invoice(acme)

    assert statements(client, url(agreement)) == before


def test_a_number_jumps_to_its_order(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly())
    draft(acme, monthly())
    client = browse(acme.drafter)

    typed_as = (order.number, order.number.lower(), order.number.removeprefix("ORD-").lstrip("0"))

    assert {client.get(reverse(ORDERS), {"q": text}).headers["Location"] for text in typed_as} == {url(order)}


def test_the_beginning_of_a_number_finds_all_that_begin_so(acme: Company, browse: Browse) -> None:
    first, second = draft(acme, monthly()), draft(acme, monthly())
    client = browse(acme.drafter)

    assert numbers(client, q="ORD-0000") == [second.number, first.number]
    assert numbers(client, q="ORD-0001") == []


def test_the_beginning_of_a_customers_name_finds_that_customers_orders(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly())

    assert numbers(browse(acme.drafter), q="customer OF") == [order.number]
    assert numbers(browse(acme.drafter), q="of acme") == []


def test_percent_and_underscore_are_letters_like_others(acme: Company, browse: Browse) -> None:
    draft(acme, monthly())

    assert numbers(browse(acme.drafter), q="%") == []
    assert numbers(browse(acme.drafter), q="Customer_of") == []


@pytest.mark.parametrize("query", ["?q=%00", "?state=%00", "?number=%00", "?q=acme%00", "?p=99999", "?p=x"])
def test_a_hostile_address_answers_a_page(acme: Company, browse: Browse, query: str) -> None:
    draft(acme, monthly())

    answer = browse(acme.drafter).get(reverse(ORDERS) + query, follow=True)

    assert answer.status_code == 200


def test_a_search_with_a_nul_finds_nothing(acme: Company, browse: Browse) -> None:
    draft(acme, monthly())

    assert numbers(browse(acme.drafter), q="\0") == []


def test_a_column_without_a_filter_is_no_way_to_search(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly())

    assert numbers(browse(acme.drafter), number="something else") == [order.number]


def test_waiting_for_me_leaves_out_what_i_worked_on_and_what_is_above_my_limit(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    submitted(acme, monthly(unit_price_cents=100_000_000))
    submitted(acme, monthly(), currency="EUR")

    assert numbers(browse(acme.approver), state="mine") == [order.number]
    assert numbers(browse(acme.drafter), state="mine") == []


def test_pages_beyond_the_cap_do_not_exist(acme: Company, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "CAP", 3)
    for _ in range(5):
        draft(acme, monthly())

    page = browse(acme.drafter).get(reverse(ORDERS))

    assert page.context["cl"].result_count == 3
    assert "The first 3 orders" in page.content.decode()


def test_an_invoice_is_found_by_its_number(acme: Company, browse: Browse) -> None:
    approved(acme, monthly())
    invoice = drafted_invoice(acme)
    client = browse(acme.ops)
    client.post(url(invoice, "issue"))

    found = client.get(list_of(Invoice), {"q": "inv-000001"}).context["cl"].result_list

    assert [row.pk for row in found] == [invoice.pk]
    assert not client.get(list_of(Invoice), {"q": "CN-000001"}).context["cl"].result_list


def test_an_unpaid_invoice_past_its_day_is_overdue(acme: Company, browse: Browse) -> None:
    approved(acme, monthly(), start="2020-01-31", on="2020-01-05")
    invoice = drafted_invoice(acme)
    client = browse(acme.ops)
    client.post(url(invoice, "issue"))

    page = client.get(list_of(Invoice), {"state": "overdue"})

    assert [row.pk for row in page.context["cl"].result_list] == [invoice.pk]
    assert "chip-overdue" in page.content.decode()


def test_the_history_of_a_row_is_the_ledgers(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly(), on="2026-01-05")

    page = browse(acme.drafter).get(url(order, "history")).content.decode()

    assert "submit" in page
    assert "5 Jan 2026, 12:00 UTC" in page
