"""Members of a business's staff get in, and see that business alone; the role decides what they may do."""

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import Agreement, Invoice, TaxTreatment
from catalog.models import CatalogItem
from customers.models import ApiCredential, Customer, Project
from orders.models import Order
from tests import factories, scenes
from tests.admin.pages import Browse, drafted_invoice, everything_of, list_of, typed, url
from tests.cast import Company, approved, monthly

LISTS = (Order, Agreement, Invoice, Customer, Project, CatalogItem, TaxTreatment, ApiCredential)


def test_a_superuser_without_a_business_is_not_let_in(db: None) -> None:
    user = factories.UserFactory.create(is_superuser=True)
    client = Client()
    client.force_login(user)

    answer = client.get(reverse("admin:index"))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:login"))  # type: ignore[attr-defined]  # a redirect has one


def test_the_login_page_says_that_an_account_belongs_to_no_business(db: None) -> None:
    user = factories.UserFactory.create(username="nobody", is_superuser=True)

    answer = Client().post(reverse("admin:login"), {"username": user.username, "password": "correct horse battery"})

    assert "belongs to no business" in answer.content.decode()


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_a_list_shows_the_own_business_only(acme: Company, globex: Company, browse: Browse, model: type) -> None:
    scenes.begin(everything_of, acme)
    scenes.begin(everything_of, globex)

    page = browse(acme.ops).get(list_of(model))

    assert {row.business for row in page.context["cl"].result_list} == {acme.business}


def test_a_strangers_row_does_not_exist(acme: Company, globex: Company, browse: Browse) -> None:
    order = scenes.begin(everything_of, globex)
    client = browse(acme.ops)

    assert client.get(url(order)).status_code == 404
    assert client.get(url(order, "history")).status_code == 404
    assert client.post(url(order, "approve"), {}).status_code == 404
    assert client.get(url(globex.customer)).status_code == 404


def test_the_autocomplete_offers_the_own_business_only(acme: Company, globex: Company, browse: Browse) -> None:
    source = {"app_label": "orders", "model_name": "order", "field_name": "customer"}

    answer = browse(acme.drafter).get(reverse("admin:autocomplete"), {"term": "Customer", **source})

    assert [row["text"] for row in answer.json()["results"]] == ["Customer of acme"]


def test_a_posted_customer_of_another_business_is_refused(acme: Company, globex: Company, browse: Browse) -> None:
    foreign = f"Customer of globex (#{globex.customer.pk})"

    answer = browse(acme.drafter).post(reverse("admin:orders_order_add"), typed(foreign, {}))

    assert "There is no such row" in answer.content.decode()
    assert not Order.objects.exists()


def test_a_posted_item_of_another_business_is_refused(acme: Company, globex: Company, browse: Browse) -> None:
    item = factories.CatalogItemFactory.create(business=globex.business, name="Theirs")
    form = typed("Customer of acme", {"item": f"Theirs (#{item.pk})"})

    answer = browse(acme.drafter).post(reverse("admin:orders_order_add"), form)

    assert "There is no such row" in answer.content.decode()
    assert not Order.objects.exists()


def test_ops_may_not_draft(acme: Company, browse: Browse) -> None:
    client = browse(acme.ops)

    assert client.get(reverse("admin:orders_order_add")).status_code == 403
    assert client.post(reverse("admin:customers_customer_add"), {"name": "New"}).status_code == 403


def test_a_drafter_may_not_issue(acme: Company, browse: Browse) -> None:
    approved(acme, monthly())
    draft = drafted_invoice(acme)

    answer = browse(acme.drafter).post(url(draft, "issue"), follow=True)

    assert "Rui may not bill" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.number is None


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_nothing_is_deleted_from_a_list(acme: Company, browse: Browse, model: type) -> None:
    scenes.begin(everything_of, acme)
    row = model.objects.first()  # type: ignore[attr-defined]  # each is a model

    client = browse(acme.approver)
    client.post(list_of(model), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})

    assert client.post(url(row, "delete"), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()  # type: ignore[attr-defined]
