"""A draft is typed into a form; whatever is refused is said beside its field and stays typed."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.engine.tax import Mode
from billing.engine.terms import Rule
from orders import services
from orders.commands import UpdateOrder
from orders.models import Line, Order
from tests import factories
from tests.admin.pages import Browse, typed, url
from tests.cast import Company, at, draft, monthly, taxed

ADD = "admin:orders_order_add"
CUSTOMER = "Customer of acme"


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def post(client: Client, form: dict[str, str], order: Order | None = None) -> str:
    """The page after posting a draft's form."""
    return client.post(url(order) if order else reverse(ADD), form, follow=True).content.decode()


def test_a_draft_is_saved_with_its_lines_in_cents(acme: Company, drafter: Client) -> None:
    taxed(acme, "standard", Mode.EXCLUSIVE, "19")
    form = typed(CUSTOMER, {"unit_price": "1,200.50"}, {}, discount="100", tax_treatment="standard")

    page = post(drafter, form | {"_save": "1"})

    order = Order.objects.get()
    assert "is saved" in page
    assert order.created_by == acme.drafter
    assert (order.subtotal_cents, order.discount_cents) == (12 * (120_050 + 12_000), 10_000)
    assert order.tax_treatment == "standard"


def test_amounts_are_typed_by_the_currencys_own_exponent(drafter: Client) -> None:
    post(drafter, typed(CUSTOMER, {"unit_price": "1200"}, currency="JPY"))
    post(drafter, typed(CUSTOMER, {"unit_price": "1.250"}, currency="KWD"))

    assert list(Line.objects.order_by("id").values_list("unit_price_cents", flat=True)) == [1200, 1250]


def test_more_decimals_than_the_currency_has_are_refused_at_their_field(drafter: Client) -> None:
    page = post(drafter, typed(CUSTOMER, {"unit_price": "1200.5"}, currency="JPY"))

    assert "JPY has no decimals." in page
    assert 'value="1200.5"' in page
    assert not Order.objects.exists()


def test_an_item_brings_its_name_and_price(acme: Company, drafter: Client) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business, name="Platform", unit_price_cents=9_900)

    post(drafter, typed(CUSTOMER, {"item": f"Platform (#{item.pk})", "description": "", "unit_price": ""}))

    line = Line.objects.get()
    assert (line.catalog_item, line.description, line.unit_price_cents) == (item, "Platform", 9_900)


def test_the_beginning_of_a_name_is_enough_when_it_is_the_only_one(acme: Company, drafter: Client) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business, name="Platform")

    post(drafter, typed("customer of", {"item": "plat"}))

    assert Line.objects.get().catalog_item == item


def test_several_candidates_are_named(acme: Company, drafter: Client) -> None:
    other = factories.CustomerFactory.create(business=acme.business, name="Customer of old")

    page = post(drafter, typed("Customer", {}))

    assert f"Customer of old (#{other.pk})" in page
    assert not Order.objects.exists()


def test_a_ramp_is_written_in_words(drafter: Client) -> None:
    post(drafter, typed(CUSTOMER, {"ramp": "month 7: qty 20, price 18.00\nMonth 9: price 17"}))

    assert Line.objects.get().ramp_schedule == {
        "steps": [
            {"from_month": 7, "qty": "20", "unit_price_cents": 1800},
            {"from_month": 9, "unit_price_cents": 1700},
        ]
    }


def test_a_ramp_comes_back_as_it_was_written(acme: Company, drafter: Client) -> None:
    post(drafter, typed(CUSTOMER, {"ramp": "month 7: qty 20, price 18.00"}))

    page = drafter.get(url(Order.objects.get()))

    rows = page.context["forms"].lines.forms[0].steps
    assert [(row.typed.month, row.typed.qty, row.typed.price) for row in rows] == [("7", "20", "18.00"), ("", "", "")]


@pytest.mark.parametrize(
    ("ramp", "sentence"),
    [
        ("from month 7 on 20", "is not a step"),
        ("month 7: qty 20\nmonth 7: qty 30", "must increase"),
        ("month 0: qty 20", "must be an integer from 1"),
        ("month 7: price 1.234", "USD has 2 decimals"),
        ("month 13: qty 20", "beyond term_months"),
    ],
)
def test_a_ramp_that_is_none_is_refused_at_its_field(drafter: Client, ramp: str, sentence: str) -> None:
    page = post(drafter, typed(CUSTOMER, {"ramp": ramp}))

    assert sentence in page
    assert not Order.objects.exists()


def test_what_the_core_refuses_stands_at_the_field_of_its_line(drafter: Client) -> None:
    timing = {"billing_rule": "flat", "billing_timing": "each_period"}

    page = drafter.post(reverse(ADD), typed(CUSTOMER, {}, timing))

    lines = page.context["forms"].lines
    assert "recurring lines only" in str(lines.forms[1].errors["billing_timing"])
    assert not lines.forms[0].errors


def test_a_discount_above_the_lines_is_refused_at_its_field(drafter: Client) -> None:
    page = drafter.post(reverse(ADD), typed(CUSTOMER, {}, discount="99999"))

    assert "more than all committed charges" in str(page.context["forms"].header.errors["discount"])


def test_a_row_in_which_nothing_is_typed_is_no_line(drafter: Client) -> None:
    nothing = {"description": "", "qty": "", "unit_price": "", "billing_rule": "flat"}

    post(drafter, typed(CUSTOMER, nothing, {}, nothing))

    assert Line.objects.count() == 1


def test_a_removed_line_goes_whatever_stands_in_it(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), monthly(description="Stays"))
    form = typed(CUSTOMER, {"remove": "on", "qty": "nonsense"}, {"description": "Stays"}, version="1")

    post(drafter, form, order)

    assert [line.description for line in order.lines.all()] == ["Stays"]


def test_more_lines_saves_nothing_and_keeps_what_was_typed(drafter: Client) -> None:
    page = post(drafter, typed("Somebody", {"description": "Half typed"}) | {"_more": "1"})

    assert 'name="lines-TOTAL_FORMS" value="6"' in page
    assert "Half typed" in page
    assert "Nothing begins with" not in page
    assert not Order.objects.exists()


def test_a_customer_is_found_by_an_e_mail_address(acme: Company, globex: Company, drafter: Client) -> None:
    post(drafter, typed(acme.customer.email.upper(), {}) | {"_save": "1"})

    assert Order.objects.get().customer == acme.customer


def test_more_than_fifty_lines_are_refused(drafter: Client) -> None:
    page = post(drafter, typed(CUSTOMER, *[{}] * 51))

    assert "at most 50 forms" in page
    assert not Order.objects.exists()


def test_the_lines_of_a_long_draft_stay_when_its_terms_are_saved(acme: Company, drafter: Client) -> None:
    order = draft(acme, *[monthly()] * 51)

    post(drafter, typed(CUSTOMER, version="1", term_months="6"), order)

    order.refresh_from_db()
    assert order.term_months == 6
    assert order.lines.count() == 51


def test_saving_and_submitting_is_one_step(drafter: Client) -> None:
    page = post(drafter, typed(CUSTOMER, {}) | {"_submit": "1"})

    assert Order.objects.get().status == "submitted"
    assert "waiting for approval" in page


def test_what_cannot_be_submitted_is_not_saved_either(drafter: Client) -> None:
    page = post(drafter, typed(CUSTOMER) | {"_submit": "1"})

    assert "Add at least one line" in page
    assert not Order.objects.exists()


def test_a_form_without_a_version_is_refused(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    page = post(drafter, typed(CUSTOMER, {}, term_months="24"), order)

    assert "did not say which version you saw" in page
    order.refresh_from_db()
    assert order.version == 1


def test_reserved_fields_of_a_form_mean_nothing(acme: Company, drafter: Client) -> None:
    post(drafter, typed(CUSTOMER, {}, status="approved", total_cents="1", business="999", number="ORD-1"))

    order = Order.objects.get()
    assert (order.status, order.business) == ("draft", acme.business)
    assert order.total_cents == 12 * 12_000


def test_a_tax_label_that_left_the_table_stays_on_its_draft(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), tax_treatment="gone")

    post(drafter, typed(CUSTOMER, {}, version="1", tax_treatment="gone"), order)

    order.refresh_from_db()
    assert (order.version, order.tax_treatment) == (2, "gone")


def test_no_tax_is_offered_once_and_each_label_says_what_it_means(acme: Company, drafter: Client) -> None:
    taxed(acme, "none", Mode.NONE, "0")
    taxed(acme, "standard", Mode.EXCLUSIVE, "20")
    named = draft(acme, monthly(), tax_treatment="none")

    offered, own = (drafter.get(page).content.decode() for page in (reverse("admin:orders_order_add"), url(named)))

    assert '<option value="" selected>no tax</option>' in offered
    assert '<option value="standard">standard, on top</option>' in offered
    assert 'value="none"' not in offered
    assert '<option value="none" selected>none, not charged</option>' in own


def test_quantities_keep_their_six_decimals(drafter: Client) -> None:
    post(drafter, typed(CUSTOMER, {"qty": "0.000001", "billing_rule": Rule.USAGE_METERED}))

    assert Line.objects.get().qty == Decimal("0.000001")


def test_a_draft_is_cancelled_with_a_reason_only(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    drafter.post(url(order, "cancel"), {"reason": " ", "version": "1"})
    order.refresh_from_db()
    assert order.status == "draft"

    drafter.post(url(order, "cancel"), {"reason": "Lost the deal", "version": "1"})
    order.refresh_from_db()
    assert (order.status, order.decision_reason) == ("cancelled", "Lost the deal")


def test_a_draft_that_somebody_changed_is_not_cancelled_from_the_old_page(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    services.update_order(order=order, changes=UpdateOrder(term_months=9), by=acme.approving, at=at("2026-01-06"))

    drafter.post(url(order, "cancel"), {"reason": "Lost the deal", "version": "1"})

    order.refresh_from_db()
    assert order.status == "draft"
