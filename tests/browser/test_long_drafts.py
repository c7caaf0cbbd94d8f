"""Two people in one draft, and drafts longer than any form."""

import re
from decimal import Decimal

from orders.models import Order
from tests.browser.conftest import Visit
from tests.cast import Company, draft, monthly

ROWS = 2_000


def test_what_two_people_change_at_once_becomes_one_draft(acme: Company, visit: Visit) -> None:
    order = draft(acme, monthly(), start="2099-01-31", term_months=3)
    rui, ana = visit(acme.drafter), visit(acme.approver)
    rui.opens_page_of(order)
    ana.opens_page_of(order)

    ana.input("term_months").fill("6")
    ana.presses("Save draft")
    rui.input("term_months").fill("24")
    rui.input("lines-0-description").fill("Rui's plan")
    rui.is_answered(409)
    rui.presses("Save draft")
    rui.sees("Changed by both", "Changed by one of you")
    rui.page.locator("input[type=radio][value=yours]").check()
    rui.presses("Save what comes of both")

    order.refresh_from_db()
    assert (order.term_months, order.lines.get().description) == (24, "Rui's plan")


def test_a_sheet_of_two_thousand_rows_is_shown_and_then_applied(acme: Company, visit: Visit) -> None:
    order = draft(acme, monthly(), start="2099-01-31", term_months=3)
    rows = [f"Seat {number}\t{number}\t10.00\trecurring" for number in range(1, ROWS)]
    rui = visit(acme.drafter)

    rui.opens_page_of(order)
    rui.follows("Open the lines workbench")
    rui.input("sheet").fill("\n".join(["description\tqty\tunit_price\trule", *rows]))
    rui.presses("Show what would change")
    assert Order.objects.get().lines.count() == 1
    rui.presses("Apply")

    rui.sees_text(re.compile(r"2,?000 lines"))
    order.refresh_from_db()
    assert order.lines.count() == ROWS
    assert order.subtotal_cents == 3 * (10_000 + 1_000 * sum(range(1, ROWS)))


def test_a_row_of_the_workbench_is_saved_by_itself(acme: Company, visit: Visit) -> None:
    order = draft(acme, *[monthly()] * 60, start="2099-01-31", term_months=3)
    rui = visit(acme.drafter)

    rui.opens_page_of(order)
    rui.follows("a page of their own")
    row = rui.page.locator("table.bench tbody tr").nth(41)
    row.get_by_label("Quantity").fill("7")
    row.get_by_role("button", name="Save").click()

    rui.sees_text(re.compile(r"USD 19,800\.00"))
    assert order.lines.get(position=41).qty == Decimal(7)
