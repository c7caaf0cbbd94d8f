"""Typing goes on whatever happens to the session, and a telephone shows the whole of a page."""

from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import Visit
from tests.cast import Company, draft, line, monthly, submitted

TELEPHONE = ViewportSize(width=390, height=844)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_a_telephone_moves_nothing_sideways(acme: Company, visit: Visit) -> None:
    waiting = submitted(acme, monthly(description="Platform"), line(description="Setup"), start="2099-01-31")
    typed = draft(acme, monthly(), start="2099-01-31")
    ana = visit(acme.approver)
    ana.page.set_viewport_size(TELEPHONE)

    for address in (
        "",
        "orders/order/",
        "orders/order/add/",
        *(f"orders/order/{o.pk}/change/" for o in (waiting, typed)),
    ):
        ana.opens(f"/admin/{address}")
        assert ana.page.evaluate(SIDEWAYS) == 0, address


def test_a_draft_goes_on_after_a_login_in_another_tab(acme: Company, visit: Visit) -> None:
    order = draft(acme, monthly(), start="2099-01-31")
    dana = visit(acme.drafter)
    dana.complaints.expect(403)
    dana.opens(f"/admin/orders/order/{order.pk}/change/")
    dana.page.context.clear_cookies(name="csrftoken")
    dana.page.context.new_page().goto(dana.page.url)

    dana.page.get_by_label("Description").first.fill("Typed before and after")

    expect(dana.page.locator("#kept")).to_contain_text("autosaved")
    dana.page.get_by_role("button", name="Save draft").click()
    dana.sees(f"{order.number} is saved")


def test_what_was_just_typed_is_kept_when_another_button_is_pressed(acme: Company, visit: Visit) -> None:
    order = draft(acme, monthly(), start="2099-01-31")
    dana = visit(acme.drafter)
    dana.opens(f"/admin/orders/order/{order.pk}/change/")

    dana.page.get_by_label("Description").first.fill("Half a sentence")
    dana.page.locator("#comment").fill("Look at this")
    dana.page.get_by_role("button", name="Comment").click()
    dana.sees("Your comment is on the timeline")
    dana.page.reload()

    dana.sees("You typed here")
