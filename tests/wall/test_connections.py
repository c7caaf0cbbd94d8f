"""One connection for many businesses: what one request was told stays with it."""

from http import HTTPStatus

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from billing import services as billing
from billing.models import Charge, Invoice, InvoiceLine
from customers import credentials, wall
from customers.models import Customer, Event
from tests.admin.whole_desk import text
from tests.api.dayzero.caller import Caller
from tests.cast import Company, approved, at, company, monthly


def held() -> tuple[str, str]:
    """The role and the business that the session itself is left with."""
    row = connection.connection.execute(
        "SELECT current_user, coalesce(current_setting('countersign.business', true), '')"
    ).fetchone()
    return str(row[0]), str(row[1])


def names() -> list[str]:
    return sorted(Customer.objects.values_list("name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_used_again_remembers_nothing() -> None:
    acme, globex = company("acme"), company("globex")
    ours, theirs = Caller(acme), Caller(globex)
    login = held()

    told = [api.get("/customers").content.decode() for api in (ours, theirs, ours)]
    refused = Client().get("/dayzero/api/v1/orders", headers={"authorization": f"Bearer dz_{'0' * 12}_{'x' * 43}"})

    assert ["Customer of acme" in body for body in told] == [True, False, True]
    assert ["Customer of globex" in body for body in told] == [False, True, False]
    assert refused.status_code == HTTPStatus.UNAUTHORIZED
    assert held() == login
    with wall.closed():
        assert names() == []
        assert held() == login


def test_businesses_in_turn_are_left_again_and_an_iterator_thrown_away_late_takes_nobody_elsewhere(
    acme: Company, globex: Company
) -> None:
    both = [acme.business, globex.business]
    with wall.closed():
        in_turn = [names() for _ in wall.each(both)]
        afterwards = names()
        broken_off = wall.each(both)
        next(broken_off)

    with wall.within(globex.business.pk):
        del broken_off
        still = names()

    assert in_turn == [["Customer of acme"], ["Customer of globex"]]
    assert afterwards == []
    assert still == ["Customer of globex"]


def test_a_rollback_to_a_savepoint_takes_nobody_elsewhere(acme: Company, globex: Company) -> None:
    with wall.within(acme.business.pk):
        with transaction.atomic():
            with wall.within(globex.business.pk):
                inside = names()
            transaction.set_rollback(True)
        after = names()

    assert inside == ["Customer of globex"]
    assert after == ["Customer of acme"]
    assert names() == ["Customer of acme", "Customer of globex"]


def test_a_refused_statement_leaves_the_next_one_where_it_belongs(acme: Company, globex: Company) -> None:
    with wall.within(acme.business.pk):
        with pytest.raises(Customer.DoesNotExist), transaction.atomic():
            Customer.objects.get(pk=globex.customer.pk)
        found = names()

    assert found == ["Customer of acme"]


def test_rows_that_come_through_a_cursor_of_the_server_are_those_of_one_business(
    acme: Company, globex: Company
) -> None:
    with wall.within(acme.business.pk):
        found = [customer.name for customer in Customer.objects.iterator()]

    assert found == ["Customer of acme"]


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_a_cursor_of_the_server_is_walled_too() -> None:
    acme, _ = company("acme"), company("globex")
    login = held()

    with wall.within(acme.business.pk):
        found = [customer.name for customer in Customer.objects.iterator(chunk_size=1)]
        Customer.objects.bulk_update(Customer.objects.all(), ["name"])

    assert found == ["Customer of acme"]
    assert held() == login


def test_a_wrong_secret_opens_nothing(acme: Company) -> None:
    token = acme.token()
    with wall.request():
        assert credentials.find(token=f"{token[:-1]}{'a' if token[-1] != 'a' else 'b'}", door="dayzero") is None
        shut = names()
        assert credentials.find(token=token, door="dayzero") is not None
        opened = names()

    assert (shut, opened) == ([], ["Customer of acme"])


def test_a_key_that_is_none_finds_nobody(acme: Company) -> None:
    with wall.request(), wall.knocking(credential="'; SET ROLE NONE; --"):
        assert names() == []
    with wall.request(), wall.knocking(credential="0" * 12):
        assert names() == []


def test_what_answers_requests_never_gets_to_every_business(acme: Company) -> None:
    with wall.request():
        wall.enter(acme.business.pk)
        with pytest.raises(wall.NotFromHere), wall.every_business():
            pytest.fail("every business's rows")


def test_a_file_that_is_streamed_has_the_rows_of_who_asked(acme: Company, globex: Company) -> None:
    order = approved(acme, monthly())
    stranger = approved(globex, monthly())
    address = [reverse("admin:orders_timeline_csv", args=[each.pk]) for each in (order, stranger)]
    approver = Client()
    approver.force_login(acme.approver.user)

    told = text(approver.get(address[0])).splitlines()

    assert len(told) > Event.objects.filter(subject_type="order", subject_id=order.pk).count() > 2
    assert approver.get(address[1]).status_code == HTTPStatus.NOT_FOUND


def test_a_request_writes_documents_without_copy_and_the_same_rows(acme: Company) -> None:
    """COPY does not pass row-level security; what a request bills is inserted, and comes to the same."""
    stored = []
    for is_request in (False, True):
        order = approved(acme, monthly(qty="1.5", description='Tab\tand \\ and "é"'), discount_cents=7)
        assert order.agreement is not None
        with transaction.atomic(), wall.request() if is_request else wall.every_business():
            wall.enter(acme.business.pk)
            billing.draft_execution_invoice(agreement=order.agreement, by=acme.billing, at=at("2026-01-31"))
        invoice = Invoice.objects.get(agreement=order.agreement)
        lines = InvoiceLine.objects.filter(invoice=invoice)
        charges = Charge.objects.filter(invoice_line__invoice=invoice)
        told = Event.objects.filter(subject_type="invoice", subject_id=invoice.pk)
        stored.append(
            (
                invoice.total_cents,
                [*lines.values_list("description", "quantity", "amount_cents", "service_start")],
                [*charges.values_list("period", "kind", "revision", "amount_cents", "discount_cents")],
                [*told.values_list("action", "after__total_cents", "after__status")],
            )
        )

    assert stored[0] == stored[1]
