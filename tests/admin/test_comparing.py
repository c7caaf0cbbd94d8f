"""Two versions of an order, and a change order against its agreement, as lines and as money by year."""

from dataclasses import replace
from datetime import date

from django.urls import reverse

from billing import comparing
from orders import services, versions
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


def test_versions_are_told_with_their_terms(acme: Company) -> None:
    order = draft(acme, monthly())
    changed(acme, order, lines=(monthly(qty="2"), line(description="Onboarding")))

    first, second = versions.versions(order=order)

    assert (first.number, second.number) == (1, 2)
    assert [said["qty"] for said in first.lines] == ["1"]
    assert second.header["total_cents"] == 70_000


def test_lines_are_added_removed_and_changed(acme: Company) -> None:
    order = draft(acme, monthly(), line(description="Training"), line(description="Same"))
    changed(acme, order, lines=(monthly(qty="2"), line(description="Same"), line(description="Onboarding", qty="3")))
    before, after = versions.versions(order=order)

    found = versions.line_changes(before=before, after=after)

    kinds = {(one.after or one.before or {})["description"]: one.kind for one in found}
    assert kinds == {"Plan": "changed", "Same": "same", "Onboarding": "added", "Training": "removed"}


def test_money_by_year_is_that_of_the_schedules(acme: Company) -> None:
    order = draft(acme, monthly(), start="2026-11-30", term_months=3)
    changed(acme, order, lines=(monthly(qty="2"),))
    before, after = (
        versions.schedule(order=order, version=version, today=date(2026, 1, 6))
        for version in versions.versions(order=order)
    )

    years = comparing.by_year(before=before, after=after)

    assert [(year.year, year.before_cents, year.after_cents, year.delta_cents) for year in years] == [
        (2026, 20_000, 40_000, 20_000),
        (2027, 10_000, 20_000, 10_000),
    ]


def test_the_page_compares_the_versions_asked_for(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    changed(acme, order, order_description="Renamed", lines=(monthly(unit_price_cents=12_000),))

    page = browse(acme.approver).get(compare(order, before=1, after=3))

    assert [(label, was, now) for label, was, now in page.context["header"] if label == "description"] == [
        ("description", "nothing", "Renamed")
    ]
    assert [one.kind for one in page.context["lines"]] == ["changed"]


def test_unknown_versions_show_the_last_two(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    changed(acme, order, lines=(monthly(qty="2"),))

    page = browse(acme.approver).get(f"{compare(order)}from=99&to=x")

    assert (page.context["before"].number, page.context["after"].number) == (1, 3)


def test_versions_of_another_business_are_not_there(acme: Company, globex: Company, browse: Browse) -> None:
    order = submitted(globex, monthly())

    assert browse(acme.approver).get(compare(order)).status_code in (302, 404)


def test_a_change_order_shows_what_it_moves_by_year(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    waiting = change_order(acme, order, qty="2", value_delta_cents=10_000, effective_on="2026-03-31")

    years = browse(acme.approver).get(url(waiting)).context["years"]

    assert [(year.year, year.before_cents, year.after_cents) for year in years] == [(2026, 30_000, 40_000)]
