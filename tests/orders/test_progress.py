"""What moves beside the status of an order: notes, payment, fulfilment. And customers found by their codes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from customers import services as customer_services
from customers.models import Customer, Event
from orders import errors, services
from orders.models import Order
from orders.states import Fulfilment, Payment
from tests import cast

NOW = cast.at("2026-01-06")


@pytest.mark.django_db
def test_notes_change_without_a_new_version_and_leave_an_event(acme: cast.Company) -> None:
    order = cast.draft(acme, cast.line())
    services.annotate_order(order=order, tags=["a", "b", "a"], attributes={"po": "1"}, by=acme.drafting, at=NOW)
    services.annotate_order(order=order, attributes={"note": "x"}, by=acme.drafting, at=NOW)
    stored = Order.objects.get(pk=order.pk)
    assert (stored.version, stored.tags, stored.attributes) == (order.version, ["a", "b"], {"po": "1", "note": "x"})
    assert Event.objects.filter(subject_type="order", subject_id=order.pk, action="annotate").count() == 2


@pytest.mark.django_db
def test_payment_and_fulfilment_move_along_their_tables_only(acme: cast.Company) -> None:
    order = cast.draft(acme, cast.line())
    services.move_payment(order=order, to=Payment.PAID, by=acme.drafting, at=NOW)
    services.move_payment(order=order, to=Payment.REFUNDED, by=acme.drafting, at=NOW)
    with pytest.raises(errors.TransitionNotAllowed):
        services.move_payment(order=order, to=Payment.PAID, by=acme.drafting, at=NOW)
    services.move_fulfilment(order=order, to=Fulfilment.FULFILLED, by=acme.drafting, at=NOW)
    with pytest.raises(errors.TransitionNotAllowed):
        services.move_fulfilment(order=order, to=Fulfilment.UNFULFILLED, by=acme.drafting, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(payment_status=Payment.UNPAID)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_name_one_customer_by_the_same_code_one_creates(acme: cast.Company) -> None:
    def find(_: int) -> int:
        try:
            found = customer_services.find_or_create_customer(
                business=acme.business,
                codes={"test_phone": "+14155550100", "test_email": "ada@example.com"},
                name="Ada",
                email="ada@example.com",
                by=acme.drafting,
                at=NOW,
            )
            return found.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert len(set(pool.map(find, range(12)))) == 1
    assert Customer.objects.for_business(acme.business).filter(name="Ada").count() == 1
