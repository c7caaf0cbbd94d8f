"""Two at once: there is one winner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from billing.models import Agreement
from orders import errors, services
from orders.commands import UpdateOrder
from orders.models import Order
from tests.cast import Company, at, company, monthly, submitted

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
