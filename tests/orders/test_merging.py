"""Two customers made one: drafts go over, what was signed stays, and for thirty days there is a way back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from billing import services as billing_services
from billing.models import Agreement, Invoice
from customers import ledger, merging, queries
from customers import services as customer_services
from customers.actors import NotPermitted
from customers.merging import MergeRefused
from customers.models import Customer, CustomerCode, CustomerMerge, Project
from orders import services, verification
from orders.models import Order
from orders.services.merging import merge_customers, plan_merge, undo_merge
from tests import factories
from tests.cast import Company, approved, at, company, draft, monthly, submitted
from tests.promises import sql


@pytest.fixture
def twin(acme: Company) -> Customer:
    """A second row of the company's customer."""
    return customer_services.create_customer(
        business=acme.business,
        name="Customer of acme, Inc.",
        email="twin@example.com",
        tax_id="de 123-456",
        codes={"phone": "+4930123"},
        by=acme.drafting,
        at=at("2026-01-05"),
    )


def merged(company: Company, twin: Customer, *take: str, on: str = "2026-01-10") -> CustomerMerge:
    """The twin made part of the company's customer."""
    return merge_customers(
        business=company.business,
        survivor=company.customer.pk,
        merged=twin.pk,
        take=take,
        by=company.drafting,
        at=at(on),
    )


def for_twin(company: Company, twin: Customer) -> Company:
    return Company(
        business=company.business,
        drafter=company.drafter,
        approver=company.approver,
        ops=company.ops,
        customer=twin,
    )


def findings(company: Company) -> list[object]:
    return list(verification.of_business(business=company.business))


def test_drafts_projects_and_codes_go_over(acme: Company, twin: Customer) -> None:
    order = draft(for_twin(acme, twin), monthly())
    project = factories.ProjectFactory.create(business=acme.business, customer=twin)

    merge = merged(acme, twin)

    order.refresh_from_db()
    project.refresh_from_db()
    assert {order.customer, project.customer, CustomerCode.objects.get().customer} == {acme.customer}
    assert (merge.moved["drafts"], merge.moved["projects"]) == ([order.pk], [project.pk])


def test_the_survivor_takes_the_chosen_fields_only(acme: Company, twin: Customer) -> None:
    name = acme.customer.name

    merged(acme, twin, "tax_id")

    acme.customer.refresh_from_db()
    assert (acme.customer.tax_id, acme.customer.name) == ("DE123456", name)


def test_what_was_signed_stays_as_it_was(acme: Company, twin: Customer) -> None:
    order = approved(for_twin(acme, twin), monthly())
    waiting = submitted(for_twin(acme, twin), monthly())
    billing_services.run_billing(business=acme.business, as_of=date(2026, 1, 31), by=acme.billing, at=at("2026-01-31"))
    terms = order.terms_sha256, waiting.terms_sha256

    merged(acme, twin, "name", on="2026-02-01")

    order.refresh_from_db()
    waiting.refresh_from_db()
    assert {order.customer, waiting.customer, Agreement.objects.get().customer} == {twin}
    assert Invoice.objects.latest("id").customer_name == "Customer of acme, Inc."
    assert (order.terms_sha256, waiting.terms_sha256) == terms


def test_the_books_are_clean_after_a_merge_and_its_undoing(acme: Company, twin: Customer) -> None:
    approved(for_twin(acme, twin), monthly())
    draft(for_twin(acme, twin), monthly())
    billing_services.run_billing(business=acme.business, as_of=date(2026, 1, 31), by=acme.billing, at=at("2026-01-31"))

    merge = merged(acme, twin, "name", on="2026-02-01")
    after_merge = findings(acme)
    undo_merge(business=acme.business, merge=merge.pk, by=acme.drafting, at=at("2026-02-02"))

    assert (after_merge, findings(acme)) == ([], [])


def test_undoing_brings_everything_back(acme: Company, twin: Customer) -> None:
    order = draft(for_twin(acme, twin), monthly())
    factories.ProjectFactory.create(business=acme.business, customer=twin)
    before = merging.values(acme.customer)
    merge = merged(acme, twin, "name", "tax_id")

    undo_merge(business=acme.business, merge=merge.pk, by=acme.drafting, at=at("2026-02-09"))

    order.refresh_from_db()
    twin.refresh_from_db()
    acme.customer.refresh_from_db()
    assert (twin.merged_into, twin.status) == (None, "active")
    assert {order.customer, Project.objects.get().customer, CustomerCode.objects.get().customer} == {twin}
    assert merging.values(acme.customer) == before


def test_undoing_keeps_what_was_changed_since(acme: Company, twin: Customer) -> None:
    merge = merged(acme, twin, "name")
    customer_services.update_customer(
        customer=acme.customer,
        name="Renamed since",
        email="",
        status="active",
        timezone="",
        net_days=None,
        by=acme.drafting,
        at=at("2026-01-11"),
    )

    undo_merge(business=acme.business, merge=merge.pk, by=acme.drafting, at=at("2026-01-12"))

    acme.customer.refresh_from_db()
    assert acme.customer.name == "Renamed since"


def test_a_draft_that_was_submitted_since_stays_with_the_survivor(acme: Company, twin: Customer) -> None:
    order = draft(for_twin(acme, twin), monthly())
    merge = merged(acme, twin)
    services.submit_order(order=order, by=acme.drafting, at=at("2026-01-11"))

    undo_merge(business=acme.business, merge=merge.pk, by=acme.drafting, at=at("2026-01-12"))

    order.refresh_from_db()
    assert order.customer == acme.customer


def test_a_merge_is_undone_within_thirty_days(acme: Company, twin: Customer) -> None:
    merge = merged(acme, twin, on="2026-01-10")

    with pytest.raises(MergeRefused, match="within 30 days"):
        undo_merge(business=acme.business, merge=merge.pk, by=acme.drafting, at=at("2026-02-10"))


def test_a_merge_is_undone_once(acme: Company, twin: Customer) -> None:
    merge = merged(acme, twin)
    undo_merge(business=acme.business, merge=merge.pk, by=acme.drafting, at=at("2026-01-11"))

    with pytest.raises(MergeRefused, match="already been undone"):
        undo_merge(business=acme.business, merge=merge.pk, by=acme.drafting, at=at("2026-01-12"))


def test_the_old_id_leads_to_the_survivor(acme: Company, twin: Customer) -> None:
    merged(acme, twin)

    found = queries.customer_by_uid(business=acme.business, uid=str(twin.uid))

    assert found == acme.customer
    assert list(queries.customers(business=acme.business)) == [acme.customer]
    assert queries.customer_by_code(business=acme.business, scheme="phone", code="+4930123") == acme.customer


def test_a_new_order_under_the_old_id_is_the_survivors(acme: Company, twin: Customer) -> None:
    merged(acme, twin)

    assert draft(for_twin(acme, twin), monthly()).customer == acme.customer


def test_a_customer_who_swallowed_others_is_merged_with_them(acme: Company, twin: Customer) -> None:
    third = factories.CustomerFactory.create(business=acme.business)
    merge_customers(
        business=acme.business, survivor=twin.pk, merged=third.pk, take=(), by=acme.drafting, at=at("2026-01-09")
    )

    second = merged(acme, twin)
    found = queries.customer_by_uid(business=acme.business, uid=str(third.uid))
    undo_merge(business=acme.business, merge=second.pk, by=acme.drafting, at=at("2026-01-12"))

    third.refresh_from_db()
    assert (found, third.merged_into) == (acme.customer, twin)


def test_the_inner_merge_is_not_undone_before_the_outer(acme: Company, twin: Customer) -> None:
    third = factories.CustomerFactory.create(business=acme.business)
    inner = merge_customers(
        business=acme.business, survivor=twin.pk, merged=third.pk, take=(), by=acme.drafting, at=at("2026-01-09")
    )
    merged(acme, twin)

    with pytest.raises(MergeRefused, match="undo that first"):
        undo_merge(business=acme.business, merge=inner.pk, by=acme.drafting, at=at("2026-01-11"))


def test_customers_of_two_businesses_are_never_one(acme: Company, globex: Company) -> None:
    with pytest.raises(MergeRefused, match="of this business"):
        merged(acme, globex.customer)
    with pytest.raises(IntegrityError, match="customer_merged_into_same_business"):
        sql.update(globex.customer, merged_into_id=acme.customer.pk, status="inactive")


def test_a_merge_of_another_business_is_not_there(acme: Company, globex: Company, twin: Customer) -> None:
    merge = merged(acme, twin)

    with pytest.raises(MergeRefused, match="no such merge"):
        undo_merge(business=globex.business, merge=merge.pk, by=globex.drafting, at=at("2026-01-11"))


def test_a_customer_is_not_merged_into_itself_nor_twice(acme: Company, twin: Customer) -> None:
    with pytest.raises(MergeRefused, match="into itself"):
        merged(acme, acme.customer)
    merged(acme, twin)
    with pytest.raises(MergeRefused, match="merged into another customer already"):
        merged(acme, twin)


def test_a_merge_is_of_the_two_that_were_seen(acme: Company, twin: Customer) -> None:
    seen = plan_merge(business=acme.business, survivor=acme.customer.pk, merged=twin.pk).pair.sha256
    Customer.objects.filter(pk=twin.pk).update(name="Somebody else")

    with pytest.raises(MergeRefused, match="look again"):
        merge_customers(
            business=acme.business,
            survivor=acme.customer.pk,
            merged=twin.pk,
            take=(),
            by=acme.drafting,
            at=at("2026-01-10"),
            seen_sha256=seen,
        )


def test_ops_do_not_merge(acme: Company, twin: Customer) -> None:
    with pytest.raises(NotPermitted):
        merge_customers(
            business=acme.business,
            survivor=acme.customer.pk,
            merged=twin.pk,
            take=(),
            by=acme.billing,
            at=at("2026-01-10"),
        )


def test_both_ledgers_tell_of_it(acme: Company, twin: Customer) -> None:
    merge = merged(acme, twin, "tax_id")
    undo_merge(business=acme.business, merge=merge.pk, by=acme.drafting, at=at("2026-01-11"))

    ours, theirs = (
        [e.action for e in ledger.history(business=acme.business, subject=row)] for row in (acme.customer, twin)
    )
    assert (ours, theirs) == (["merge", "undo_merge"], ["create", "merge_into", "undo_merge"])


@pytest.mark.parametrize("values", [{"moved": "{}"}, {"undo_until": "2099-01-01"}])
def test_a_merge_on_record_never_changes(acme: Company, twin: Customer, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="undone, once, and never changed"):
        sql.update(merged(acme, twin), **values)


def test_whoever_merges_worked_on_the_drafts(acme: Company, twin: Customer) -> None:
    order = draft(for_twin(acme, twin), monthly())

    merge_customers(
        business=acme.business,
        survivor=acme.customer.pk,
        merged=twin.pk,
        take=(),
        by=acme.approving,
        at=at("2026-01-10"),
    )

    assert acme.approver.pk in Order.objects.get(pk=order.pk).contributor_ids


def test_of_two_merges_in_opposite_directions_one_wins(transactional_db: None) -> None:
    busy = company("busy")
    other = factories.CustomerFactory.create(business=busy.business)
    barrier = Barrier(2)

    def rival(survivor: int, gone: int) -> object:
        try:
            barrier.wait(timeout=30)
            return merge_customers(
                business=busy.business, survivor=survivor, merged=gone, take=(), by=busy.drafting, at=at("2026-01-10")
            )
        except MergeRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ways = (busy.customer.pk, other.pk), (other.pk, busy.customer.pk)
        outcomes = list(pool.map(lambda way: rival(*way), ways))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CustomerMerge", "MergeRefused"]
    assert Customer.objects.filter(merged_into=None).count() == 1
