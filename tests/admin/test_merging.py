"""Two people change one draft: both changes are kept, what both changed is asked, and nothing typed is lost."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from billing.engine.terms import Rule
from customers import ledger
from orders import services
from orders.commands import ItemRef, LineSpec, UpdateOrder
from orders.models import Line, Order
from tests import factories
from tests.admin.pages import Browse, url
from tests.cast import Company, at, draft, line, monthly, submitted

FIELDS = ("item", "description", "qty", "unit_price", "billing_rule", "billing_timing", "ramp", "order_line")


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def page_of(client: Client, order: Order) -> dict[str, str]:
    """The form of a draft as its page shows it."""
    forms = client.get(url(order)).context["forms"]
    shown = {field.html_name: field.value() for field in forms.header}
    for form in forms.lines.initial_forms:
        shown |= {field.html_name: field.value() for field in form if field.name in FIELDS}
    shown |= {"lines-TOTAL_FORMS": str(forms.lines.initial_form_count()), "lines-INITIAL_FORMS": "0"}
    return {name: "" if value is None else str(value) for name, value in shown.items()}


def meanwhile(company: Company, order: Order, **changes: object) -> Order:
    """What Ana changes while somebody else types."""
    return services.update_order(
        order=order,
        changes=UpdateOrder(**changes),  # type: ignore[arg-type]  # passed through as they are
        by=company.approving,
        at=at("2026-01-06"),
    )


def own(order: Order, position: int, **said: object) -> LineSpec:
    """A stored line as a command names it, with what is changed of it."""
    stored = order.lines.get(position=position)
    as_it_is = {
        "order_line": str(stored.uid),
        "description": stored.description,
        "qty": stored.qty,
        "unit_price_cents": stored.unit_price_cents,
        "billing_rule": stored.billing_rule,
        "billing_timing": stored.billing_timing or None,
    }
    return LineSpec(**(as_it_is | said))  # type: ignore[arg-type]


def stored(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def test_a_line_keeps_its_id_from_version_to_version(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Second"))
    before = list(order.lines.order_by("position").values_list("uid", flat=True))

    drafter.post(url(order), page_of(drafter, order) | {"lines-0-qty": "4", "lines-1-remove": "on"})

    assert [(line.uid, line.qty) for line in order.lines.all()] == [(before[0], Decimal(4))]


def test_changes_to_different_fields_are_both_kept(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    typed = page_of(drafter, order)
    meanwhile(acme, order, term_months=6)

    page = drafter.post(url(order), typed | {"description": "Mine", "_save": "1"}, follow=True).content.decode()

    now = stored(order)
    assert (now.version, now.term_months, now.description) == (3, 6, "Mine")
    assert "Ana had changed it as well: both changes are kept." in page


def test_changes_to_different_fields_of_a_line_are_both_kept(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Second"))
    typed = page_of(drafter, order)
    meanwhile(acme, order, lines=(own(order, 0, qty=Decimal(7)), own(order, 1)))

    drafter.post(url(order), typed | {"lines-0-unit_price": "55.00", "_save": "1"})

    lines = order.lines.order_by("position")
    assert list(lines.values_list("qty", "unit_price_cents")) == [(Decimal(7), 5_500), (Decimal(1), 10_000)]


def test_lines_that_both_added_are_both_there(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    typed = page_of(drafter, order)
    meanwhile(acme, order, lines=(own(order, 0), monthly(description="Theirs")))
    mine = {"description": "Mine", "qty": "1", "unit_price": "1", "billing_rule": "flat"}
    second = {f"lines-1-{name}": value for name, value in mine.items()}

    drafter.post(url(order), typed | second | {"lines-TOTAL_FORMS": "2", "_save": "1"})

    assert {line.description for line in order.lines.all()} == {"Plan", "Theirs", "Mine"}


def test_a_line_that_one_removed_and_the_other_left_alone_is_removed(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Goes"))
    typed = page_of(drafter, order)
    meanwhile(acme, order, lines=(own(order, 0),))

    drafter.post(url(order), typed | {"description": "Mine", "_save": "1"})

    assert [line.description for line in order.lines.all()] == ["Plan"]
    assert stored(order).description == "Mine"


def test_what_both_changed_is_asked_in_three_columns_and_nothing_is_saved(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), term_months=3)
    typed = page_of(drafter, order)
    meanwhile(acme, order, term_months=6)

    answer = drafter.post(url(order), typed | {"term_months": "24", "_save": "1"})

    (row,) = answer.context["conflict"].asked
    assert answer.status_code == 409
    assert (row.label, row.theirs, row.base, row.yours) == ("Term, months", "6", "3", "24")
    assert (stored(order).version, stored(order).term_months) == (2, 6)


def test_nothing_is_chosen_for_anybody(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), term_months=3)
    typed = page_of(drafter, order)
    meanwhile(acme, order, term_months=6)

    answer = drafter.post(url(order), typed | {"term_months": "24", "merging": "2", "_save": "1"})

    assert answer.status_code == 409
    assert stored(order).term_months == 6


@pytest.mark.parametrize(("side", "months"), [("theirs", 6), ("base", 3), ("yours", 24)])
def test_the_choice_is_saved_with_everything_else_in_one_post(
    acme: Company, drafter: Client, side: str, months: int
) -> None:
    order = draft(acme, monthly(), term_months=3)
    typed = page_of(drafter, order) | {"term_months": "24", "description": "Mine"}
    meanwhile(acme, order, term_months=6, discount_cents=500)

    drafter.post(url(order), typed | {"merging": "2", "pick-header-term_months": side, "_save": "1"})

    now = stored(order)
    assert (now.version, now.term_months, now.discount_cents, now.description) == (3, months, 500, "Mine")


def test_one_button_keeps_all_of_mine(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), term_months=3)
    typed = page_of(drafter, order) | {"term_months": "24", "discount": "7"}
    meanwhile(acme, order, term_months=6, discount_cents=500)

    drafter.post(url(order), typed | {"merging": "2", "pick_all": "yours"})

    assert (stored(order).term_months, stored(order).discount_cents) == (24, 700)


def test_a_line_that_they_removed_and_i_changed_is_asked(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Contested"))
    uid = order.lines.get(position=1).uid
    typed = page_of(drafter, order) | {"lines-1-qty": "9"}
    meanwhile(acme, order, lines=(own(order, 0),))

    asked = drafter.post(url(order), typed | {"_save": "1"})
    drafter.post(url(order), typed | {"merging": "2", f"pick-{uid}": "yours", "_save": "1"})

    (row,) = asked.context["conflict"].asked
    assert (row.label, row.theirs) == ("A removed line", "no such line")
    assert [(line.description, line.qty) for line in order.lines.order_by("position")] == [
        ("Plan", Decimal(1)),
        ("Contested", Decimal(9)),
    ]


def test_a_line_that_i_removed_and_they_changed_is_asked(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Contested"))
    uid = order.lines.get(position=1).uid
    typed = page_of(drafter, order) | {"lines-1-remove": "on"}
    meanwhile(acme, order, lines=(own(order, 0), own(order, 1, qty=Decimal(9))))

    asked = drafter.post(url(order), typed | {"_save": "1"})
    drafter.post(url(order), typed | {"merging": "2", f"pick-{uid}": "yours", "_save": "1"})

    assert [row.label for row in asked.context["conflict"].asked] == ["Line 2"]
    assert [line.description for line in order.lines.all()] == ["Plan"]


def test_the_same_change_by_both_is_no_conflict(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), term_months=3)
    typed = page_of(drafter, order) | {"term_months": "6", "discount": "5.00"}
    meanwhile(acme, order, term_months=6, discount_cents=500)

    answer = drafter.post(url(order), typed | {"_save": "1"})

    assert answer.status_code == 302
    assert (stored(order).term_months, stored(order).discount_cents) == (6, 500)


def test_another_spelling_is_no_change(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(unit_price_cents=120_050))
    typed = page_of(drafter, order) | {"lines-0-unit_price": "1,200.50", "lines-0-qty": "1.000", "customer": "customer"}
    meanwhile(acme, order, lines=(own(order, 0, unit_price_cents=99_900),))

    drafter.post(url(order), typed | {"description": "Mine", "_save": "1"})

    assert order.lines.get().unit_price_cents == 99_900
    assert stored(order).customer == acme.customer


def test_what_cannot_be_read_is_kept_and_asked_word_for_word(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), term_months=3)
    typed = page_of(drafter, order) | {"term_months": "two years", "lines-0-qty": "a few"}
    meanwhile(acme, order, term_months=6)

    answer = drafter.post(url(order), typed | {"_save": "1"})
    merged = drafter.post(
        url(order), typed | {"merging": "2", "pick-header-term_months": "yours", "_save": "1"}
    ).content.decode()

    assert [row.yours for row in answer.context["conflict"].asked] == ["two years"]
    assert 'value="two years"' in merged
    assert 'value="a few"' in merged
    assert stored(order).version == 2


def test_what_changes_again_while_one_chooses_is_asked_again(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), term_months=3)
    typed = page_of(drafter, order) | {"term_months": "24"}
    meanwhile(acme, order, term_months=6)
    meanwhile(acme, order, term_months=9)

    answer = drafter.post(url(order), typed | {"merging": "2", "pick-header-term_months": "yours", "_save": "1"})

    assert answer.status_code == 409
    assert [row.theirs for row in answer.context["conflict"].asked] == ["9"]
    assert stored(order).term_months == 9


def test_nobody_submits_what_they_have_not_seen(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    typed = page_of(drafter, order)
    meanwhile(acme, order, term_months=6)

    answer = drafter.post(url(order), typed | {"description": "Mine", "_submit": "1"})

    assert answer.status_code == 409
    assert (stored(order).status, stored(order).version) == ("draft", 2)


def test_what_was_typed_into_a_draft_that_is_submitted_now_is_shown_to_copy(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    typed = page_of(drafter, order) | {"description": "My own words"}
    services.submit_order(order=order, by=acme.approving, at=at("2026-01-06"))

    answer = drafter.post(url(order), typed | {"_save": "1"})

    assert answer.status_code == 409
    assert "My own words" in answer.content.decode()
    assert "is submitted now" in answer.content.decode()
    assert stored(order).description == ""


def test_what_was_typed_goes_on_as_a_draft_of_its_own(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(description="Mine"))
    typed = page_of(drafter, order) | {"lines-0-qty": "8"}
    services.cancel_order(order=order, by=acme.approving, at=at("2026-01-06"))
    fields = dict(drafter.post(url(order), typed | {"_save": "1"}).context["fields"])

    drafter.post("/admin/orders/order/add/", fields | {"currency": "USD", "_save": "1"})

    new = Order.objects.exclude(pk=order.pk).get()
    assert [(line.description, line.qty) for line in new.lines.all()] == [("Mine", Decimal(8))]


def test_a_post_to_a_submitted_order_by_somebody_who_may_not_draft_is_refused(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())

    answer = browse(acme.ops).post(url(order), {"version": "1"})

    assert answer.status_code == 403


def test_without_ids_in_the_ledger_every_difference_is_asked(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    typed = page_of(drafter, order)
    meanwhile(acme, order, term_months=6)
    latest = ledger.history(business=acme.business, subject=order)

    answer = drafter.post(url(order), typed | {"version": "0", "_save": "1"})

    assert latest.count() == 2
    assert [row.label for row in answer.context["conflict"].asked] == ["Term, months"]


def test_an_order_that_grew_long_meanwhile_merges_all_of_its_lines(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    typed = page_of(drafter, order) | {"lines-0-qty": "3"}
    meanwhile(acme, order, lines=(own(order, 0), *[monthly()] * 60))

    drafter.post(url(order), typed | {"_save": "1"})

    assert order.lines.count() == 61
    assert order.lines.get(position=0).qty == 3


def test_a_line_of_another_order_is_no_line_of_this_one(acme: Company, drafter: Client) -> None:
    order, other = draft(acme, monthly()), draft(acme, monthly())
    typed = page_of(drafter, order) | {"lines-0-order_line": str(other.lines.get().uid)}

    page = drafter.post(url(order), typed | {"_save": "1"}).content.decode()

    assert "not a line of the order" in page
    assert stored(order).version == 1


def test_what_no_form_shows_of_a_line_stays_with_it(acme: Company, drafter: Client) -> None:
    package = {"model": "package", "size": "100", "unit_price_cents": 500}
    calls = replace(line(rule=Rule.USAGE_METERED), pricing=package, reference="their-7", attributes={"a": 1})
    order = draft(acme, calls)

    drafter.post(url(order), page_of(drafter, order) | {"lines-0-qty": "4", "_save": "1"})

    kept = order.lines.get()
    assert kept.qty == Decimal(4)
    assert (kept.pricing, kept.reference, kept.attributes) == (package, "their-7", {"a": 1})


def test_an_archived_item_stays_on_the_line_that_has_it(acme: Company, drafter: Client) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business, name="Gone")
    order = draft(acme, LineSpec(item=ItemRef(scheme="uid", code=str(item.uid)), qty=line().qty, unit_price_cents=1))
    item.is_active = False
    item.save()

    drafter.post(url(order), page_of(drafter, order) | {"description": "Mine", "_save": "1"})

    assert Line.objects.get().catalog_item == item
    assert stored(order).description == "Mine"


def test_the_ledger_keeps_only_the_lines_that_moved(acme: Company) -> None:
    order = draft(acme, *[monthly()] * 30)
    specs = [own(order, position) for position in range(30)]

    meanwhile(acme, order, lines=(*specs[:29], own(order, 29, qty=Decimal(2))))

    event = ledger.history(business=acme.business, subject=order).last()
    assert event is not None
    assert [line["qty"] for line in event.before["lines"]] == ["1"]
    assert [line["qty"] for line in event.after["lines"]] == ["2"]


def test_a_new_term_is_written_to_what_the_lines_come_to(acme: Company) -> None:
    order = draft(acme, monthly(), term_months=3)

    meanwhile(acme, order, term_months=6)

    assert order.lines.get().line_total_cents == 60_000
