"""Two at once: there is one winner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from billing.models import Agreement, AgreementChange
from orders import errors, services
from orders.commands import DraftChangeOrder, LineChange, UpdateOrder
from orders.models import ChangeOrder, Order
from tests.cast import Company, approved, at, change_order, company, monthly, submitted

RIVALS = 6


def at_once(work: Callable[[], object]) -> list[object]:
    """The outcome of some rivals who start together: what each returned, or raised."""
    barrier = Barrier(RIVALS)

    def rival(_: int) -> object:
        try:
            barrier.wait(timeout=30)
            return work()
        except errors.OrderError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(rival, range(RIVALS)))


@pytest.fixture
def busy(transactional_db: None) -> Company:
    return company("busy")


def test_an_order_is_approved_once(busy: Company) -> None:
    order = submitted(busy, monthly())

    outcomes = at_once(lambda: services.approve_order(order=order, by=busy.approving, at=at("2026-01-07")))

    assert [type(outcome) for outcome in outcomes].count(Order) == 1
    assert [type(outcome) for outcome in outcomes].count(errors.TransitionNotAllowed) == RIVALS - 1
    assert Agreement.objects.for_business(busy.business).count() == 1


def test_a_change_order_is_approved_once(busy: Company) -> None:
    waiting = change_order(busy, approved(busy, monthly()))

    outcomes = at_once(
        lambda: services.approve_change_order(change_order=waiting, by=busy.approving, at=at("2026-01-21"))
    )

    assert [type(outcome) for outcome in outcomes].count(ChangeOrder) == 1
    assert [type(outcome) for outcome in outcomes].count(errors.ChangeOrderDecided) == RIVALS - 1
    assert AgreementChange.objects.for_business(busy.business).count() == 1


def test_of_change_orders_that_say_the_same_one_is_of_the_agreement(busy: Company) -> None:
    order = approved(busy, monthly())
    waiting = iter([change_order(busy, order) for _ in range(RIVALS)])

    outcomes = at_once(
        lambda: services.approve_change_order(change_order=next(waiting), by=busy.approving, at=at("2026-01-21"))
    )

    assert [type(outcome) for outcome in outcomes].count(ChangeOrder) == 1
    assert [type(outcome) for outcome in outcomes].count(errors.ValueDeltaDiffers) == RIVALS - 1


def test_change_orders_drafted_at_once_are_counted(busy: Company) -> None:
    order = approved(busy, monthly())

    at_once(lambda: change_order(busy, order))

    numbers = ChangeOrder.objects.for_business(busy.business).order_by("number").values_list("number", flat=True)
    assert [*numbers] == [1, 2, 3, 4, 5, 6]


def test_of_amendments_at_once_one_waits_for_its_approval(busy: Company) -> None:
    order = approved(busy, monthly())
    assert order.agreement is not None
    seen = services.seen_state(agreement=order.agreement)
    change = LineChange(order_line=str(order.lines.get().uid), qty=Decimal(2))
    command = DraftChangeOrder(effective_on=date(2026, 3, 31), changed=(change,))

    outcomes = at_once(
        lambda: services.amend_order(order=order, command=command, seen=seen, by=busy.drafting, at=at("2026-01-20"))
    )

    assert [type(outcome) for outcome in outcomes].count(ChangeOrder) == 1
    assert [type(outcome) for outcome in outcomes].count(errors.AmendmentWaiting) == RIVALS - 1


def test_of_edits_of_one_version_one_is_kept(busy: Company) -> None:
    order = submitted(busy, monthly())

    outcomes = at_once(
        lambda: services.update_order(
            order=order,
            changes=UpdateOrder(term_months=7),
            by=busy.drafting,
            at=at("2026-01-07"),
            seen_version=order.version,
        )
    )

    assert [type(outcome) for outcome in outcomes].count(Order) == 1
    assert [type(outcome) for outcome in outcomes].count(errors.StaleOrder) == RIVALS - 1
    assert Order.objects.for_business(busy.business).get().version == order.version + 1
