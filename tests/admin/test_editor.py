"""The draft's form looks ahead: totals, problems, who could approve and the schedule, and nothing is stored."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import ApprovalLimit
from orders import services
from orders.commands import ItemRef, LineSpec
from orders.models import Order
from orders.policies import Rule
from tests import factories
from tests.admin.pages import Browse, typed, url
from tests.cast import Company, at, draft, line, monthly

ADD = "admin:orders_order_add"
CUSTOMER = "Customer of acme"


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def looked_at(client: Client, form: dict[str, str], order: Order | None = None) -> str:
    """The fragment that is shown below the form."""
    address = url(order, "preview") if order else reverse("admin:orders_order_preview_add")
    answer = client.post(address, form)
    assert answer.status_code == 200
    return answer.content.decode()


def pressed(client: Client, form: dict[str, str], **button: str) -> list[str | None]:
    """The descriptions in the form after one of its buttons."""
    lines = client.post(reverse(ADD), form | button).context["forms"].lines
    return [form["description"].value() for form in lines]


def test_totals_and_schedule_follow_what_is_typed(drafter: Client) -> None:
    form = typed(CUSTOMER, {"unit_price": "100.00"}, discount="200", order_start_date="2090-01-31")

    fragment = looked_at(drafter, form)

    assert "USD 1,000.00" in fragment
    assert "12, 31 Jan 2090 to 31 Dec 2090" in fragment
    assert "<svg" in fragment
    assert "Nothing stands in its way." in fragment
    assert not Order.objects.exists()


def test_every_line_that_is_wrong_is_named(drafter: Client) -> None:
    wrong = {"billing_rule": "flat", "billing_timing": "each_period"}

    fragment = looked_at(drafter, typed(CUSTOMER, {"qty": "many"}, {}, wrong, {"ramp": "month 40: qty 2"}))

    assert "4 problems" not in fragment
    assert "3 problems" in fragment
    assert "Line 1, quantity: Type a number like 1.5, with a point." in fragment
    assert "Line 3, billing timing: Is for recurring lines only" in fragment
    assert "Line 4, ramp: Steps in month 40, beyond term_months (12)." in fragment


def test_what_is_wrong_between_lines_and_header_is_named(drafter: Client) -> None:
    fragment = looked_at(drafter, typed(CUSTOMER, {}, discount="99999"))

    assert "Discount: This is more than all committed charges together." in fragment


def test_the_forecast_says_who_could_approve_this_amount(acme: Company, drafter: Client) -> None:
    small = looked_at(drafter, typed(CUSTOMER, {"unit_price": "100.00"}))
    ApprovalLimit.objects.update(amount_cents=100_000)
    large = looked_at(drafter, typed(CUSTOMER, {"unit_price": "100.00"}))

    assert "It needs an approver with a limit of at least USD 1,200.00: Ana." in small
    assert "there is none yet" in large


def test_the_forecast_says_why_and_what_would_need_less(acme: Company, drafter: Client) -> None:
    services.approve_policy(
        policy=services.propose_policy(
            business=acme.business,
            name="Standard",
            rules=[Rule(discount_above_percent=Decimal(5), people=2)],
            by=acme.billing,
            at=at("2026-01-02"),
        ),
        by=acme.approving,
        at=at("2026-01-02"),
    )
    form = typed(CUSTOMER, {"unit_price": "100.00", "billing_rule": "flat"}, discount="6")

    fragment = looked_at(drafter, form)
    broken = looked_at(drafter, form | {"lines-0-qty": "many"})

    assert "Because: discount 6.0 % &gt; 5 %" in fragment
    assert "With a contract discount of at most USD 5.00 (5 %)" in fragment
    assert "would be enough" not in broken


def test_nobody_is_forecast_to_approve_their_own_work(acme: Company, browse: Browse) -> None:
    second = factories.StaffMemberFactory.create(
        business=acme.business, role="approver", user__username="eva", user__first_name="Eva"
    )
    factories.ApprovalLimitFactory.create(staff_member=second)

    fragment = looked_at(browse(acme.approver), typed(CUSTOMER, {}))

    assert ": Eva." in fragment


def test_a_stored_draft_opens_with_what_it_comes_to(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), line())

    page = drafter.get(url(order)).content.decode()

    assert "If it were submitted now" in page
    assert "USD 400.00" in page


def test_the_terms_of_a_long_draft_are_looked_at_with_its_stored_lines(acme: Company, drafter: Client) -> None:
    order = draft(acme, *[monthly()] * 60)

    fragment = looked_at(drafter, typed(CUSTOMER, version="1", term_months="2"), order)

    assert "USD 12,000.00" in fragment


def test_looking_changes_no_row(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    before = Order.objects.values().get(), list(order.lines.values())

    looked_at(drafter, typed(CUSTOMER, {}, {}, version="1", discount="5"), order)

    assert (Order.objects.values().get(), list(order.lines.values())) == before


def test_the_preview_button_works_without_scripts(drafter: Client) -> None:
    page = drafter.post(reverse(ADD), typed(CUSTOMER, {"unit_price": "100.00"}) | {"_preview": "1"}).content.decode()

    assert "USD 1,200.00" in page
    assert not Order.objects.exists()


def test_looking_needs_a_post(drafter: Client) -> None:
    assert drafter.get(reverse("admin:orders_order_preview_add")).status_code == 405


def test_a_strangers_draft_is_not_looked_at(acme: Company, globex: Company, browse: Browse) -> None:
    order = draft(acme, monthly())

    assert browse(globex.drafter).post(url(order, "preview"), typed(CUSTOMER, version="1")).status_code == 404


def test_a_line_moves_up_and_down_and_is_duplicated(drafter: Client) -> None:
    form = typed(CUSTOMER, {"description": "A"}, {"description": "B"}, {"description": "C"})

    assert pressed(drafter, form, _up="2") == ["A", "C", "B"]
    assert pressed(drafter, form, _down="0") == ["B", "A", "C"]
    assert pressed(drafter, form, _copy="1")[:3] == ["A", "B", "B"]
    assert pressed(drafter, form, _up="99") == ["A", "B", "C"]


def test_a_duplicated_line_is_a_line_of_its_own(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    form = typed(CUSTOMER, {"order_line": str(order.lines.get().uid)}, {}, version="1")

    lines = drafter.post(url(order), form | {"_copy": "0"}).context["forms"].lines

    assert [form["order_line"].value() for form in lines][:2] == [str(order.lines.get().uid), None]


def test_pasted_rows_stand_behind_what_is_typed(drafter: Client) -> None:
    form = typed(CUSTOMER, {"description": "A"}, {"description": "", "qty": "", "unit_price": ""})

    page = drafter.post(reverse(ADD), form | {"_paste": "1", "paste": "\tB\t2\t5.00\trecurring\n\tC\t1\t3.00\t"})

    lines = page.context["forms"].lines
    assert [(form["description"].value(), form["billing_rule"].value()) for form in lines] == [
        ("A", "recurring"),
        ("B", "recurring"),
        ("C", "flat"),
    ]
    assert not Order.objects.exists()


def test_more_rows_than_the_form_takes_are_refused_and_stay_in_their_field(drafter: Client) -> None:
    page = drafter.post(reverse(ADD), typed(CUSTOMER, {}) | {"_paste": "1", "paste": "\tB\t2\t5\n" * 50})

    assert "the lines workbench takes so many" in page.content.decode()
    assert "\tB\t2\t5" in page.content.decode()


def test_the_currency_is_chosen_once(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), currency="EUR")

    drafter.post(url(order), typed(CUSTOMER, {}, version="1", currency="JPY") | {"_save": "1"})

    assert Order.objects.get().currency == "EUR"


@pytest.mark.parametrize("field", ["customer", "item"])
def test_a_strangers_row_is_refused_also_when_its_id_is_posted(
    acme: Company, globex: Company, drafter: Client, field: str
) -> None:
    item = factories.CatalogItemFactory.create(business=globex.business)
    foreign = {"customer": f"x (#{globex.customer.pk})", "item": f"x (#{item.pk})"}[field]
    form = typed(foreign, {}) if field == "customer" else typed(CUSTOMER, {"item": foreign})

    page = drafter.post(reverse(ADD), form | {"_save": "1"}).content.decode()

    assert "There is no such row" in page
    assert not Order.objects.exists()


def test_the_longest_form_takes_few_statements_and_fields(
    acme: Company, drafter: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    items = [factories.CatalogItemFactory.create(business=acme.business) for _ in range(50)]
    refs = [ItemRef(scheme="uid", code=str(item.uid)) for item in items]
    order = draft(acme, *[LineSpec(item=ref, qty=Decimal(1), unit_price_cents=5) for ref in refs])

    with django_assert_max_num_queries(16):
        page = drafter.get(url(order)).content

    assert page.count(b' name="') < 1_000
    assert len(page) < 400_000


def test_saving_the_longest_form_takes_a_bounded_number_of_statements(
    acme: Company, drafter: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business)
    form = typed(CUSTOMER, *[{"item": f"{item.name} (#{item.pk})"}] * 50)

    with django_assert_max_num_queries(30):
        drafter.post(reverse(ADD), form | {"_save": "1"})

    assert Order.objects.get().lines.count() == 50
