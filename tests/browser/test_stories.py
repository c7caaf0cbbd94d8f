"""An order's life at the desk, as people live it: with a real browser, by mouse and without one."""

import re

from orders.models import ChangeOrder, Order
from tests.browser.conftest import Visit
from tests.browser.desk import Draft
from tests.cast import Company, approved, change_order, monthly, submitted


def test_somebody_logs_in_and_out_again(acme: Company, visit: Visit) -> None:
    rui = visit(None)

    rui.logs_in(acme.drafter.user.username)
    rui.sees("Good day, Rui")

    rui.page.locator(".account summary").click()
    rui.presses("Log out")
    rui.opens_the_desk()
    assert rui.address == "/admin/login/"


def test_a_wrong_password_opens_nothing(acme: Company, visit: Visit) -> None:
    stranger = visit(None)

    stranger.logs_in(acme.drafter.user.username, "guessed")

    stranger.sees("Please enter the correct username and password")
    assert stranger.address == "/admin/login/"


def test_an_order_from_its_draft_to_an_approved_change(acme: Company, visit: Visit) -> None:
    rui, ana = visit(acme.drafter), visit(acme.approver)

    rui.writes(Draft(customer="Customer of acme"))
    rui.presses("Save draft")
    rui.sees("is saved", "USD 300.00")

    rui.presses("Submit for approval")
    rui.sees("is waiting for its approval", "You cannot approve this")
    rui.may_not_press("Approve")

    order = Order.objects.get()
    ana.opens_the_desk()
    ana.follows(order.number)
    ana.sees("You can approve this", "The schedule adds up to the contract total, USD 300.00.")
    ana.presses("Approve version")
    ana.sees(f"{order.number} is approved")
    ana.finds_no_button("Approve")

    order.refresh_from_db()
    change = change_order(acme, order, effective_on="2099-03-31")
    rui.opens_page_of(change)
    rui.may_not_press("Approve this change")

    ana.opens_page_of(change)
    ana.presses("Approve this change")
    ana.sees("the agreement bills it from now on")

    change.refresh_from_db()
    assert (change.status, change.approved_by) == ("approved", acme.approver)


def test_an_amendment_from_its_form_to_the_approval_by_somebody_else(acme: Company, visit: Visit) -> None:
    order = approved(acme, monthly(), start="2099-01-31")
    rui, ana = visit(acme.drafter), visit(acme.approver)

    rui.opens_page_of(order)
    rui.follows("Amend")
    rui.input("effective_date").fill("2099-03-31")
    rui.input("description").fill("They grow")
    rui.input("qty-0").fill("2")
    rui.sees("It fits the agreement as it stands.", "USD 100.00 more in 2099.")
    rui.presses("Save draft")
    rui.sees("is saved as a draft", "Nobody has been asked yet")
    rui.follows("Compare with what is agreed")
    rui.sees("beside what is agreed", "changed")

    change = ChangeOrder.objects.get()
    rui.opens_page_of(change)
    rui.follows("Go on with it")
    rui.presses("Submit for approval")
    rui.sees("waits for its approval", "You cannot approve this")

    ana.opens_the_desk()
    ana.follows(str(change))
    ana.sees("You can approve this", "Its lines come to USD 100.00, as it says.")
    ana.presses("Approve this change")
    ana.sees("the agreement bills it from now on")

    change.refresh_from_db()
    assert (change.status, change.approved_by, change.value_delta_cents) == ("approved", acme.approver, 10_000)


def test_an_amendment_without_a_mouse(acme: Company, visit: Visit) -> None:
    order = approved(acme, monthly(), start="2099-01-01")
    rui = visit(acme.drafter)

    rui.opens_page_of(order)
    rui.keyboard.presses("Amend")
    rui.keyboard.types_new_years_day("effective_date", 2099)
    rui.keyboard.types("description", "They grow")
    rui.keyboard.types("price-0", "120.00")
    rui.keyboard.presses("Submit for approval")
    rui.sees("waits for its approval")

    assert ChangeOrder.objects.get().value_delta_cents == 6_000


def test_a_question_about_a_line_is_asked_and_answered(acme: Company, visit: Visit) -> None:
    order = submitted(acme, monthly(), start="2099-01-31")
    rui, ana = visit(acme.drafter), visit(acme.approver)

    ana.opens_page_of(order)
    ana.input("comment").fill("Why so many?")
    ana.input("line").fill("1")
    ana.presses("Ask")
    ana.sees("1 question is open, asked by Ana.")

    rui.opens_page_of(order)
    rui.sees("Why so many?")
    rui.input("answer").fill("They grow.")
    rui.presses("Answer")
    rui.sees("They grow.")


def test_without_a_mouse_from_the_draft_to_the_approval(acme: Company, visit: Visit) -> None:
    rui, ana = visit(acme.drafter), visit(acme.approver)

    rui.opens_the_desk()
    rui.keyboard.presses("New order")
    rui.keyboard.types("customer", "Customer of acme")
    rui.keyboard.types_new_years_day("order_start_date", 2099)
    rui.keyboard.types("term_months", "3")
    rui.keyboard.types("lines-0-description", "Plan")
    rui.keyboard.types("lines-0-qty", "1")
    rui.keyboard.types("lines-0-unit_price", "100.00")
    rui.keyboard.chooses("lines-0-billing_rule", "recurring")
    rui.keyboard.presses("Submit for approval")
    rui.sees("is waiting for its approval")

    order = Order.objects.get()
    ana.opens_the_desk()
    ana.keyboard.presses(order.number)
    ana.keyboard.presses("Approve version")
    ana.sees(f"{order.number} is approved")

    order.refresh_from_db()
    assert (order.approved_by, order.total_cents) == (acme.approver, 30_000)


def test_an_order_comes_back_with_a_reason_and_is_submitted_again(acme: Company, visit: Visit) -> None:
    order = submitted(acme, monthly(), start="2099-01-31")
    rui, ana = visit(acme.drafter), visit(acme.approver)

    ana.opens_page_of(order)
    ana.refuses_because("The price is last year's", verb="Send back")

    rui.opens_the_desk()
    rui.sees("sent back")
    rui.follows(order.number)
    rui.sees("The price is last year's")
    rui.input("lines-0-unit_price").fill("120.00")
    rui.presses("Submit for approval")

    order.refresh_from_db()
    assert (order.status, order.total_cents) == ("submitted", 36_000)


def test_what_somebody_changed_meanwhile_is_not_approved_from_the_old_page(acme: Company, visit: Visit) -> None:
    order = submitted(acme, monthly(), start="2099-01-31")
    rui, ana = visit(acme.drafter), visit(acme.approver)
    ana.opens_page_of(order)

    rui.opens_page_of(order)
    rui.withdraws_because("A customer called")
    rui.input("lines-0-unit_price").fill("900.00")
    rui.presses("Submit for approval")

    ana.is_answered(409)
    ana.presses("Approve version")
    ana.sees_text(re.compile("you saw version 2", re.IGNORECASE))
    order.refresh_from_db()
    assert (order.status, order.total_cents) == ("submitted", 270_000)


def test_names_of_customers_are_offered_and_never_a_strangers(acme: Company, globex: Company, visit: Visit) -> None:
    rui = visit(acme.drafter)

    rui.opens("/admin/orders/order/add/")
    rui.input("customer").press_sequentially("Customer")

    offers = rui.page.locator("datalist#id_customer_offers option")
    offers.first.wait_for(state="attached")
    assert [offer.get_attribute("value") for offer in offers.all()] == [f"Customer of acme (#{acme.customer.pk})"]


def test_every_place_of_the_way_about_opens(acme: Company, visit: Visit) -> None:
    approved(acme, monthly())
    ana = visit(acme.approver)
    ana.opens_the_desk()

    places = [link.get_attribute("href") for link in ana.page.locator("#work-nav a").all()]
    headings = [ana.heading_of(place) for place in places if place]

    assert len(headings) > 10
    assert "" not in headings
