"""The lines of long drafts: a hundred to a page, one row at a time, many at once, or a whole sheet."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.engine.terms import Rule, Timing
from customers import ledger
from orders import services
from orders.commands import ItemRef, LineSpec, UpdateOrder
from orders.models import Line, Order
from orders.services import composing
from tests import factories
from tests.admin.pages import Browse, url
from tests.cast import Company, at, draft, line, monthly, submitted

Counting = Callable[..., Any]
HEAD = "line\titem\tdescription\tqty\tunit_price\trule\ttiming\tramp"


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def long_draft(company: Company, count: int) -> Order:
    """A draft of many lines, each of an item of its own catalog of ten."""
    items = [factories.CatalogItemFactory.create(business=company.business) for _ in range(10)]
    lines = (
        LineSpec(
            item=ItemRef(scheme="uid", code=str(items[number % 10].uid)),
            description=f"Seat {number}",
            qty=Decimal(1),
            unit_price_cents=1_000,
            billing_rule=Rule.RECURRING,
        )
        for number in range(count)
    )
    return draft(company, *lines)


def row(order: Order, position: int, **cells: str) -> dict[str, str]:
    """A row as the table posts it."""
    stored = order.lines.get(position=position)
    as_it_is = {
        "do": "row",
        "version": str(Order.objects.get(pk=order.pk).version),
        "line": str(stored.uid),
        "description": stored.description,
        "qty": f"{stored.qty.normalize():f}",
        "unit_price": f"{stored.unit_price_cents / 100:.2f}",
        "billing_rule": stored.billing_rule,
        "billing_timing": stored.billing_timing,
    }
    return as_it_is | cells


def meanwhile(company: Company, order: Order, **changes: object) -> None:
    services.update_order(
        order=order,
        changes=UpdateOrder(**changes),  # type: ignore[arg-type]  # passed through as they are
        by=company.approving,
        at=at("2026-01-06"),
    )


def versions(order: Order) -> int:
    return Order.objects.get(pk=order.pk).version


def sheet(*rows: str) -> str:
    return "\n".join((HEAD, *rows))


# The table.


def test_a_page_of_a_long_draft_is_small_and_takes_few_statements(acme: Company, drafter: Client) -> None:
    order = long_draft(acme, 500)

    with CaptureQueriesContext(
        connection,
    ) as statements:
        page = drafter.get(url(order, "lines") + "?page=3")

    assert len(page.context["rows"]) == 100
    assert len(statements) <= 10
    assert len(page.content) < 400_000


def test_the_editor_leads_to_the_workbench_and_warns_before_it_is_needed(acme: Company, drafter: Client) -> None:
    long, nearly, short = draft(acme, *[monthly()] * 51), draft(acme, *[monthly()] * 40), draft(acme, monthly())

    pages = [drafter.get(url(order)).content.decode() for order in (long, nearly, short)]

    assert ["too many for one form" in page for page in pages] == [True, False, False]
    assert ["takes 50 lines at most" in page for page in pages] == [False, True, False]
    assert all(url(order, "lines") in page for order, page in zip((long, nearly, short), pages, strict=True))


def test_lines_are_found_by_words_rule_and_problem(acme: Company, drafter: Client) -> None:
    ramp: dict[str, object] = {"steps": [{"from_month": 5, "qty": "2"}]}
    order = draft(
        acme, monthly(description="Seats"), line(description="Set-up"), line(description="Ramped"), term_months=9
    )
    Line.objects.filter(order=order, position=2).update(billing_rule="recurring", ramp_schedule=ramp)
    Order.objects.filter(pk=order.pk).update(term_months=3)

    def shown(query: str) -> list[str]:
        return [found.line.description for found in drafter.get(url(order, "lines") + query).context["rows"]]

    assert shown("?q=seat") == ["Seats"]
    assert shown("?rule=flat") == ["Set-up"]
    assert shown("?problem=1") == ["Ramped"]


def test_lines_are_grouped_by_item_with_what_each_comes_to(acme: Company, drafter: Client) -> None:
    order = long_draft(acme, 20)

    rows = drafter.get(url(order, "lines") + "?group=1").context["rows"]

    assert [shown.group.count for shown in rows if shown.group] == [2] * 10
    assert rows[0].group.cents == 6_000
    assert rows[0].line.catalog_item == rows[1].line.catalog_item


def test_a_strangers_order_has_no_workbench(acme: Company, globex: Company, browse: Browse) -> None:
    order = draft(acme, monthly())

    answer = browse(globex.drafter).get(url(order, "lines"))

    assert answer.status_code == 404


def test_a_submitted_order_has_no_workbench_and_what_was_typed_is_shown_to_copy(acme: Company, drafter: Client) -> None:
    order = submitted(acme, monthly())

    shown = drafter.get(url(order, "lines"))
    posted = drafter.post(url(order, "lines"), row(order, 0, description="My words"))

    assert shown.status_code == 302
    assert posted.status_code == 409
    assert "My words" in posted.content.decode()


def test_who_may_only_read_cannot_post(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly())

    assert browse(acme.ops).post(url(order, "lines"), row(order, 0, qty="2")).status_code == 403


# One row.


def test_a_row_is_saved_by_itself(acme: Company, drafter: Client) -> None:
    order = long_draft(acme, 120)

    drafter.post(url(order, "lines"), row(order, 110, qty="4", item=""))

    changed = order.lines.get(position=110)
    assert (changed.qty, changed.line_total_cents, versions(order)) == (Decimal(4), 12_000, 2)


def test_saving_a_row_takes_a_bounded_number_of_statements(acme: Company, drafter: Client) -> None:
    order = long_draft(acme, 500)
    posted = row(order, 400, qty="4")

    with CaptureQueriesContext(connection) as statements:
        drafter.post(url(order, "lines"), posted)

    assert len(statements) <= 40
    event = ledger.history(business=acme.business, subject=order).last()
    assert event is not None
    assert len(event.after["lines"]) == 1


def test_a_row_that_is_refused_stays_as_typed(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), line())

    page = drafter.post(url(order, "lines"), row(order, 1, qty="many", billing_timing="each_period")).content.decode()

    assert 'value="many"' in page
    assert "Type a number like 1.5" in page
    assert versions(order) == 1


def test_a_row_with_what_no_database_can_keep_is_read_without_it(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    drafter.post(url(order, "lines"), row(order, 0, item="\0", description="a\0b"))

    assert order.lines.get().description == "ab"


def test_a_row_is_refused_by_the_rules_of_the_api(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), line())

    page = drafter.post(url(order, "lines"), row(order, 1, billing_timing="each_period")).content.decode()

    assert "for recurring lines only" in page
    assert versions(order) == 1


def test_changes_to_other_rows_are_no_conflict(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Theirs"))
    mine = row(order, 0, qty="5")
    drafter.post(url(order, "lines"), row(order, 1, qty="9"))

    drafter.post(url(order, "lines"), mine)

    assert list(order.lines.order_by("position").values_list("qty", flat=True)) == [5, 9]


def test_a_row_that_somebody_changed_is_not_written_over_unseen(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    mine = row(order, 0, qty="5")
    drafter.post(url(order, "lines"), row(order, 0, qty="9"))

    answer = drafter.post(url(order, "lines"), mine)
    again = drafter.post(url(order, "lines"), mine | {"version": "2"})

    assert answer.status_code == 409
    assert "Somebody else changed this line meanwhile. It is now: Plan · 9" in answer.content.decode()
    assert 'value="5"' in answer.content.decode()
    assert again.status_code == 302
    assert order.lines.get().qty == 5


def test_a_row_that_somebody_removed_gives_its_words_back(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Goes"))
    mine = row(order, 1, description="Kept words")
    meanwhile(acme, order, lines=(monthly(),))

    page = drafter.post(url(order, "lines"), mine).content.decode()

    assert "Somebody removed this line meanwhile" in page
    assert "Kept words" in page


def test_a_script_gets_the_row_and_the_totals(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly())
    fetch = {"X-Requested-With": "fetch"}

    saved = json.loads(drafter.post(url(order, "lines"), row(order, 0, qty="2"), headers=fetch).content)
    refused = drafter.post(url(order, "lines"), row(order, 0, qty="x"), headers=fetch)

    assert (saved["version"], saved["cells"]["qty"]) == (2, "2")
    assert "USD 900.00" in saved["total"]
    assert refused.status_code == 409
    assert set(json.loads(refused.content)["errors"]) == {"qty"}


# Many rows.


def chosen(order: Order, *positions: int, **posted: str) -> dict[str, Any]:
    uids = [str(order.lines.get(position=position).uid) for position in positions]
    return {"version": str(versions(order)), "chosen": uids, **posted}


def test_rule_timing_and_price_are_set_on_the_chosen_lines(acme: Company, drafter: Client) -> None:
    order = draft(acme, line(), line(), line())
    to_set = {"set_billing_rule": "recurring", "set_billing_timing": "all_upfront", "set_unit_price": "7.50"}

    drafter.post(url(order, "lines"), chosen(order, 0, 2, do="set", **to_set))

    assert list(order.lines.order_by("position").values_list("billing_rule", "billing_timing", "unit_price_cents")) == [
        ("recurring", "all_upfront", 750),
        ("flat", "", 10_000),
        ("recurring", "all_upfront", 750),
    ]


def test_another_rule_takes_the_timing_away_that_it_does_not_have(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly())

    drafter.post(url(order, "lines"), chosen(order, 0, do="set", set_billing_rule="flat"))

    assert order.lines.get(position=0).billing_timing == ""


def test_a_setting_that_one_line_refuses_changes_none(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), line())

    page = drafter.post(url(order, "lines"), chosen(order, 0, 1, do="set", set_billing_timing="all_upfront"))

    assert [fault.number for fault in page.context["faults"]] == [2]
    assert versions(order) == 1


def test_all_lines_of_the_filter_are_set_on_every_page(acme: Company, drafter: Client) -> None:
    order = draft(acme, *[monthly()] * 150, line())
    posted = {"version": "1", "all_found": "1", "do": "set", "set_unit_price": "1"}

    drafter.post(url(order, "lines") + "?rule=recurring", posted)

    assert order.lines.filter(unit_price_cents=100).count() == 150


def test_a_column_is_filled_down_from_the_first_chosen_line(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(unit_price_cents=5), *[monthly()] * 3)

    drafter.post(url(order, "lines"), chosen(order, 0, 1, 3, do="fill", column="unit_price"))

    assert list(order.lines.order_by("position").values_list("unit_price_cents", flat=True)) == [5, 5, 10_000, 5]


def test_chosen_lines_are_removed_and_the_others_close_up(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(description="A"), monthly(description="B"), monthly(description="C"))

    drafter.post(url(order, "lines"), chosen(order, 1, do="remove"))

    assert list(order.lines.order_by("position").values_list("position", "description")) == [(0, "A"), (1, "C")]


@pytest.mark.parametrize("deed", ["set", "fill", "remove"])
def test_what_was_chosen_on_an_older_version_changes_nothing(acme: Company, drafter: Client, deed: str) -> None:
    order = draft(acme, monthly(), monthly())
    posted = chosen(order, 0, do=deed, set_unit_price="1", column="qty")
    meanwhile(acme, order, term_months=6)

    answer = drafter.post(url(order, "lines"), posted)

    assert answer.status_code == 409
    assert "was changed since you looked" in answer.content.decode()
    assert versions(order) == 2


def test_nothing_chosen_is_said(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    page = drafter.post(url(order, "lines"), {"version": "1", "do": "remove"}).content.decode()

    assert "Choose lines first." in page
    assert order.lines.count() == 1


# A sheet.


def test_a_pasted_sheet_is_shown_before_it_is_stored(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Old"))
    first = order.lines.get(position=0).uid
    pasted = sheet(f"{first}\t\tPlan\t3\t100.00\trecurring\teach_period\t", "\t\tNew\t1\t9.50\tflat\t\t")

    shown = drafter.post(url(order, "lines"), {"do": "paste", "version": "1", "sheet": pasted})

    plan = shown.context["plan"]
    assert (len(plan.added), len(plan.changed), len(plan.removed), plan.unchanged) == (1, 1, 0, 1)
    assert [cell.name for cell in plan.moves[0].cells if cell.has_moved] == ["qty"]
    assert plan.preview.order.total_cents == 4 * 30_000 + 950
    assert versions(order) == 1


def test_a_sheet_is_applied_in_one_step(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Old"))
    first = order.lines.get(position=0).uid
    pasted = sheet("\t\tNew\t1\t9.50\tflat\t\t", f"{first}\t\tPlan\t3\t100.00\trecurring\teach_period\tmonth 2: qty 5")

    drafter.post(url(order, "lines"), {"do": "apply", "version": "1", "sheet": pasted, "replace": "1"})

    assert list(order.lines.order_by("position").values_list("description", "qty")) == [
        ("New", Decimal(1)),
        ("Plan", Decimal(3)),
    ]
    assert order.lines.get(position=1).uid == first
    assert order.lines.get(position=1).ramp_schedule == {"steps": [{"from_month": 2, "qty": "5"}]}
    assert versions(order) == 2


def test_columns_without_names_are_those_of_a_spreadsheet(acme: Company, drafter: Client) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business, name="Platform", unit_price_cents=9_900)
    order = draft(acme, monthly())

    drafter.post(url(order, "lines"), {"do": "apply", "version": "1", "sheet": "platform\t\t2\t\trecurring"})

    added = order.lines.get(position=1)
    assert (added.catalog_item, added.description, added.unit_price_cents) == (item, "Platform", 9_900)
    assert added.billing_timing == Timing.EACH_PERIOD


def test_two_thousand_rows_are_applied_in_a_bounded_number_of_statements(acme: Company, drafter: Client) -> None:
    order = draft(acme)
    factories.CatalogItemFactory.create(business=acme.business, name="Seat")
    pasted = sheet(*(f"\tSeat\tSeat {number}\t2\t1.50\trecurring\teach_period\t" for number in range(2_000)))

    with CaptureQueriesContext(connection) as statements:
        drafter.post(url(order, "lines"), {"do": "apply", "version": "1", "sheet": pasted})

    assert order.lines.count() == 2_000
    assert len(statements) <= 40


def test_more_rows_than_that_are_refused(acme: Company, drafter: Client) -> None:
    order = draft(acme)

    page = drafter.post(url(order, "lines"), {"do": "paste", "version": "1", "sheet": "\tPlan\t1\t1\n" * 2_001})

    assert "at most 2,000 are read at once" in page.content.decode()


def test_an_order_never_gets_longer_than_it_may(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    page = drafter.post(url(order, "lines"), {"do": "apply", "version": "1", "sheet": "\tPlan\t1\t1\n" * 2_000})

    assert "2,001 lines" in page.content.decode()
    assert order.lines.count() == 1


def test_every_problem_of_a_sheet_is_told_with_its_row_and_column(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    pasted = sheet("\t\tA\tmany\t1\tflat\t\t", "\tNobody\tB\t1\t1.234\tflat\t\t", "nonsense\t\tC\t1\t1\tflat\t\t")

    faults = drafter.post(url(order, "lines"), {"do": "apply", "version": "1", "sheet": pasted}).context["faults"]

    assert [(fault.number, fault.column) for fault in faults] == [
        (1, "qty"),
        (2, "item"),
        (2, "unit_price"),
        (3, "line"),
    ]
    assert versions(order) == 1


def test_the_rules_themselves_look_at_every_row(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    pasted = sheet(
        "\t\tA\t1\t1\tflat\teach_period\t", "\t\tB\t1\t1\trecurring\t\tmonth 9: qty 2", "\t\tC\t1\t1\tflat\t\t"
    )

    faults = drafter.post(url(order, "lines"), {"do": "paste", "version": "1", "sheet": pasted}).context["faults"]

    assert [(fault.number, fault.column) for fault in faults] == [(1, "billing_timing"), (2, "ramp")]


def test_a_strangers_item_is_no_item(acme: Company, globex: Company, drafter: Client) -> None:
    foreign = factories.CatalogItemFactory.create(business=globex.business, name="Foreign")
    order = draft(acme, monthly())
    pasted = sheet(f"\tForeign (#{foreign.pk})\tA\t1\t1\tflat\t\t", "\tForeign\tB\t1\t1\tflat\t\t")

    faults = drafter.post(url(order, "lines"), {"do": "apply", "version": "1", "sheet": pasted}).context["faults"]

    assert [fault.column for fault in faults] == ["item", "item"]
    assert order.lines.count() == 1


def test_a_line_of_another_order_is_not_changed_by_its_id(acme: Company, drafter: Client) -> None:
    order, other = draft(acme, monthly()), draft(acme, monthly())
    pasted = sheet(f"{other.lines.get().uid}\t\tMine\t1\t1\tflat\t\t")

    faults = drafter.post(url(order, "lines"), {"do": "apply", "version": "1", "sheet": pasted}).context["faults"]

    assert [fault.sentence for fault in faults] == ["This is not a line of the order."]
    assert other.lines.get().description == "Plan"


def test_a_sheet_for_an_older_version_is_shown_again_and_not_applied(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    pasted = sheet("\t\tNew\t1\t9.50\tflat\t\t")
    meanwhile(acme, order, term_months=6)

    answer = drafter.post(url(order, "lines"), {"do": "apply", "version": "1", "sheet": pasted})

    assert answer.status_code == 409
    assert "was changed while you looked" in answer.content.decode()
    assert "New\t1\t9.50" in answer.content.decode()
    assert order.lines.count() == 1


def test_what_is_no_table_stays_in_its_field(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    page = drafter.post(url(order, "lines"), {"do": "paste", "version": "1", "sheet": "description,colour\nA,red"})

    assert "There is no column “colour”" in page.content.decode()
    assert "A,red</textarea>" in page.content.decode()


# A file.


def test_a_download_comes_back_as_nothing_new(acme: Company, drafter: Client) -> None:
    ramp: dict[str, object] = {"steps": [{"from_month": 2, "qty": "2"}, {"from_month": 3, "unit_price_cents": 50}]}
    order = draft(acme, line(rule=Rule.RECURRING, ramp=ramp), monthly(description="=1+1"), line(description='A "b", c'))
    meanwhile(acme, order, lines=(*map(composing.as_specified, order.lines.all()), line(description="'=as it is")))
    upload = SimpleUploadedFile("lines.csv", drafter.get(url(order, "lines_csv")).content)

    page = drafter.post(url(order, "lines"), {"do": "paste", "version": "2", "file": upload, "replace": "1"})

    assert page.context["plan"].is_empty
    assert not page.context["faults"]


def test_a_spreadsheet_takes_no_cell_of_a_download_for_a_formula(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(description="=HYPERLINK(1)"), monthly(description="@cmd"))

    answer = drafter.get(url(order, "lines_csv"))

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{order.number}-lines.csv"'
    assert b",'=HYPERLINK(1)," in answer.content
    assert b",'@cmd," in answer.content


def test_a_file_that_is_no_text_is_refused(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    upload = SimpleUploadedFile("lines.xlsx", b"PK\x03\x04\xff\xfe")

    page = drafter.post(url(order, "lines"), {"do": "paste", "version": "1", "file": upload}).content.decode()

    assert "save it as CSV" in page
