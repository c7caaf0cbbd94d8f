"""The main screens of the desk, for an approver, over a row of every kind."""

from functools import partial

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from billing.models import Agreement, Invoice
from customers.models import Customer
from orders.models import ChangeOrder, Order
from orders.states import Status
from tests.admin.pages import everything_of, list_of, url
from tests.budgets import costs
from tests.budgets.costs import Costs, of_request
from tests.cast import Company, line, submitted

LISTS: tuple[type[Model], ...] = (Order, ChangeOrder, Agreement, Invoice, Customer)


def screens(company: Company) -> dict[str, str]:
    """Addresses by what stands there."""
    approved = everything_of(company)
    orders = Order.objects.for_business(company.business)
    long = submitted(company, *[line()] * 100)
    return {
        "desk": reverse("admin:index"),
        "overdue": reverse("admin:billing_overdue"),
        "new order": reverse("admin:orders_order_add"),
        **{f"list of {model._meta.verbose_name_plural}": list_of(model) for model in LISTS},
        "approved order": url(approved),
        "submitted order": url(orders.filter(status=Status.SUBMITTED).earliest("id")),
        "submitted order of 100 lines": url(long),
        "draft order": url(orders.filter(status=Status.DRAFT).earliest("id")),
        "change order": url(ChangeOrder.objects.for_business(company.business).earliest("id")),
        "agreement": url(Agreement.objects.for_business(company.business).earliest("id")),
        "invoice": url(Invoice.objects.for_business(company.business).earliest("id")),
        "customer": url(company.customer),
    }


def measured(company: Company) -> Costs:
    """Each screen at its second look: the first may fill a cache of the process."""
    addresses = screens(company)
    client = Client()
    client.force_login(company.approver.user)
    for address in addresses.values():
        client.get(address)
    return {name: of_request(partial(client.get, address)) for name, address in addresses.items()}


def test_no_screen_costs_more_than_it_did(acme: Company) -> None:
    assert costs.grown("screens", measured(acme)) == []
