"""What the desk says, as people say it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing.comparison import Year, in_words
from customers import deeds
from customers.templatetags import desk
from tests.admin.pages import Browse, url
from tests.cast import Company, approved, change_order, draft, monthly


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("create", "created"),
        ("submit", "submitted"),
        ("send_back", "sent back"),
        ("ask", "asked"),
        ("hold", "held"),
        ("tag", "tagged"),
        ("apply", "applied"),
        ("set_limit", "set limit"),
        ("cancel", "cancelled"),
        ("give_back", "took lines back"),
        ("payment", "payment"),
        ("subscriptions_end", "subscriptions end"),
    ],
)
def test_an_event_is_told_as_something_that_was_done(action: str, told: str) -> None:
    assert deeds.told(action) == told


def test_the_timeline_reads_as_sentences(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    change_order(acme, order)

    page = browse(acme.drafter).get(url(order)).content.decode()

    assert '<span class="verb">submitted</span>' in page
    assert '<span class="verb">approved</span>' in page
    assert "at the desk" in page
    assert "through admin" not in page
    assert '<span class="quiet">change order at the desk</span>' in page


def test_what_has_just_happened_is_not_zero_minutes_old() -> None:
    now = timezone.now()

    assert desk.since(now - timedelta(seconds=20)) == "under a minute"
    assert desk.since(now - timedelta(seconds=90)) == "1\N{NO-BREAK SPACE}minute"


def test_years_are_listed_as_people_list_them() -> None:
    years = [Year(year=year, before_cents=0, after_cents=100) for year in (2026, 2027, None)]

    assert in_words(years=years, currency="USD") == "USD 3.00 more in 2026, 2027 and units delivered."


def test_an_order_without_invoices_says_from_when_there_is_one(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())

    page = browse(acme.drafter).get(url(order)).content.decode()

    assert "a billing run issues the first from its day on, 31 Jan 2026." in page


def test_a_term_of_one_month_is_in_the_singular(acme: Company, browse: Browse) -> None:
    agreement = approved(acme, monthly(), term_months=1).agreement
    assert agreement is not None

    page = browse(acme.drafter).get("/admin/billing/agreement/").content.decode()

    assert "1 month<" in page


def test_lines_that_cannot_be_read_are_not_said_to_be_missing(acme: Company, browse: Browse) -> None:
    drafter: Client = browse(acme.drafter)
    order = draft(acme)
    form = {"version": str(order.version), "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0"}
    typed = {"lines-0-description": "Seats", "lines-0-qty": "1,5", "lines-0-billing_rule": "flat"}

    page = drafter.post(url(order, "preview"), form | typed).content.decode()

    assert "Line 1, quantity: Type a number like 1.5, with a point." in page
    assert "at least one line" not in page


def test_a_refusal_says_where_it_stands_who_can(acme: Company, browse: Browse) -> None:
    answer = browse(acme.ops).get("/admin/orders/order/add/")

    assert answer.status_code == 403
    assert "Your role does not allow this" in answer.content.decode()


def test_the_trail_of_a_list_names_it_once(acme: Company, browse: Browse) -> None:
    page = browse(acme.ops).get("/admin/customers/staffmember/").content.decode()

    trail = page[page.index('<div class="breadcrumbs">') :].partition("</div>")[0]
    assert trail.count("People") == 1
