"""The demo's data: what `make demo` shows a newcomer, seeded on a leap day at noon."""

import shlex
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from billing.engine.terms import Rule, Timing
from billing.models import Agreement, AgreementLine, Invoice, TaxTreatment
from customers import credentials
from customers.actors import Actor
from customers.models import Business, Customer, StaffMember, User
from orders import demo, desk, services
from orders.models import Order
from orders.states import Status
from tests.commands.promised import WAYS_IN

LEAP_DAY = datetime(2028, 2, 29, 12, tzinfo=UTC)
URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def ways_in(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, str]]:
    """Seeded once for this module, with `var/demo.env` written as the command writes it."""
    var_dir = tmp_path_factory.mktemp("var")
    with django_db_blocker.unblock(), override_settings(VAR_DIR=var_dir), transaction.atomic():
        access = demo.open_demo(at=LEAP_DAY, base_url=URL)
        assignments = "".join(f"{name}={shlex.quote(value)}\n" for name, value in access.items())
        (var_dir / "demo.env").write_text(assignments)
        yield access
        transaction.set_rollback(True)


@pytest.fixture
def studio(ways_in: Mapping[str, str]) -> Business:
    return Business.objects.get(uid=ways_in["DAYZERO_BUSINESS_ID"])


def member(username: str) -> Actor:
    return Actor.staff(StaffMember.objects.get(user__username=username))


def waiting(studio: Business, description: str) -> Order:
    return Order.objects.for_business(studio).get(status=Status.SUBMITTED, description=description)


def test_the_variables_are_the_promised_ones_in_order(ways_in: Mapping[str, str]) -> None:
    assert list(ways_in) == WAYS_IN


def test_the_token_opens_the_door_of_the_studio_and_its_customer_exists(
    ways_in: Mapping[str, str], studio: Business
) -> None:
    credential = credentials.find(token=ways_in["DAYZERO_TOKEN"], door="dayzero")

    assert credential is not None
    assert credential.business == studio
    assert Customer.objects.for_business(studio).filter(uid=ways_in["DAYZERO_CUSTOMER_ID"]).exists()


@pytest.mark.parametrize("who", ["STAFF_DRAFTER", "STAFF_APPROVER", "STAFF_OPS"])
def test_staff_may_enter_the_admin_and_are_no_superusers(ways_in: Mapping[str, str], who: str) -> None:
    user = User.objects.get(username=ways_in[who])

    assert user.check_password(ways_in["STAFF_PASSWORD"])
    assert (user.is_staff, user.is_superuser) == (True, False)


def test_a_second_start_keeps_data_token_and_password(ways_in: Mapping[str, str]) -> None:
    orders, invoices = Order.objects.count(), Invoice.objects.count()

    again = demo.open_demo(at=LEAP_DAY, base_url="http://127.0.0.1:9000")

    assert again == {**ways_in, "COUNTERSIGN_URL": "http://127.0.0.1:9000"}
    assert (Order.objects.count(), Invoice.objects.count()) == (orders, invoices)


def test_with_its_file_lost_a_start_makes_a_new_token_and_password(
    ways_in: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with transaction.atomic(), override_settings(VAR_DIR=tmp_path_factory.mktemp("lost")):
        again = demo.open_demo(at=LEAP_DAY, base_url=URL)

        assert again["DAYZERO_BUSINESS_ID"] == ways_in["DAYZERO_BUSINESS_ID"]
        assert again["DAYZERO_TOKEN"] != ways_in["DAYZERO_TOKEN"]
        assert credentials.find(token=again["DAYZERO_TOKEN"], door="dayzero") is not None
        assert User.objects.get(username=again["STAFF_DRAFTER"]).check_password(again["STAFF_PASSWORD"])
        transaction.set_rollback(True)


def test_there_are_orders_in_every_state_they_can_be_left_in(studio: Business) -> None:
    states = set(Order.objects.for_business(studio).values_list("status", flat=True))

    assert states == set(Status) - {Status.FAILED}


def test_there_are_about_forty_orders_of_a_dozen_customers_and_more(studio: Business) -> None:
    orders = Order.objects.for_business(studio)

    assert orders.count() >= 35
    assert orders.values("customer").distinct().count() >= 12


def test_every_rule_and_timing_is_under_agreement(studio: Business) -> None:
    lines = AgreementLine.objects.for_business(studio)

    assert set(lines.values_list("billing_rule", flat=True)) == set(Rule)
    assert set(lines.values_list("billing_timing", flat=True)) == {"", *Timing}
    assert lines.filter(ramp_schedule__isnull=False).exists()
    assert Agreement.objects.for_business(studio).filter(discount_cents__gt=0).exists()


def test_the_tax_table_has_the_promised_labels(studio: Business) -> None:
    table = TaxTreatment.objects.for_business(studio)

    assert set(table.values_list("label", "mode", "rates__rate_percent")) == {
        ("none", "none", Decimal(0)),
        ("standard", "exclusive", Decimal(20)),
        ("standard-inclusive", "inclusive", Decimal(20)),
    }


def test_invoices_are_numbered_without_a_gap_and_billed_up_to_today(studio: Business) -> None:
    issued = Invoice.objects.for_business(studio).exclude(number=None).order_by("number")

    assert [invoice.number for invoice in issued] == list(range(1, len(issued) + 1))
    assert len(issued) > 100
    assert not Agreement.objects.for_business(studio).filter(next_due_date__lte=date(2028, 2, 29)).exists()


def test_some_drafts_wait_for_a_person_and_one_is_held(studio: Business) -> None:
    drafts = Invoice.objects.for_business(studio).filter(status="draft")

    assert sorted(drafts.values_list("is_held", flat=True)) == [False, True]


def test_a_rich_signed_order_waits_for_the_approver(studio: Business) -> None:
    order = waiting(studio, "Platform rollout, three years")

    assert order.signed_at is not None
    assert order.term_months == 36
    assert set(order.lines.values_list("billing_rule", flat=True)) == set(Rule)
    assert services.why_not(order=order, by=member("approver"), at=LEAP_DAY) is None


def test_the_approver_drafted_one_and_so_may_not_approve_it(studio: Business) -> None:
    order = waiting(studio, "Members' portal")

    refusal = services.why_not(order=order, by=member("approver"), at=LEAP_DAY)

    assert refusal is not None
    assert "Rui Costa" in refusal


def test_one_is_above_the_approvers_limit_and_names_who_can(studio: Business) -> None:
    order = waiting(studio, "Control room, above most limits")

    refusal = services.why_not(order=order, by=member("approver"), at=LEAP_DAY)

    assert refusal is not None
    assert "above the approval limit of Ana Lindqvist" in refusal
    assert "Rui Costa" in refusal


def test_a_second_business_has_books_of_its_own(studio: Business) -> None:
    other = Business.objects.exclude(pk=studio.pk).get()

    assert other.currency == "EUR"
    assert Invoice.objects.for_business(other).exists()


def test_nothing_happens_after_the_moment_of_seeding(studio: Business) -> None:
    assert not Order.objects.filter(updated_at__gt=LEAP_DAY).exists()
    assert not Invoice.objects.filter(issued_at__gt=LEAP_DAY).exists()


def test_a_change_order_waits_for_the_approver(studio: Business, ways_in: Mapping[str, str]) -> None:
    approver = StaffMember.objects.get(user__username=ways_in["STAFF_APPROVER"])
    (change,) = desk.changes_waiting_for(member=approver, at=LEAP_DAY)

    with transaction.atomic():
        approved = services.approve_change_order(
            change_order=change, by=member(ways_in["STAFF_APPROVER"]), at=LEAP_DAY, seen_sha256=change.terms_sha256
        )
        transaction.set_rollback(True)

    assert (change.business, change.agreement.customer_name) == (studio, "Lakeshore Museum")
    assert (approved.status, str(approved.effective_date), approved.value_delta_cents) == (
        "approved",
        "2028-03-03",
        7 * 6 * 25_00,  # until 3 October
    )
