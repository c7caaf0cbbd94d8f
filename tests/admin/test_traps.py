"""Traps that desks of this kind have fallen into; TRAPS.md names each, and the test that keeps us out."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.models import LogEntry
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers import ledger
from customers.models import Event
from orders import services
from orders.models import ChangeOrder, Order
from tests import factories, scenes
from tests.admin.pages import Browse, list_of, seen, typed, url
from tests.admin.reading import database, everybody
from tests.admin.whole_desk import full_desk, rows_of
from tests.admin.whole_desk import models as models_with_pages
from tests.cast import Company, approved, at, draft, monthly, signed, submitted

HERE = Path(__file__).parent
NAMED = re.compile(r"`(?P<file>[\w/]+\.py)::(?P<test>\w+)`")


def test_every_trap_is_kept_out_by_a_test_that_exists() -> None:
    table = (HERE / "TRAPS.md").read_text()
    traps = re.findall(r"^\| (T\d+) \|.*\|.*\|$", table, re.MULTILINE)
    named = [(match["file"], match["test"]) for match in NAMED.finditer(table)]

    missing = {(file, test) for file, test in named if f"\ndef {test}(" not in (HERE.parent / file).read_text()}

    assert traps == [f"T{number}" for number in range(1, 30)]
    assert missing == set()


def test_a_form_does_not_print_the_catalog_into_each_of_its_lines(acme: Company, browse: Browse) -> None:
    order, drafter = draft(acme, *[monthly()] * 50), browse(acme.drafter)
    before = len(drafter.get(url(order)).content)

    factories.CatalogItemFactory.create_batch(200, business=acme.business)
    factories.CustomerFactory.create_batch(200, business=acme.business)

    assert len(drafter.get(url(order)).content) - before < 100


def test_the_fullest_form_a_browser_can_send_is_read_to_its_last_line(acme: Company, browse: Browse) -> None:
    every_input = {"item": "", "billing_timing": "", "ramp": "", "position": "", "uid": "", "note": ""}
    lines = [every_input | {"description": f"Plan {number}"} for number in range(50)]

    browse(acme.drafter).post(reverse("admin:orders_order_add"), typed("Customer of acme", *lines))

    assert Order.objects.get().lines.count() == 50


@pytest.mark.parametrize("state", [submitted, signed, approved])
def test_lines_posted_to_an_order_that_is_no_draft_change_nothing(
    acme: Company, browse: Browse, state: Callable[..., Order]
) -> None:
    order = state(acme, monthly())
    form = typed("Customer of acme", {"description": "HACKED", "qty": "9"}, version=str(order.version), _save="1")
    clients = [browse(member) for member in everybody(acme)]
    before = database()

    pages = [client.post(url(order), form | {"save_over": form["version"]}).status_code for client in clients]

    assert database() == before
    assert 302 not in pages


def test_nobody_deletes_anything_by_any_address_of_djangos(acme: Company, browse: Browse) -> None:
    scenes.begin(full_desk, acme)
    deleting = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_delete", args=[row.pk])
        for model in models_with_pages()
        for row in rows_of(model, acme)
    ]
    clients = [browse(member) for member in everybody(acme)]
    before = database()

    statuses = {client.post(address, {"post": "yes"}).status_code for client in clients for address in deleting}

    assert database() == before
    assert statuses == {403}


def test_a_decision_is_in_the_ledger_with_its_person_and_not_in_djangos_log(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())

    browse(acme.approver).post(url(order, "approve"), seen(order))

    event = ledger.history(business=acme.business, subject=order).last()
    assert event is not None
    assert (event.action, event.channel, event.staff_member) == ("approve", "admin", acme.approver)
    assert not LogEntry.objects.exists()


def test_what_is_typed_and_submitted_at_once_is_hashed_as_typed(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly())
    form = typed("Customer of acme", {"qty": "9"}, version="1", term_months="3")

    browse(acme.drafter).post(url(order), form | {"_submit": "1"})

    order.refresh_from_db()
    assert (order.status, order.lines.get().qty, order.total_cents) == ("submitted", Decimal(9), 9 * 12_000 * 3)
    services.approve_order(order=order, by=acme.approving, at=at("2026-01-06"))


@pytest.mark.parametrize("model", [Order, ChangeOrder])
def test_a_list_counts_no_further_than_its_cap(acme: Company, browse: Browse, model: type[models.Model]) -> None:
    counts = [sql for sql in statements(browse(acme.approver), list_of(model)) if "COUNT(" in sql]

    assert [sql for sql in counts if "LIMIT" not in sql] == []


def test_a_search_looks_for_beginnings_only(acme: Company, browse: Browse) -> None:
    scenes.begin(full_desk, acme)
    approver = browse(acme.approver)

    sent = [sql for model in models_with_pages() for sql in statements(approver, f"{list_of(model)}?q=zebra")]

    assert [sql for sql in sent if "%zebra" in sql.lower()] == []
    assert [sql for sql in sent if "zebra%" in sql.lower()] != []


def statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as context:
        client.get(address)
    return [query["sql"] for query in context.captured_queries]


def test_no_filter_prints_the_rows_of_another_table(acme: Company) -> None:
    filters = [entry for model in models_with_pages() for entry in admin.site._registry[model].list_filter]  # noqa: SLF001

    assert [entry for entry in filters if not (isinstance(entry, type) and issubclass(entry, SimpleListFilter))] == []


def test_no_event_goes_away_with_what_it_tells_of(acme: Company) -> None:
    references = [field for field in Event._meta.fields if isinstance(field, models.ForeignKey)]

    assert {field.name: field.remote_field.on_delete for field in references} == dict.fromkeys(
        [field.name for field in references], models.PROTECT
    )


def test_a_discarded_draft_stays_with_its_story(acme: Company, browse: Browse) -> None:
    order, drafter = draft(acme, monthly()), browse(acme.drafter)

    drafter.post(url(order, "cancel"), {"reason": "Lost the deal", "version": "1"})

    page = drafter.get(url(order)).content.decode()
    actions = [event.action for event in ledger.history(business=acme.business, subject=order)]
    assert actions == ["create", "cancel"]
    assert "Lost the deal" in page
