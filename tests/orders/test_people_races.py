"""Two at once, about people and policies: what one relies on the other does not take away."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from customers import deputies, people
from customers.actors import Actor
from customers.models import Delegation, StaffMember
from orders import errors, services
from orders.models import ApprovalPolicy, Order, OrderApproval
from orders.policies import Rule
from tests.cast import Company, at, company, monthly, submitted
from tests.orders.test_policies import approver, policy


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """What each of these returned, or its refusal, when all of them start together."""
    barrier = Barrier(len(works))

    def rival(work: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=30)
            return work()
        except (errors.OrderError, people.PeopleRefused) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(rival, works))


def kinds(outcomes: list[object]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


@pytest.fixture
def busy(transactional_db: None) -> Company:
    return company("busy")


def approve_by(order: Order, member: StaffMember) -> Callable[[], object]:
    return lambda: services.approve_order(order=order, by=Actor.staff(member), at=at("2026-01-07"))


def test_two_people_who_approve_at_once_are_the_first_and_the_last(busy: Company) -> None:
    policy(busy, Rule(people=2))
    bea = approver(busy, "Bea")
    order = submitted(busy, monthly())

    outcomes = at_once([approve_by(order, busy.approver), approve_by(order, bea)])

    assert sorted(outcome.status for outcome in outcomes if isinstance(outcome, Order)) == ["approved", "submitted"]
    assert OrderApproval.objects.filter(order=order).count() == 2


def test_one_person_who_posts_many_times_at_once_counts_once(busy: Company) -> None:
    policy(busy, Rule(people=2))
    order = submitted(busy, monthly())

    outcomes = at_once([approve_by(order, busy.approver)] * 4)

    assert kinds(outcomes) == ["ApprovalNotPermitted"] * 3 + ["Order"]
    order.refresh_from_db()
    assert (order.status, OrderApproval.objects.count()) == ("submitted", 1)


def test_two_operators_do_not_close_the_last_two_approvers(busy: Company) -> None:
    bea = approver(busy, "Bea")

    outcomes = at_once(
        [
            lambda: people.deactivate(member=busy.approver, by=busy.billing, at=at("2026-01-07")),
            lambda: people.deactivate(member=bea, by=busy.billing, at=at("2026-01-07")),
        ]
    )

    assert kinds(outcomes) == ["LastApprover", "StaffMember"]


def test_of_the_halves_of_a_circle_one_is_refused(busy: Company) -> None:
    bea = approver(busy, "Bea")

    def lends(giver: StaffMember, taker: StaffMember) -> Callable[[], object]:
        return lambda: deputies.delegate(
            delegator=giver, delegate=taker, ends_at=at("2026-01-20"), by=Actor.staff(giver), at=at("2026-01-07")
        )

    outcomes = at_once([lends(busy.approver, bea), lends(bea, busy.approver)])

    assert kinds(outcomes) == ["Delegation", "DelegationRefused"]
    assert Delegation.objects.count() == 1


def test_versions_proposed_at_once_are_numbered(busy: Company) -> None:
    at_once(
        [
            lambda: services.propose_policy(
                business=busy.business, name="P", rules=[Rule(people=2)], by=busy.billing, at=at("2026-01-02")
            )
        ]
        * 4
    )

    assert [*ApprovalPolicy.objects.order_by("version").values_list("version", flat=True)] == [1, 2, 3, 4]
