"""An id that a client keeps goes on to work after its customer was merged into another one."""

from dataclasses import replace

import pytest
from django.http import HttpResponse

from billing import services as billing_services
from customers.models import Customer, CustomerMerge
from orders.services.merging import merge_customers, undo_merge
from tests import factories
from tests.api.dayzero.caller import Caller, data
from tests.cast import Company, approved, at, draft, monthly


@pytest.fixture
def gone(acme: Company) -> Customer:
    """A customer who was merged into the company's."""
    gone = factories.CustomerFactory.create(business=acme.business, name="Gone")
    into(acme, gone)
    return gone


def into(acme: Company, gone: Customer) -> CustomerMerge:
    """Merge a customer into the company's."""
    return merge_customers(
        business=acme.business,
        survivor=acme.customer.pk,
        merged=gone.pk,
        take=(),
        by=acme.drafting,
        at=at("2026-01-10"),
    )


def test_the_old_id_answers_with_the_survivor(acme: Company, gone: Customer) -> None:
    api = Caller(acme)

    found = data(api.get(f"/customers/{gone.uid}"))
    listed = data(api.get("/customers"))["items"]

    assert found["name"] == acme.customer.name
    assert [row["name"] for row in listed] == [acme.customer.name]


def test_a_new_order_under_the_old_id_is_the_survivors(acme: Company, gone: Customer) -> None:
    sent = {"customer_id": str(gone.uid), "lines": [{"description": "Plan", "qty": "1", "unit_price_cents": 1}]}

    answer = Caller(acme).post("/orders", sent)

    assert data(answer)["customer_id"] == str(acme.customer.uid)


@pytest.mark.parametrize("path", ["/orders", "/contracts", "/invoices"])
def test_lists_by_either_id_have_what_was_written_for_either(acme: Company, path: str) -> None:
    gone = factories.CustomerFactory.create(business=acme.business, name="Gone")
    of_gone = replace(acme, customer=gone)
    for company in (acme, of_gone):
        draft(company, monthly())
        agreement = approved(company, monthly()).agreement
        assert agreement is not None
        billing_services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-06"))
    into(acme, gone)
    factories.CustomerFactory.create(business=acme.business)
    api = Caller(acme)

    found = [ids(api.get(f"{path}?customer_id={customer.uid}")) for customer in (acme.customer, gone)]

    assert found[0] == found[1] == ids(api.get(path))
    assert len(found[0]) >= 2


def test_a_list_by_an_id_has_nobody_elses(acme: Company, gone: Customer) -> None:
    other = factories.CustomerFactory.create(business=acme.business)
    draft(acme, monthly())
    mine = draft(replace(acme, customer=other), monthly())
    api = Caller(acme)

    assert ids(api.get(f"/orders?customer_id={other.uid}")) == {str(mine.uid)}
    assert ids(api.get(f"/orders?customer_id={mine.uid}")) == set()


def test_after_an_undone_merge_each_id_means_its_own_again(acme: Company) -> None:
    gone = factories.CustomerFactory.create(business=acme.business, name="Gone")
    own, theirs = draft(acme, monthly()), draft(replace(acme, customer=gone), monthly())
    merge = into(acme, gone)
    undo_merge(business=acme.business, merge=merge.pk, by=acme.drafting, at=at("2026-01-11"))
    api = Caller(acme)

    assert ids(api.get(f"/orders?customer_id={acme.customer.uid}")) == {str(own.uid)}
    assert ids(api.get(f"/orders?customer_id={gone.uid}")) == {str(theirs.uid)}


def ids(answer: HttpResponse) -> set[str]:
    return {row["id"] for row in data(answer)["items"]}
