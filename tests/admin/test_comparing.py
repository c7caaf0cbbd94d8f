"""Two versions of an order, and a change order against its agreement, as lines and as money by year."""

from dataclasses import replace
from typing import Any

from django.urls import reverse

from orders import services
from orders.commands import UpdateOrder
from orders.models import Order
from tests.admin.pages import Browse, url
from tests.cast import Company, approved, at, change_order, draft, line, monthly, submitted


def compare(order: Order, **given: int) -> str:
    query = "&".join(f"{'from' if name == 'before' else 'to'}={number}" for name, number in given.items())
    return f"{reverse('admin:orders_order_compare', args=[order.pk])}?{query}"


def changed(company: Company, order: Order, **changes: object) -> Order:
    return services.update_order(
        order=order,
        changes=replace(UpdateOrder(), **changes),  # type: ignore[arg-type]  # the fields of the command
        by=company.drafting,
        at=at("2026-01-06"),
    )


def found(page: Any) -> list[tuple[str, str, str, str]]:
    return [(one.sign, one.what, one.before, one.after) for one in page.context["found"].differences]


def test_lines_are_added_removed_and_changed(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly(), line(description="Training"), line(description="Same"))
    changed(acme, order, lines=(monthly(qty="2"), line(description="Same"), line(description="Onboarding", qty="3")))

    page = browse(acme.approver).get(compare(order, before=1, after=2))

    signs = {what.split(":")[0].split(",")[0].split(" ")[0]: sign for sign, what, *_ in found(page)}
    assert {sign for sign, *_ in found(page)} == {"added", "removed", "changed"}
    assert (signs.get("Onboarding"), signs.get("Training")) == ("added", "removed")


def test_a_line_keeps_its_id_whatever_it_is_called_and_wherever_it_stands(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly(), line(description="Training"), line(description="Same"))
    plan, training, same = (str(one.uid) for one in order.lines.order_by("position"))
    lines = (
        replace(line(description="Same"), order_line=same),
        replace(monthly(description="Platform"), order_line=plan),
        line(description="Onboarding"),
        replace(line(description="Training"), order_line=training),
    )
    changed(acme, order, lines=lines)

    page = browse(acme.approver).get(compare(order, before=1, after=2))

    assert [one for one in found(page) if one[1] != "contract total"] == [
        ("moved", "Same: moved", "line 3", "line 1"),
        ("changed", "Platform: description", "Plan", "Platform"),
        ("added", "Onboarding, 1 x USD 100.00, flat", "", ""),
    ]


def test_money_by_year_is_that_of_the_schedules(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly(), start="2026-11-30", term_months=3)
    changed(acme, order, lines=(monthly(qty="2"),))

    page = browse(acme.approver).get(compare(order, before=1, after=2))

    years = page.context["found"].years
    assert [(year.year, year.before_cents, year.after_cents, year.delta_cents) for year in years] == [
        (2026, 20_000, 40_000, 20_000),
        (2027, 10_000, 20_000, 10_000),
    ]


def test_the_page_compares_the_versions_asked_for(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    changed(acme, order, order_description="Renamed", lines=(monthly(unit_price_cents=12_000),))

    page = browse(acme.approver).get(compare(order, before=1, after=3))

    assert [(sign, what, now) for sign, what, _, now in found(page) if what == "description"] == [
        ("changed", "description", "Renamed")
    ]


def test_unknown_versions_show_the_last_two(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    changed(acme, order, lines=(monthly(qty="2"),))

    page = browse(acme.approver).get(f"{compare(order)}from=99&to=x")

    assert (page.context["before"].number, page.context["after"].number) == (2, 3)


def test_versions_of_another_business_are_not_there(acme: Company, globex: Company, browse: Browse) -> None:
    order = submitted(globex, monthly())

    assert browse(acme.approver).get(compare(order)).status_code in (302, 404)


def test_a_change_order_shows_what_it_moves_by_year(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    waiting = change_order(acme, order, qty="2", value_delta_cents=10_000, effective_on="2026-03-31")

    years = browse(acme.approver).get(url(waiting)).context["years"]

    assert [(year.year, year.before_cents, year.after_cents) for year in years] == [(2026, 30_000, 40_000)]
