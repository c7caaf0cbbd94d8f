"""The orders list with a mouse and without one: a row is looked into, columns are chosen, rows stand close."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Company, draft, line, monthly, submitted

LIST = "/admin/orders/order/"


def test_a_row_opens_below_itself_and_closes_again(acme: Company, visit: Visit) -> None:
    order = submitted(acme, monthly(description="Platform"), line(description="Setup"), start="2099-01-31")
    ana = visit(acme.approver)

    ana.opens(LIST)
    peek = ana.page.locator("a.peek")
    expect(peek).to_have_attribute("aria-expanded", "false")
    peek.click()
    ana.sees("Platform", "Setup", "31 Jan 2099", "It needs an approver with a limit of at least USD 400.00: Ana.")
    expect(peek).to_have_attribute("aria-expanded", "true")
    assert ana.address == LIST

    peek.click()
    expect(ana.page.locator(".glance-row")).to_have_count(0)

    ana.page.get_by_role("link", name=order.number).click()
    ana.sees("You can approve this")


def test_rows_are_walked_and_looked_into_by_keys(acme: Company, visit: Visit) -> None:
    older = submitted(acme, monthly(description="Older plan"), start="2099-01-31")
    newer = draft(acme, monthly(description="Newer plan"), start="2099-01-31")
    ana = visit(acme.approver)

    ana.opens(LIST)
    for key in ("j", "o", "j", "o"):
        ana.page.keyboard.press(key)
    ana.sees("Newer plan", "Older plan")
    expect(ana.page.locator("tr.here")).to_contain_text(older.number)

    ana.page.keyboard.press("Escape")
    expect(ana.page.locator(".glance-row")).to_have_count(1)
    ana.does_not_see("Older plan")
    ana.page.keyboard.press("k")
    expect(ana.page.locator("tr.here")).to_contain_text(newer.number)
    ana.page.keyboard.press("x")
    expect(ana.page.get_by_role("checkbox", name=newer.number)).to_be_checked()


def test_a_row_opens_with_tab_and_enter_alone(acme: Company, visit: Visit) -> None:
    draft(acme, monthly(description="Platform"), start="2099-01-31")
    ana = visit(acme.approver)

    ana.opens(LIST)
    ana.keyboard.goes_to("▸")
    ana.page.keyboard.press("Enter")

    ana.sees("Platform", "If submitted now:")
    assert ana.address == LIST


def test_columns_are_chosen_for_a_view_and_rows_stand_close(acme: Company, visit: Visit) -> None:
    draft(acme, monthly(), start="2099-01-31")
    ana = visit(acme.approver)

    ana.opens(f"{LIST}?state=draft")
    ana.page.get_by_text("Columns and rows").click()
    ana.page.get_by_label("Monthly").uncheck()
    ana.page.get_by_label("Start", exact=True).check()
    ana.presses("For this view")
    headings = ana.page.locator("#result_list thead th")
    expect(headings.filter(has_text="Start")).to_have_count(1)
    expect(headings.filter(has_text="Monthly")).to_have_count(0)
    ana.sees("31 Jan 2099")

    ana.page.get_by_text("Columns and rows").click()
    ana.presses("Compact rows")
    expect(ana.page.locator("#result_list.compact")).to_have_count(1)
    expect(headings.filter(has_text="Start")).to_have_count(1)


def test_the_next_order_that_waits_opens_with_one_key(acme: Company, visit: Visit) -> None:
    submitted(acme, monthly(), start="2099-01-31")
    ana = visit(acme.approver)

    ana.opens_the_desk()
    with ana.page.expect_navigation():
        ana.page.keyboard.press("a")

    ana.sees("You can approve this")
