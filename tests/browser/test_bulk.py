"""Many orders at once: what was looked at is what is done, whatever happens in between."""

from orders import services
from orders.commands import UpdateOrder
from orders.models import Order
from tests.browser.conftest import Visit
from tests.browser.desk import PASSWORD
from tests.cast import Company, at, monthly, submitted


def test_of_two_orders_approved_at_once_the_one_that_changed_meanwhile_waits(acme: Company, visit: Visit) -> None:
    steady = submitted(acme, monthly(), start="2099-01-31")
    moving = submitted(acme, monthly(), start="2099-01-31")
    ana = visit(acme.approver)

    ana.opens("/admin/orders/order/")
    for order in (steady, moving):
        ana.page.get_by_role("checkbox", name=order.number).check()
    ana.presses("Approve…")
    ana.sees("2 will be approved", "USD 600.00")

    services.update_order(order=moving, changes=UpdateOrder(term_months=6), by=acme.drafting, at=at("2026-01-06"))
    if ana.page.get_by_label("Your password").count():
        ana.page.get_by_label("Your password").fill(PASSWORD)
    ana.presses("Approve 2 orders")

    ana.sees("1 approved", "1 changed")
    statuses = [Order.objects.get(pk=order.pk).status for order in (steady, moving)]
    assert statuses == ["approved", "submitted"]


def test_a_view_is_kept_under_a_name_and_opened_again(acme: Company, visit: Visit) -> None:
    submitted(acme, monthly(), start="2099-01-31")
    ana = visit(acme.approver)

    ana.opens("/admin/orders/order/?q=customer%3ACustomer")
    ana.page.get_by_text("Views").first.click()
    ana.page.get_by_label("Save what is shown as").fill("Ours")
    ana.presses("Save view")
    ana.page.locator("details.views summary").click()
    ana.follows("Ours")

    ana.sees("customer:Customer", "Customer of acme")
