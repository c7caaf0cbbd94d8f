"""The billing schedule on a page of its own: the bars, the lanes, the years and the CSV say one thing."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.test import Client

from billing import charts, comparison, curves, lanes
from billing.engine.terms import Rule, Timing
from billing.schedules import Overview
from customers import ledger
from orders import forecasts, queries, services, versions
from orders.commands import LineSpec, UpdateOrder
from orders.models import Order
from tests.admin.pages import Browse, url
from tests.cast import Company, approved, at, line, monthly, submitted

FAR = "2199-01-31"


@pytest.fixture
def rui(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def mixed() -> tuple[LineSpec, ...]:
    ramp: dict[str, object] = {"steps": [{"from_month": 3, "qty": 2}, {"from_month": 5, "unit_price_cents": 9_000}]}
    return (
        line(
            rule=Rule.RECURRING, timing=Timing.EACH_PERIOD, ramp=ramp, unit_price_cents=10_001, description="Platform"
        ),
        line(unit_price_cents=900_000, description="Set-up"),
        line(rule=Rule.PER_UNIT, qty="12", description="Days"),
        line(rule=Rule.USAGE_METERED, qty="450", unit_price_cents=3, description="Calls"),
        line(rule=Rule.PREPAID_BLOCK, qty="20", unit_price_cents=5_000, description="Hours"),
    )


def overview(order: Order) -> Overview:
    stored = queries.orders(business=order.business).get(pk=order.pk)
    return forecasts.overview(order=stored, today=date(2026, 1, 5))


def page(client: Client, order: Order, **asked: str) -> str:
    return " ".join(client.get(url(order, "schedule"), asked).content.decode().split())


def test_the_bars_add_up_to_the_contract_total_and_the_page_says_so(acme: Company, rui: Client) -> None:
    order = submitted(acme, *mixed(), start=FAR, term_months=7, discount_cents=77_777)
    shown = overview(order)

    dated = sum(document.subtotal_cents for document in shown.documents)

    assert dated + shown.undelivered_cents == order.total_cents
    assert sum(year.after_cents for year in comparison.by_year(before=None, after=shown)) == order.total_cents
    assert "The bars add up to the contract total: USD" in page(rui, order)


def test_what_was_shown_is_what_the_agreement_bills(acme: Company, rui: Client) -> None:
    order = submitted(acme, *mixed(), start=FAR, term_months=7, discount_cents=77_777)
    before = page(rui, order).split("By invoice date")[1].split("As a table")[0]

    services.approve_order(order=order, by=acme.approving, at=at("2026-01-06"))

    assert page(rui, order).split("By invoice date")[1].split("As a table")[0] == before


def test_each_line_has_a_lane_cut_where_its_ramp_steps(acme: Company) -> None:
    order = submitted(acme, *mixed(), start=FAR, term_months=7)

    drawn = lanes.draw(overview=overview(order))

    assert drawn is not None
    assert [lane.name for lane in drawn.lanes] == ["1 Platform", "2 Set-up", "3 Days", "4 Calls", "5 Hours"]
    assert [stretch.title.partition(": ")[2] for stretch in drawn.lanes[0].stretches] == [
        "1 x 100.01, USD 200.02",
        "2 x 100.01, USD 400.04",
        "2 x 90.00, USD 540.00",
    ]
    assert drawn.lanes[2].note == "USD 1,200.00 as units are delivered"
    assert all(stretch.is_estimate for stretch in drawn.lanes[3].stretches)


def test_more_lines_than_a_person_reads_are_counted(acme: Company) -> None:
    order = submitted(acme, *(line(description=f"Line {n}") for n in range(45)), start=FAR)

    drawn = lanes.draw(overview=overview(order))

    assert drawn is not None
    assert (len(drawn.lanes), drawn.left_out) == (40, 5)


def test_the_curve_ends_at_the_dated_total(acme: Company) -> None:
    order = submitted(acme, monthly(), start=FAR, term_months=4)

    curve = curves.draw(overview=overview(order))

    assert curve is not None
    assert curve.total == "USD 400.00"
    assert curve.points.split()[-1] == f"{curve.right},{curve.total_y}"


def test_one_date_has_no_curve(acme: Company) -> None:
    assert curves.draw(overview=overview(submitted(acme, line(), start=FAR))) is None


@pytest.mark.parametrize(
    ("usage", "calls"), [("low", "6.75"), ("expected", "13.50"), ("high", "20.25"), ("nonsense", "13.50")]
)
def test_usage_has_three_scenarios_and_what_is_committed_stays(
    acme: Company, rui: Client, usage: str, calls: str
) -> None:
    order = submitted(
        acme, line(rule=Rule.USAGE_METERED, qty="450", unit_price_cents=3), line(), start=FAR, term_months=1
    )

    shown = page(rui, order, usage=usage)

    assert f"usage metered USD {calls}" in shown
    assert "The bars add up to the contract total" in shown


def test_an_earlier_version_stands_behind_as_a_ghost(acme: Company, rui: Client) -> None:
    order = submitted(acme, monthly(), start=FAR, term_months=12)
    services.update_order(
        order=order,
        changes=UpdateOrder(order_start_date=date(2199, 2, 28), first_invoice_date=date(2199, 2, 28)),
        by=acme.drafting,
        at=at("2026-01-06"),
    )

    shown = page(rui, order, compare="2")

    assert shown.count('class="ghost"') == 12
    assert "before USD 100.00" in shown
    assert "Moves USD 100.00 from 2199 to 2200." in shown


def test_a_version_that_never_was_is_no_ghost(acme: Company, rui: Client) -> None:
    order = submitted(acme, monthly(), start=FAR)

    assert 'class="ghost"' not in page(rui, order, compare="99")
    assert 'class="ghost"' not in page(rui, order, compare="one")


def test_a_version_told_from_the_ledger_bills_what_it_billed(acme: Company) -> None:
    order = submitted(acme, *mixed(), start=FAR, term_months=7, discount_cents=77_777)
    known = versions.of_events(ledger.history(business=acme.business, subject=order))

    told = versions.overview(version=known[-1], order=order, today=date(2026, 1, 5))

    assert told is not None
    assert [document.subtotal_cents for document in told.documents] == [
        document.subtotal_cents for document in overview(order).documents
    ]
    assert told.undelivered_cents == overview(order).undelivered_cents


def test_the_csv_has_every_charge_and_its_sum_is_the_total(acme: Company, rui: Client) -> None:
    order = submitted(acme, *mixed(), start=FAR, term_months=7, discount_cents=77_777)

    answer = rui.get(url(order, "schedule_csv"))

    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    committed = [row for row in rows if row["committed"] == "yes"]
    assert sum(Decimal(row["amount"]) + Decimal(row["discount"]) for row in committed) * 100 == order.total_cents
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert order.number in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("words", ["=1+1", "+cmd", "-cmd", "@sum", "\tx"])
def test_no_cell_is_a_formula(acme: Company, rui: Client, words: str) -> None:
    order = submitted(acme, line(description=words), start=FAR)

    (row,) = csv.DictReader(StringIO(rui.get(url(order, "schedule_csv")).content.decode()))

    assert row["description"].startswith("'")


def test_an_approved_order_shows_what_was_agreed(acme: Company, rui: Client) -> None:
    order = approved(acme, *mixed(), start=FAR, term_months=7)

    assert "The bars add up to the contract total" in page(rui, order)


def test_another_business_has_no_such_schedule(acme: Company, globex: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    stranger = browse(globex.approver)

    assert stranger.get(url(order, "schedule")).status_code == 404
    assert stranger.get(url(order, "schedule_csv")).status_code == 404


def test_ghosts_of_days_without_a_bar_are_drawn_too(acme: Company) -> None:
    short = overview(submitted(acme, monthly(), start=FAR, term_months=1))
    long = overview(submitted(acme, monthly(), start=FAR, term_months=3))

    chart = charts.draw(overview=short, ghost=long)

    assert chart is not None
    assert [(bool(bar.segments), bool(bar.ghost)) for bar in chart.bars] == [
        (True, True),
        (False, True),
        (False, True),
    ]
