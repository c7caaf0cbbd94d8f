"""How the orders list looks to a person: columns of a view and of one's own, close rows, and a row looked into."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers import audit
from customers.models import Event
from orders import desk_columns, services
from orders.admin import order_cells
from orders.models import Order, SavedView
from tests.admin.pages import Browse, list_of
from tests.cast import Company, approved, at, draft, line, monthly, submitted

COLUMNS, DENSITY = "admin:desk_columns", "admin:desk_density"


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def headings(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{list_of(Order)}{query}").content.decode()
    return re.findall(r'<th scope="col"(?: class="n")?>([^<]+)</th>', page)


def exported(client: Client, query: str = "") -> list[list[str]]:
    answer = client.get(f"{reverse('admin:desk_export')}{query}")
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]


# Columns


def test_every_column_has_a_label_a_face_and_a_text() -> None:
    assert list(desk_columns.LABELS) == list(order_cells.COLUMNS)
    assert set(desk_columns.USUAL) < set(desk_columns.LABELS)


def test_a_view_names_its_columns_in_its_address(acme: Company, drafter: Client) -> None:
    draft(acme, monthly())

    answer = drafter.post(reverse(COLUMNS), {"column": ["total", "customer"], "view": "state=draft", "here": "1"})

    assert answer.headers["Location"] == f"{list_of(Order)}?state=draft&cols=customer%2Ctotal"
    assert headings(drafter, "?state=draft&cols=customer,total") == ["Number", "Customer", "Total"]
    assert headings(drafter, "?state=draft")[1:] == [desk_columns.LABELS[name] for name in desk_columns.USUAL]


def test_what_a_person_keeps_holds_for_them_wherever_a_view_names_none(
    acme: Company, drafter: Client, browse: Browse
) -> None:
    draft(acme, monthly())

    drafter.post(reverse(COLUMNS), {"column": ["door", "start"], "view": "cols=customer", "always": "1"})

    assert headings(drafter) == ["Number", "Start", "Came through"]
    assert headings(drafter, "?cols=customer") == ["Number", "Customer"]
    assert "Customer" in headings(browse(acme.approver))


def test_the_usual_columns_come_back(acme: Company, drafter: Client) -> None:
    draft(acme, monthly())
    drafter.post(reverse(COLUMNS), {"column": ["start"], "always": "1"})

    drafter.post(reverse(COLUMNS), {"usual": "1"})

    acme.drafter.refresh_from_db()
    assert acme.drafter.list_columns == []
    assert len(headings(drafter)) == 1 + len(desk_columns.USUAL)


def test_columns_that_there_are_not_are_none(acme: Company, drafter: Client) -> None:
    draft(acme, monthly())

    page = drafter.post(reverse(COLUMNS), {"column": ["password"], "always": "1"}, follow=True).content.decode()

    assert "Choose at least one column." in page
    assert len(headings(drafter, "?cols=password")) == 1 + len(desk_columns.USUAL)


def test_an_export_has_exactly_the_columns_and_rows_that_are_shown(acme: Company, drafter: Client) -> None:
    order = submitted(acme, monthly(), start="2027-01-31")
    draft(acme, monthly())

    assert exported(drafter, "?state=submitted&cols=start,total,tags") == [
        ["number", "reference", "version", "currency", "total", "tags", "start"],
        [order.number, "", "2", "USD", "300.00", "", "2027-01-31"],
    ]


def test_what_was_chosen_is_exported_with_the_columns_of_its_view(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    answer = drafter.post(
        reverse("admin:desk_bulk_export"), {"row": [f"{order.pk}:1"], "view": "state=draft&cols=door"}
    )

    told = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert told.splitlines() == ["number,reference,version,currency,came_through", f"{order.number},,1,USD,staff"]


def test_a_saved_view_keeps_the_columns_it_was_saved_with(acme: Company, drafter: Client, browse: Browse) -> None:
    draft(acme, monthly())
    drafter.post(reverse(COLUMNS), {"column": ["start"], "always": "1"})
    shown = drafter.get(f"{list_of(Order)}?state=draft").context["view_to_save"]

    drafter.post(reverse("admin:desk_view_save"), {"name": "Starts", "view": shown, "is_team": "on"})

    view = SavedView.objects.get()
    assert headings(browse(acme.approver), f"?{view.query}") == ["Number", "Start"]


def test_every_column_is_shown_in_eight_statements(acme: Company, drafter: Client) -> None:
    everything = ",".join(desk_columns.LABELS)
    services.assign_order(order=approved(acme, monthly()), to=acme.approver, by=acme.drafting, at=at("2026-01-06"))
    for _ in range(3):
        services.assign_order(
            order=submitted(acme, monthly(), line()), to=acme.drafter, by=acme.drafting, at=at("2026-01-06")
        )

    with CaptureQueriesContext(connection) as captured:
        answer = drafter.get(list_of(Order), {"cols": everything, "q": "customer:customer"})

    assert len(answer.context["cl"].rows) == 4
    assert len(captured) <= 8, [query["sql"][:120] for query in captured]


def test_an_empty_tab_says_what_would_be_on_it(acme: Company, drafter: Client) -> None:
    page = drafter.get(f"{list_of(Order)}?state=snoozed").content.decode()

    assert "You have put nothing off." in page
    assert "You have put nothing off." not in drafter.get(f"{list_of(Order)}?state=snoozed&q=acme").content.decode()


# How close the rows stand


def test_close_rows_are_remembered_for_the_person(acme: Company, drafter: Client, browse: Browse) -> None:
    draft(acme, monthly())

    drafter.post(reverse(DENSITY), {"density": "compact"})

    assert 'class="orders compact"' in drafter.get(list_of(Order)).content.decode()
    assert 'class="orders"' in browse(acme.approver).get(list_of(Order)).content.decode()


def test_rows_stand_in_no_third_way(acme: Company, drafter: Client) -> None:
    page = drafter.post(reverse(DENSITY), {"density": "tiny"}, follow=True).content.decode()

    assert "Rows are either comfortable or compact." in page


def test_how_a_person_keeps_the_list_is_in_the_ledger_and_replays(acme: Company, drafter: Client) -> None:
    drafter.post(reverse(DENSITY), {"density": "compact"})
    drafter.post(reverse(COLUMNS), {"column": ["start"], "always": "1"})
    drafter.post(reverse(COLUMNS), {"column": ["start"], "always": "1"})

    told = [event.after for event in Event.objects.filter(action="arrange").order_by("id")]
    assert told == [{"list_density": "compact"}, {"list_columns": ["start"]}]
    assert [*audit.of_business(business=acme.business)] == []


@pytest.mark.parametrize("page", [COLUMNS, DENSITY])
def test_a_layout_is_changed_by_no_get(acme: Company, drafter: Client, page: str) -> None:
    assert drafter.get(reverse(page)).status_code == 405


# A row looked into


def test_a_row_opens_to_its_lines_next_bills_and_who_can_approve(acme: Company, drafter: Client) -> None:
    lines = [line(description=f"Seat {number}") for number in range(9)]
    order = submitted(acme, monthly(description="Platform"), *lines, start="2099-01-31")

    part = drafter.get(reverse("admin:desk_glance", args=[order.pk]), {"part": "1"}).content.decode()

    assert "Platform" in part
    assert "and 2 more lines" in part
    assert "31 Jan 2099" in part
    assert services.who_can(order=order, at=at("2026-01-06")) in part
    assert "<html" not in part


def test_without_scripts_the_look_into_a_row_is_a_page(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    page = drafter.get(list_of(Order)).content.decode()
    look = drafter.get(reverse("admin:desk_glance", args=[order.pk])).content.decode()

    assert f'href="{order.pk}/glance/"' in page
    assert "<html" in look
    assert "If submitted now: It needs an approver" in look


def test_a_draft_without_lines_says_so(acme: Company, drafter: Client) -> None:
    look = drafter.get(reverse("admin:desk_glance", args=[draft(acme).pk])).content.decode()

    assert "No lines yet." in look
    assert "Nothing is to be billed by date." in look


def test_a_look_into_many_lines_takes_as_many_statements_as_into_one(acme: Company, drafter: Client) -> None:
    addresses = [
        reverse("admin:desk_glance", args=[order.pk])
        for order in (submitted(acme, monthly()), submitted(acme, *[monthly()] * 60))
    ]

    counts = []
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            drafter.get(address, {"part": "1"})
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 12


def test_a_stranger_s_order_is_not_looked_into(acme: Company, globex: Company, drafter: Client) -> None:
    order = draft(globex, monthly())

    assert drafter.get(reverse("admin:desk_glance", args=[order.pk])).status_code == 404
    assert drafter.post(reverse("admin:desk_wake", args=[order.pk])).status_code == 404
