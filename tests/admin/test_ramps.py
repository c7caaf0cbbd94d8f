"""Ramps as a small table in the draft's form: a row a step, with what each bills or why it cannot."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from billing.engine.terms import Rule
from customers.admin import amounts
from orders import services
from orders.admin import ramp_text
from orders.models import ChangeOrderLine, Line, Order
from tests.admin.pages import Browse, typed, url
from tests.cast import Company, approved, draft, line, monthly

ADD = "admin:orders_order_add"
CUSTOMER = "Customer of acme"


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def steps(*rows: tuple[str, str, str], **more: str) -> dict[str, str]:
    """A line whose ramp is typed into the table: month, quantity, price."""
    table: dict[str, str] = {}
    for number, (month, qty, price) in enumerate(rows):
        table |= {f"ramp_{number}_month": month, f"ramp_{number}_qty": qty, f"ramp_{number}_price": price}
    return table | more


def kept(drafter: Client, given: dict[str, str], **header: str) -> object:
    """What is stored of a ramp that is typed so."""
    drafter.post(reverse(ADD), typed(CUSTOMER, given, **header) | {"_save": "1"})
    return Line.objects.get().ramp_schedule


def beside(drafter: Client, *lines: dict[str, str], **header: str) -> list[list[str]]:
    """The notes beside the steps of each line, as the fragment has them for the script; the wrong ones with a mark."""
    answer = drafter.post(reverse("admin:orders_order_preview_add"), typed(CUSTOMER, *lines, **header))
    fragment = answer.content.decode()
    found = re.findall(r'<li data-line="lines-(\d)" data-step="-?\d+"( class="wrong")?>([^<]*)</li>', fragment)
    return [
        [f"! {text}" if wrong else text for number, wrong, text in found if int(number) == place]
        for place in range(len(lines))
    ]


def test_the_rows_of_the_table_are_the_steps(drafter: Client) -> None:
    ramp = steps(("7", "20", "18.00"), ("", "", ""), ("9", "", "17"), ("", "", ""))

    assert kept(drafter, ramp) == {
        "steps": [
            {"from_month": 7, "qty": "20", "unit_price_cents": 1800},
            {"from_month": 9, "unit_price_cents": 1700},
        ]
    }


def test_an_empty_table_is_no_ramp(drafter: Client) -> None:
    assert kept(drafter, steps(("", "", ""))) is None


def test_the_table_is_shown_where_the_rule_has_ramps_and_where_one_is_typed(drafter: Client) -> None:
    metered, flat = {"billing_rule": "usage_metered"}, {"billing_rule": "flat"}
    form = typed(CUSTOMER, {}, metered, flat, flat | steps(("7", "2", "")))

    lines = drafter.post(reverse(ADD), form | {"_preview": "1"}).context["forms"].lines

    assert [form.takes_ramp for form in lines] == [True, True, False, True]


def test_beside_each_step_stands_what_it_bills(drafter: Client) -> None:
    (notes,) = beside(drafter, steps(("7", "20", "18.00"), ("9", "", "17"), unit_price="10.00"))

    assert notes == [
        "From 31 Jan 2026: 6 \N{MULTIPLICATION SIGN} USD 10.00 = USD 60.00",
        "From 31 Jul 2026: 2 \N{MULTIPLICATION SIGN} USD 360.00 = USD 720.00",
        "From 30 Sep 2026: 4 \N{MULTIPLICATION SIGN} USD 340.00 = USD 1,360.00",
    ]


def test_an_open_end_has_no_sum_and_usage_is_expected(drafter: Client) -> None:
    metered = {"billing_rule": "usage_metered", "qty": "0", "unit_price": "0.20"}

    recurring, unknown, guessed = beside(
        drafter,
        steps(("3", "2", ""), unit_price="5"),
        metered | steps(("3", "", "0.10")),
        metered | steps(("3", "", "0.10"), qty="100"),
        term_months="",
    )

    assert recurring == [
        "From 31 Jan 2026: 2 \N{MULTIPLICATION SIGN} USD 5.00 = USD 10.00",
        "From 31 Mar 2026: USD 10.00 a period",
    ]
    assert unknown == ["From 31 Jan 2026: USD 0.20 a unit", "From 31 Mar 2026: USD 0.10 a unit"]
    assert guessed == [
        "From 31 Jan 2026: 2 \N{MULTIPLICATION SIGN} USD 20.00 = USD 40.00 expected",
        "From 31 Mar 2026: USD 10.00 a period expected",
    ]


def test_beside_each_line_stands_what_it_comes_to(acme: Company, drafter: Client) -> None:
    metered = {"billing_rule": "usage_metered", "unit_price": "0.10"}
    form = typed(CUSTOMER, steps(("7", "2", ""), unit_price="10.00"), metered | {"qty": "100"}, metered | {"qty": "0"})

    page = drafter.post(reverse(ADD), form | {"lines-0-billing_rule": "recurring", "_preview": "1"})
    fragment = drafter.post(reverse("admin:orders_order_preview_add"), form | {"lines-1-qty": "x"}).content.decode()
    endless = drafter.post(reverse(ADD), form | {"term_months": "", "_preview": "1"}).context["forms"].lines
    stored = drafter.get(url(draft(acme, line(qty="3")))).context["forms"].lines.forms[0]

    told = [form.total for form in page.context["forms"].lines]
    assert told == ["USD 180.00", "est. USD 120.00", "as metered"]
    assert re.findall(r'data-line="(lines-\d)" data-step="total">([^<]*)<', fragment) == [
        ("lines-0", "USD 180.00"),
        ("lines-2", "as metered"),
    ]
    assert [form.total for form in endless] == ["USD 10.00", "est. USD 10.00", "as metered"]
    assert stored.total == "USD 300.00"


def test_what_the_steps_bill_adds_up_to_the_line(drafter: Client) -> None:
    ramp = steps(("1", "3", ""), ("5", "", "9.99"), ("11", "1.333333", "10.01"))

    (notes,) = beside(drafter, ramp)
    kept(drafter, ramp)

    sums = [amounts.to_cents(text=note.rpartition("USD ")[2], currency="USD") for note in notes[1:]]
    assert notes[0] == "Nothing: the first step begins with the term."
    assert sum(sums) == Line.objects.get().line_total_cents


@pytest.mark.parametrize(
    ("ramp", "place", "said"),
    [
        ([("soon", "2", "")], 0, "Type the month as a number"),
        ([("", "2", "")], 0, "Type the month as a number"),
        ([("0", "2", "")], 0, "Month 0: the month must be an integer from 1 to 600."),
        ([("7", "", "")], 0, "Month 7: type a quantity, a price or both."),
        ([("7", "many", "")], 0, "Month 7: type the quantity as a number, like 20."),
        ([("7", "0", "")], 0, "Month 7: the quantity must be a number above 0"),
        ([("3", "2", ""), ("7", "", "1.234")], 1, "Month 7: USD has 2 decimals."),
        ([("3", "2", ""), ("7", "", "100 %")], 1, "Month 7: Type an amount like 1234.50"),
        ([("7", "2", ""), ("7", "3", "")], 1, "Months must increase from step to step: 7 follows 7."),
        ([("7", "2", ""), ("13", "3", "")], 1, "Steps in month 13, beyond term_months (12)."),
    ],
)
def test_an_error_stands_beside_its_step(
    drafter: Client, ramp: list[tuple[str, str, str]], place: int, said: str
) -> None:
    page = drafter.post(reverse(ADD), typed(CUSTOMER, steps(*ramp)) | {"_save": "1"})

    rows = page.context["forms"].lines.forms[0].steps
    assert [number for number, row in enumerate(rows) if row.note and row.note.is_wrong] == [place]
    assert rows[place].note.text.startswith(said)
    assert [row.typed.month for row in rows[:-1]] == [month for month, _, _ in ramp]
    assert not Order.objects.exists()


def test_while_one_types_the_fault_is_named_beside_the_step_too(drafter: Client) -> None:
    late, unread = beside(drafter, steps(("7", "2", ""), ("40", "3", "")), steps(("x", "2", "")))

    assert late == ["! Steps in month 40, beyond term_months (12)."]
    assert unread == ["! Type the month as a number: 7 is the seventh period."]


def test_a_quantity_of_metered_usage_is_refused_beside_its_step(drafter: Client) -> None:
    given = {"billing_rule": "usage_metered"} | steps(("3", "", "0.10"), ("5", "7", ""))

    (notes,) = beside(drafter, given)

    assert notes == ["! Can step the price of metered usage, not its qty."]


def test_a_ramp_of_a_rule_that_has_none_is_refused_below_all_of_its_steps(drafter: Client) -> None:
    given = {"billing_rule": "flat"} | steps(("3", "", "0.10"))

    page = drafter.post(reverse(ADD), typed(CUSTOMER, given) | {"_save": "1"})

    (form,) = page.context["forms"].lines.forms
    assert form.whole_ramp_errors == ["Is for recurring and usage_metered lines, not for flat."]


@pytest.mark.parametrize("ramp", ["from month 7 on 20", '{"steps": "many"}'])
def test_what_is_no_table_stays_a_text_to_edit(drafter: Client, ramp: str) -> None:
    page = drafter.post(reverse(ADD), typed(CUSTOMER, {"ramp": ramp}) | {"_save": "1"})

    assert page.context["forms"].lines.forms[0].steps is None
    assert 'name="lines-0-ramp"' in page.content.decode()


def test_a_ramp_too_long_for_a_table_is_a_text_and_goes_on(acme: Company, drafter: Client) -> None:
    ramp: dict[str, object] = {"steps": [{"from_month": month, "qty": str(month)} for month in range(1, 73)]}
    order = draft(acme, line(rule=Rule.RECURRING, ramp=ramp), term_months=72)
    text = ramp_text.write(schedule=ramp, currency="USD")

    shown = drafter.get(url(order)).context["forms"].lines.forms[0].steps
    drafter.post(url(order), typed(CUSTOMER, {"ramp": text}, term_months="72", version="1") | {"_save": "1"})

    assert shown is None
    assert order.lines.get().ramp_schedule == ramp


def test_steps_go_along_when_lines_are_moved_and_copied(drafter: Client) -> None:
    form = typed(CUSTOMER, {"description": "A"}, steps(("7", "2", ""), description="B"))

    up = drafter.post(reverse(ADD), form | {"_up": "1"}).context["forms"].lines
    copied = drafter.post(reverse(ADD), form | {"_copy": "1"}).context["forms"].lines

    assert [form["ramp"].value() for form in up] == ["month 7: qty 2", None]
    assert [form["ramp"].value() for form in copied][1:] == ["month 7: qty 2"] * 2


def test_a_step_is_added_and_removed_without_scripts(drafter: Client) -> None:
    form = typed(CUSTOMER, steps(("3", "2", ""), ("7", "5", "")))

    more = drafter.post(reverse(ADD), form | {"_step": "0"}).context["forms"].lines.forms[0].steps
    less = drafter.post(reverse(ADD), form | {"_unstep": "0.0"}).context["forms"].lines.forms[0].steps

    assert [(row.typed.month, row.is_spare) for row in more] == [("3", False), ("7", False), ("", True)]
    assert [(row.typed.month, row.is_spare) for row in less] == [("7", False), ("", True)]
    assert not Order.objects.exists()


@pytest.mark.parametrize("step", ["9.0", "x.0", "0.99", "0", ""])
def test_a_step_that_is_not_there_is_not_removed(drafter: Client, step: str) -> None:
    form = typed(CUSTOMER, steps(("3", "2", "")))

    (line_form,) = drafter.post(reverse(ADD), form | {"_unstep": step}).context["forms"].lines

    assert line_form["ramp"].value() == "month 3: qty 2"


def test_typed_steps_are_merged_with_somebody_elses_change(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), term_months=12)
    uid = str(order.lines.get().uid)
    own = steps(("7", "2", ""), order_line=uid, unit_price="100.00")
    drafter.post(url(order), typed(CUSTOMER, {"order_line": uid, "qty": "9", "unit_price": "100.00"}, version="1"))

    drafter.post(url(order), typed(CUSTOMER, own, version="1") | {"_save": "1"})

    now = order.lines.get()
    assert now.qty == 9
    assert now.ramp_schedule == {"steps": [{"from_month": 7, "qty": "2"}]}


def test_steps_that_were_typed_and_not_saved_are_offered_again(acme: Company, drafter: Client) -> None:
    drafter.post(reverse("admin:orders_order_autosave_add"), typed(CUSTOMER, steps(("7", "", ""), ("x", "2", ""))))

    again = drafter.get(reverse(ADD), {"restore": "1"}).context["forms"].lines.forms[0].steps

    assert [(row.typed.month, row.typed.qty) for row in again] == [("7", ""), ("x", "2"), ("", "")]


def test_an_amendment_adds_a_line_with_steps(acme: Company, drafter: Client) -> None:
    order = approved(acme, monthly(), term_months=12)
    added = typed(CUSTOMER, steps(("7", "2", ""), description="Seats"))
    seen = services.seen_state(agreement=order.agreement) if order.agreement else ""

    drafter.post(
        url(order, "amend"),
        added | {"effective_date": "2026-03-31", "description": "More", "seen": seen, "_submit": "1"},
    )

    (change,) = ChangeOrderLine.objects.all()
    assert (change.description, change.ramp_schedule) == ("Seats", {"steps": [{"from_month": 7, "qty": "2"}]})
