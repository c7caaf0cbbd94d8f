"""A bulk run happens once, and each order in it stands for itself, whoever else is at work."""

from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from billing.models import Agreement
from customers.actors import Actor
from orders import errors, services
from orders.bulk import BulkCommand, BulkOutcome, BulkTask, Choice
from orders.models import BulkResult, BulkRun, Order
from orders.policies import Rule
from orders.services import approval
from tests.cast import Company, at, company, draft, monthly, submitted
from tests.orders.test_policies import policy
from tests.orders.test_races import at_once

TOKEN = UUID("00000009-0000-4000-8000-000000000001")
TODAY = at("2026-01-07")


@pytest.fixture
def busy(transactional_db: None) -> Company:
    return company("busy")


def command(task: BulkTask, *orders: Order, tag: str = "") -> BulkCommand:
    choices = [Choice(pk=order.pk, version=order.version, terms_sha256=order.terms_sha256) for order in orders]
    return BulkCommand(token=TOKEN, task=task, choices=choices, tag=tag)


def test_one_confirmation_posted_by_many_at_once_is_one_run(busy: Company) -> None:
    orders = [submitted(busy, monthly()) for _ in range(3)]
    agreed = command(BulkTask.APPROVE, *orders)

    runs = at_once(lambda: services.carry_out(business=busy.business, command=agreed, by=busy.approving, at=TODAY))

    assert {type(run) for run in runs} == {BulkRun}
    assert BulkRun.objects.count() == 1
    assert BulkResult.objects.filter(outcome=BulkOutcome.DONE).count() == 3
    assert Agreement.objects.for_business(busy.business).count() == 3


def test_rehearsals_and_runs_at_once_get_in_nobodys_way(busy: Company) -> None:
    orders = [submitted(busy, monthly()) for _ in range(4)]
    agreed = command(BulkTask.APPROVE, *orders)

    told = at_once(lambda: services.rehearse(business=busy.business, command=agreed, by=busy.approving, at=TODAY))

    assert all(isinstance(verdicts, list) for verdicts in told)
    assert Agreement.objects.for_business(busy.business).count() == 0
    assert set(Order.objects.values_list("status", flat=True)) == {"submitted"}


def test_an_order_that_the_database_refuses_takes_none_of_the_others_with_it(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, broken, last = (submitted(acme, monthly()) for _ in range(3))
    approve = approval.approve_order

    def failing(**given: object) -> Order:
        done = approve(**given)  # type: ignore[arg-type]
        if done.pk == broken.pk:
            raise DatabaseError("canceling statement due to lock timeout")
        return done

    monkeypatch.setattr(approval, "approve_order", failing)
    run = services.carry_out(
        business=acme.business, command=command(BulkTask.APPROVE, first, broken, last), by=acme.approving, at=TODAY
    )

    outcomes = dict(run.results.values_list("order_id", "outcome"))
    assert outcomes == {first.pk: "done", broken.pk: "refused", last.pk: "done"}
    assert Order.objects.get(pk=broken.pk).status == "submitted"


def test_what_became_of_an_order_is_not_rewritten(acme: Company) -> None:
    run = services.carry_out(
        business=acme.business,
        command=command(BulkTask.TAG, draft(acme, monthly()), tag="vip"),
        by=acme.drafting,
        at=TODAY,
    )

    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        run.results.update(outcome="refused")
    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        run.results.all().delete()


def test_a_run_points_at_orders_of_its_own_business_only(acme: Company, globex: Company) -> None:
    run = services.carry_out(
        business=acme.business,
        command=command(BulkTask.TAG, draft(acme, monthly()), tag="vip"),
        by=acme.drafting,
        at=TODAY,
    )

    with pytest.raises(IntegrityError, match="same_business"), transaction.atomic():
        BulkResult.objects.create(business=acme.business, run=run, order=draft(globex, monthly()), outcome="done")


def test_a_door_runs_nothing(acme: Company) -> None:
    with pytest.raises(errors.UnusableRun):
        services.carry_out(
            business=acme.business,
            command=command(BulkTask.TAG, draft(acme, monthly()), tag="vip"),
            by=Actor.system(),
            at=TODAY,
        )


def test_an_approval_that_others_have_to_follow_is_done_and_says_so(acme: Company) -> None:
    policy(acme, Rule(people=2))
    order = submitted(acme, monthly())

    run = services.carry_out(
        business=acme.business, command=command(BulkTask.APPROVE, order), by=acme.approving, at=TODAY
    )

    result = BulkResult.objects.get(run=run)
    assert (result.outcome, result.message) == (
        BulkOutcome.DONE,
        "Your approval counts, and it waits for somebody else's.",
    )
    order.refresh_from_db()
    assert order.status == "submitted"
