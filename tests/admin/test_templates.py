"""New drafts from what is there: duplicates of any order, and templates."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError
from django.test import Client

from billing.engine.tax import FixedTax
from billing.engine.terms import Rule
from customers import ledger
from customers.actors import NotPermitted
from orders import errors, services
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin, PartySpec
from orders.models import DraftTemplate, Order
from tests import factories
from tests.admin.pages import Browse, list_of, url
from tests.cast import Company, approved, at, draft, line, monthly


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def template(company: Company, *lines: LineSpec, name: str = "Starter", **terms: object) -> DraftTemplate:
    order = draft(company, *lines, **terms)  # type: ignore[arg-type]  # passed through as they are
    return services.save_template(order=order, name=name, by=company.drafting, at=at("2026-01-05"))


def from_a_door(company: Company) -> Order:
    """An order of a store, with amounts, words and people of its own."""
    return services.create_order(
        business=company.business,
        command=CreateOrder(
            origin=Origin.DAYZERO,
            customer=str(company.customer.uid),
            reference="their-1",
            tags=("rush",),
            fixed_tax=FixedTax(cents=100, rate_percent=line().qty, is_included=False),
            lines=(replace(line(qty="3", unit_price_cents=10), fixed_amount_cents=31, reference="their-line"),),
            parties=(PartySpec(role="billing", name="Sam", city="Berlin"),),
        ),
        by=company.drafting,
        at=at("2026-01-05"),
    )


# Duplicates.


def test_an_approved_order_is_duplicated_as_a_fresh_draft(acme: Company, drafter: Client) -> None:
    order = approved(acme, monthly(qty="2"), line(description="Set-up"), discount_cents=500)

    page = drafter.post(url(order, "duplicate"), follow=True).content.decode()

    new = Order.objects.exclude(pk=order.pk).get()
    assert f"{new.number} is a draft like {order.number}." in page
    assert (new.status, new.origin, new.version, new.contributor_ids) == ("draft", "staff", 1, [acme.drafter.pk])
    assert (new.total_cents, new.discount_cents, new.term_months) == (order.total_cents, 500, 3)
    assert [(line.description, str(line.qty)) for line in new.lines.order_by("position")] == [
        ("Plan", "2.000000"),
        ("Set-up", "1.000000"),
    ]
    assert not set(new.lines.values_list("uid")) & set(order.lines.values_list("uid"))


def test_days_to_come_are_kept_and_past_ones_are_left_out(acme: Company) -> None:
    order = draft(acme, monthly(), start="2026-01-31")

    before = services.duplicate_order(order=order, by=acme.drafting, at=at("2026-01-31"))
    after = services.duplicate_order(order=order, by=acme.drafting, at=at("2026-02-01"))

    assert (before.order.order_start_date, before.left_out) == (date(2026, 1, 31), ())
    assert after.order.order_start_date is None
    assert after.left_out == ("Its days are over: choose a new start and first invoice.",)


def test_what_belongs_to_a_door_is_left_out_and_said(acme: Company) -> None:
    copy = services.duplicate_order(order=from_a_door(acme), by=acme.drafting, at=at("2026-01-05"))

    (copied,) = copy.order.lines.all()
    assert (copied.fixed_amount_cents, copied.line_total_cents, copied.reference) == (None, 30, "")
    assert (copy.order.reference, copy.order.tags, copy.order.fixed_tax_cents) == ("", [], None)
    assert [party.city for party in copy.order.parties.all()] == ["Berlin"]
    assert [sentence.partition(":")[0] for sentence in copy.left_out] == [
        "The amount of line 1 was set by its door",
        "The tax came as an amount of its door",
        "What only dayzero knows of it stays there",
    ]


def test_an_item_that_is_no_longer_sold_leaves_its_words(acme: Company) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business, name="Gone")
    order = draft(acme, LineSpec(item=ItemRef(scheme="uid", code=str(item.uid)), qty=line().qty, unit_price_cents=7))
    item.is_active = False
    item.save()

    copy = services.duplicate_order(order=order, by=acme.drafting, at=at("2026-01-05"))

    (copied,) = copy.order.lines.all()
    assert (copied.catalog_item, copied.description, copied.unit_price_cents) == (None, "Gone", 7)
    assert copy.left_out == ("The item of line 1 is no longer sold: the words and the price stay.",)


def test_a_stranger_duplicates_nothing(acme: Company, globex: Company, browse: Browse) -> None:
    order = draft(acme, monthly())

    assert browse(globex.drafter).post(url(order, "duplicate")).status_code == 404
    with pytest.raises(NotPermitted):
        services.duplicate_order(order=order, by=globex.drafting, at=at("2026-01-05"))
    assert Order.objects.count() == 1


def test_who_may_not_draft_duplicates_nothing(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly())

    browse(acme.ops).post(url(order, "duplicate"))

    assert Order.objects.count() == 1


# Templates.


def test_a_draft_is_kept_as_a_template_with_an_event(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), line())

    page = drafter.post(url(order, "template"), {"name": " Starter "}, follow=True).content.decode()

    kept = DraftTemplate.objects.get()
    assert "“Starter” is a template now." in page
    assert (kept.name, kept.line_count, kept.currency) == ("Starter", 2, "USD")
    assert [event.action for event in ledger.history(business=acme.business, subject=kept)] == ["create"]


def test_a_template_starts_a_draft_for_a_customer(acme: Company, drafter: Client) -> None:
    ramp: dict[str, object] = {"steps": [{"from_month": 2, "qty": "2"}]}
    calls = replace(line(rule=Rule.USAGE_METERED), pricing={"model": "package", "size": "100", "unit_price_cents": 500})
    kept = template(acme, line(rule=Rule.RECURRING, ramp=ramp), calls, discount_cents=500)

    drafter.post(url(kept, "start"), {"customer": "Customer of"})

    new = Order.objects.latest("id")
    original = Order.objects.earliest("id")
    assert (new.customer, new.total_cents, new.discount_cents) == (acme.customer, original.total_cents, 500)
    assert (new.order_start_date, new.first_invoice_date) == (None, None)
    ramped, metered = new.lines.order_by("position")
    assert (ramped.ramp_schedule, metered.pricing) == (ramp, calls.pricing)


def test_a_customer_that_is_not_found_is_said_beside_what_was_typed(acme: Company, drafter: Client) -> None:
    kept = template(acme, monthly())

    page = drafter.post(url(kept, "start"), {"customer": "Nobody"}).content.decode()

    assert "Nothing begins with “Nobody”." in page.replace("&quot;", "")
    assert 'value="Nobody"' in page
    assert Order.objects.count() == 1


def test_a_strangers_customer_is_nobody(acme: Company, globex: Company, drafter: Client) -> None:
    kept = template(acme, monthly())

    drafter.post(url(kept, "start"), {"customer": f"Customer (#{globex.customer.pk})"})

    assert Order.objects.count() == 1


def test_a_strangers_template_is_not_there(acme: Company, globex: Company, browse: Browse) -> None:
    kept = template(acme, monthly())
    stranger = browse(globex.drafter)

    assert stranger.get(url(kept)).status_code == 404
    assert stranger.post(url(kept, "start"), {"customer": "Customer of globex"}).status_code == 404
    assert "Starter" not in stranger.get(list_of(DraftTemplate)).content.decode()


def test_a_name_is_taken_once(acme: Company) -> None:
    template(acme, monthly())

    with pytest.raises(errors.TemplateNameTaken):
        template(acme, monthly())


def test_a_retired_template_is_offered_no_longer_and_its_name_comes_free(acme: Company, drafter: Client) -> None:
    kept = template(acme, monthly())

    drafter.post(url(kept, "retire"))
    services.retire_template(template=kept, by=acme.drafting, at=at("2026-01-06"))
    again = template(acme, monthly())

    assert [event.action for event in ledger.history(business=acme.business, subject=kept)] == ["create", "retire"]
    assert list(DraftTemplate.objects.filter(is_active=True)) == [again]


def test_a_template_needs_a_name(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    page = drafter.post(url(order, "template"), {"name": " "}, follow=True).content.decode()

    assert "Give the template a name." in page
    assert not DraftTemplate.objects.exists()


def test_who_may_not_draft_keeps_no_template_and_starts_none(acme: Company, browse: Browse) -> None:
    kept = template(acme, monthly())
    reader = browse(acme.ops)

    reader.post(url(kept, "start"), {"customer": "Customer of acme"})
    reader.post(url(kept, "retire"))

    kept.refresh_from_db()
    assert kept.is_active
    assert Order.objects.count() == 1


def test_the_page_of_a_template_shows_its_lines(acme: Company, drafter: Client) -> None:
    kept = template(acme, monthly(description="Seats"), line())

    page = drafter.get(url(kept)).content.decode()

    assert "Seats" in page
    assert "USD 100.00" in page


def test_the_database_takes_no_template_without_a_name(acme: Company) -> None:
    kept = template(acme, monthly())

    with pytest.raises(IntegrityError, match="draft_template_has_a_name"):
        DraftTemplate.objects.filter(pk=kept.pk).update(name="")
