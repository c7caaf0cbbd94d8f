"""What the database refuses about licences, though every service be bypassed."""

import pytest
from django.db import DataError, IntegrityError, transaction

from orders.models import LicenceAccount, LicenceLine, LicenceOrder, LicenceProgramme, Order, Subscription
from tests import scenes
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, line
from tests.api.adobe.programme import TEAM
from tests.cast import Company
from tests.promises import sql


def licensed(company: Company) -> Caller:
    """A partner's program whose customer has bought two seats."""
    programme.open_programme(company)
    programme.customer(company)
    caller = Caller(company)
    caller.completed("NEW", line(TEAM, 2))
    return caller


@pytest.fixture
def api(acme: Company) -> Caller:
    return scenes.begin(licensed, acme)


def test_a_product_has_one_active_subscription_for_each_place_and_currency(api: Caller) -> None:
    subscription = Subscription.objects.get()

    with pytest.raises(IntegrityError, match="subscription_active_once_per_product"):
        sql.insert_copy(subscription, code="f" * 30 + "NA")


@pytest.mark.parametrize(
    ("values", "promise"),
    [
        ({"status": "scheduled"}, "along its table of states"),
        ({"status": "nonsense"}, "along its table of states"),
        ({"quantity": 0}, "subscription_active_has_something"),
        ({"ended_on": "2026-01-05"}, "subscription_active_has_something"),
        ({"renewal_quantity": 0}, "subscription_renewal_quantity_bounds"),
        ({"consumed_quantity": 3}, "subscription_consumed_up_to_what_it_has"),
    ],
)
def test_a_subscription_keeps_its_shape(api: Caller, values: dict[str, object], promise: str) -> None:
    with pytest.raises((IntegrityError, DataError), match=promise):
        sql.update(Subscription.objects.get(), **values)


@pytest.mark.parametrize(
    ("values", "promise"),
    [
        ({"market_segment": "ABC"}, "licence_account_market_segment_known"),
        ({"licence_level": "99"}, "licence_account_licence_level_known"),
        ({"consumable_level": "T9"}, "licence_account_consumable_level_known"),
        ({"commitment_start_date": "2026-01-05"}, "licence_account_commitment_is_a_period"),
    ],
)
def test_an_account_keeps_its_shape(api: Caller, values: dict[str, object], promise: str) -> None:
    with pytest.raises(IntegrityError, match=promise):
        sql.update(LicenceAccount.objects.get(), **values)


def test_a_customer_number_is_given_once(api: Caller, acme: Company) -> None:
    other = programme.customer(acme, "1111111111")

    with pytest.raises(IntegrityError, match="licence_account_code_once"):
        sql.update(other, code="9876543210")


def test_a_return_names_its_original_and_nothing_else_does(api: Caller) -> None:
    licence = LicenceOrder.objects.get()

    with pytest.raises(IntegrityError, match="licence_order_return_names_its_original"):
        sql.update(licence, original_id=licence.pk)


def test_a_line_number_stands_once_in_an_order(api: Caller) -> None:
    api.placed("NEW", line(TEAM, number=1), line(TEAM, number=2))

    with pytest.raises(IntegrityError, match="licence_line_number_once"):
        sql.update(LicenceLine.objects.latest("id"), number=1)


def test_what_is_returned_stays_returned_and_was_returned_by_an_order(api: Caller) -> None:
    bought = LicenceLine.objects.get()
    returned = LicenceOrder.objects.get()
    sql.update(bought, returned_by_id=returned.pk, returned_at="2026-01-06T12:00:00Z")

    with pytest.raises(IntegrityError, match="What is returned stays returned"):
        sql.update(bought, returned_by_id=None, returned_at=None)


def test_a_line_that_one_return_has_claimed_is_no_others(api: Caller) -> None:
    bought, first = LicenceLine.objects.get(), LicenceOrder.objects.get()
    api.placed("NEW", line(TEAM))
    sql.update(bought, returned_by_id=first.pk)

    with pytest.raises(IntegrityError, match="is of no other one"), transaction.atomic():
        sql.update(bought, returned_by_id=LicenceOrder.objects.latest("id").pk)
    sql.update(bought, returned_by_id=None)


def test_a_line_is_not_returned_by_nobody(api: Caller) -> None:
    with pytest.raises(IntegrityError, match="licence_line_returned_by_an_order"):
        sql.update(LicenceLine.objects.get(), returned_at="2026-01-06T12:00:00Z")


def test_an_order_fails_with_a_code_and_has_none_otherwise(api: Caller) -> None:
    api.placed("NEW", line(TEAM))
    waiting = Order.objects.latest("id")

    with pytest.raises(IntegrityError, match="order_failure_has_a_code"):
        sql.update(waiting, status="failed")


def test_an_order_that_waits_has_no_failure_code(api: Caller) -> None:
    api.placed("NEW", line(TEAM))

    with pytest.raises(IntegrityError, match="order_failure_has_a_code"):
        sql.update(Order.objects.latest("id"), failure_code="1004")


def test_a_business_has_one_programme_of_known_segments(acme: Company) -> None:
    row = LicenceProgramme.objects.create(business=acme.business)

    with pytest.raises(IntegrityError, match="licence_programme_segments_known"), transaction.atomic():
        sql.update(row, market_segments=["COM", "ABC"])
    with pytest.raises(IntegrityError, match="licence_programme_once"):
        sql.insert_copy(row)


def test_a_subscription_cannot_point_into_another_business(api: Caller, globex: Company) -> None:
    programme.open_programme(globex)
    theirs = programme.customer(globex)

    with pytest.raises(IntegrityError, match="subscription_account_same_business"):
        sql.update(Subscription.objects.get(), account_id=theirs.pk)
