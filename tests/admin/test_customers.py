"""A customer's page: everything of it, who is perhaps the same, and making two one."""

import pytest
from django.test import Client
from django.urls import reverse

from customers import duplicates
from customers import services as customer_services
from customers.models import Customer, CustomerMerge
from orders.services.merging import plan_merge
from tests import factories
from tests.admin.pages import Browse, url
from tests.cast import Company, approved, at, monthly


def words(page: str) -> str:
    return " ".join(page.split())


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


@pytest.fixture
def twin(acme: Company) -> Customer:
    return factories.CustomerFactory.create(
        business=acme.business, name=acme.customer.name.upper(), email="sam@EXAMPLE.com", tax_id="DE1"
    )


def preview(survivor: Customer, merged: Customer) -> str:
    return reverse("admin:customers_merge_preview", args=[survivor.pk, merged.pk])


def reasons(customer: Customer) -> dict[int, tuple[str, ...]]:
    return {found.customer.pk: found.reasons for found in duplicates.duplicates(customer=customer)}


def test_duplicates_are_named_with_their_reasons(acme: Company, globex: Company, twin: Customer) -> None:
    acme.customer.tax_id = "DE1"
    acme.customer.save()
    same_mail = factories.CustomerFactory.create(business=acme.business, email="BOOKS@example.com")
    factories.CustomerFactory.create(business=globex.business, name=acme.customer.name, tax_id="DE1")
    factories.CustomerFactory.create(business=acme.business, name="Nobody", email="")

    assert reasons(acme.customer) == {
        twin.pk: ("same VAT id", "same e-mail domain and name"),
        same_mail.pk: ("same e-mail address",),
    }


def test_who_is_merged_is_nobodys_duplicate(acme: Company, twin: Customer) -> None:
    Customer.objects.filter(pk=twin.pk).update(merged_into=acme.customer, status="inactive")

    assert reasons(acme.customer) == {}


def test_the_page_shows_orders_months_and_duplicates(acme: Company, drafter: Client, twin: Customer) -> None:
    order = approved(acme, monthly())

    page = words(drafter.get(url(acme.customer)).content.decode())

    assert order.number in page
    assert "same e-mail domain and name" in page
    assert preview(acme.customer, twin) in page


def test_the_preview_changes_nothing_and_says_what_would_move(acme: Company, drafter: Client, twin: Customer) -> None:
    factories.ProjectFactory.create(business=acme.business, customer=twin)

    page = words(drafter.get(preview(acme.customer, twin)).content.decode())

    assert "<dt>Projects</dt> <dd>1</dd>" in page
    assert 'name="tax_id" value="merged" checked' in page
    assert not CustomerMerge.objects.exists()


def test_two_are_merged_and_parted_on_the_page(acme: Company, drafter: Client, twin: Customer) -> None:
    seen = plan_merge(business=acme.business, survivor=acme.customer.pk, merged=twin.pk).pair.sha256
    typed = {"merged": twin.pk, "seen_sha256": seen, "tax_id": "merged", "name": "survivor"}

    page = drafter.post(url(acme.customer, "merge"), typed, follow=True).content.decode()

    merge = CustomerMerge.objects.get()
    assert (merge.after, merge.merged) == ({"tax_id": "DE1"}, twin)
    assert "Merged into Customer of acme" in page
    drafter.post(url(acme.customer, "undo_merge"), {"merge": merge.pk})
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_a_merge_without_having_seen_the_two_is_refused(acme: Company, drafter: Client, twin: Customer) -> None:
    page = drafter.post(url(acme.customer, "merge"), {"merged": twin.pk}, follow=True).content.decode()

    assert "open it again" in page
    assert not CustomerMerge.objects.exists()


def test_a_stranger_is_not_previewed(acme: Company, globex: Company, drafter: Client) -> None:
    page = drafter.get(preview(acme.customer, globex.customer)).content.decode()

    assert "Both must be customers of this business." in page
    assert globex.customer.name not in page


def test_ops_see_no_way_to_merge(acme: Company, browse: Browse, twin: Customer) -> None:
    client = browse(acme.ops)

    assert "Compare and merge" not in client.get(url(acme.customer)).content.decode()
    assert client.get(preview(acme.customer, twin)).status_code == 404


def test_who_is_merged_is_read_only_and_points_at_the_survivor(acme: Company, drafter: Client, twin: Customer) -> None:
    Customer.objects.filter(pk=twin.pk).update(merged_into=acme.customer, status="inactive")

    page = drafter.get(url(twin)).content.decode()

    assert 'name="_save"' not in page
    assert url(acme.customer) in page
    with pytest.raises(customer_services.CustomerIsMerged):
        customer_services.update_customer(
            customer=twin,
            name="X",
            email="",
            status="active",
            timezone="",
            net_days=None,
            by=acme.drafting,
            at=at("2026-01-05"),
        )


def test_an_order_of_who_was_merged_is_shown_with_the_survivor(acme: Company, drafter: Client, twin: Customer) -> None:
    order = approved(acme, monthly())
    Customer.objects.filter(pk=acme.customer.pk).update(merged_into=twin, status="inactive")

    assert order.number in drafter.get(url(twin)).content.decode()


@pytest.mark.parametrize(
    ("like", "reason"),
    [
        ({"name": "Twin", "tax_id": "de 1"}, "has the same VAT id"),
        ({"name": "Twin", "email": "Sam@example.com"}, "has the same e-mail address"),
        ({"name": "customer of acme"}, "has the same name"),
    ],
)
def test_a_new_customer_who_looks_like_one_there_is_is_added_when_it_is_said_to_be_another(
    drafter: Client, twin: Customer, like: dict[str, str], reason: str
) -> None:
    address, before = reverse("admin:customers_customer_add"), Customer.objects.count()

    asked = words(drafter.post(address, like).content.decode())
    assert Customer.objects.count() == before
    drafter.post(address, {**like, "is_another": "on"})

    assert reason in asked
    assert url(twin) in asked
    assert Customer.objects.count() == before + 1


def test_another_businesses_customer_is_not_told_of(drafter: Client, globex: Company) -> None:
    drafter.post(reverse("admin:customers_customer_add"), {"name": globex.customer.name})

    assert Customer.objects.filter(name=globex.customer.name).count() == 2
