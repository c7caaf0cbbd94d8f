"""A daily limit: what the approvals within one limit come to in a day of the business."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from customers import deputies, people
from customers.actors import Actor
from customers.models import ApprovalLimit, Business
from orders import errors, services
from orders.bulk import BulkCommand, BulkTask, Choice
from orders.commands import UpdateOrder
from orders.models import Order
from orders.policies import Rule
from tests.cast import Company, approved, at, change_order, company, line, monthly, submitted
from tests.orders.test_people_races import approve_by, at_once, kinds
from tests.orders.test_policies import approver, policy

DAY = "2026-01-07"


def bounded(company: Company, *, daily_cents: int = 100_000) -> None:
    """The approver's day ends at this sum."""
    ApprovalLimit.objects.filter(staff_member=company.approver).update(amount_cents=80_000, daily_cents=daily_cents)


def waiting(company: Company, cents: int, *, currency: str = "USD") -> Order:
    return submitted(company, line(unit_price_cents=cents), currency=currency)


def approve(order: Order, by: Actor, *, on: str = DAY, hour: int = 12) -> Order:
    return services.approve_order(order=order, by=by, at=at(on, hour))


def test_a_day_is_approved_up_to_its_limit_and_no_further(acme: Company) -> None:
    bounded(acme)
    approve(waiting(acme, 60_000), acme.approving)

    with pytest.raises(errors.ApprovalNotPermitted) as refused:
        approve(waiting(acme, 40_001), acme.approving)
    exact = approve(waiting(acme, 40_000), acme.approving)

    assert "is above what Ana may still approve today: USD 400.00 of USD 1,000.00 a day." in str(refused.value)
    assert exact.status == "approved"


def test_the_refusal_says_who_can(acme: Company) -> None:
    bounded(acme)
    approver(acme, "Bea", limit_cents=500_000)
    approve(waiting(acme, 80_000), acme.approving)

    with pytest.raises(errors.ApprovalNotPermitted, match=r"It needs an approver with a limit .* USD 800\.00: Bea\."):
        approve(waiting(acme, 80_000), acme.approving)


def test_who_has_no_daily_limit_approves_all_day(acme: Company) -> None:
    orders = [approve(waiting(acme, 90_000), acme.approving) for _ in range(3)]

    assert [order.status for order in orders] == ["approved"] * 3


def test_a_new_day_begins_at_the_businesss_midnight(acme: Company) -> None:
    Business.objects.filter(pk=acme.business.pk).update(timezone="Pacific/Auckland")
    bounded(acme)
    approve(waiting(acme, 80_000), acme.approving, on="2026-01-07", hour=10)

    with pytest.raises(errors.ApprovalNotPermitted, match="today"):
        approve(waiting(acme, 80_000), acme.approving, on="2026-01-07", hour=10)
    next_day = approve(waiting(acme, 80_000), acme.approving, on="2026-01-07", hour=11)

    assert next_day.status == "approved"


def test_each_currency_has_a_day_of_its_own(acme: Company) -> None:
    bounded(acme)
    ApprovalLimit.objects.create(
        business=acme.business, staff_member=acme.approver, currency="EUR", amount_cents=80_000, daily_cents=80_000
    )
    approve(waiting(acme, 80_000), acme.approving)

    assert approve(waiting(acme, 80_000, currency="EUR"), acme.approving).status == "approved"


def test_what_a_deputy_approves_is_of_the_day_of_whom_it_stands_in_for(acme: Company) -> None:
    bounded(acme)
    dan = approver(acme, "Dan", limit_cents=1)
    deputies.delegate(delegator=acme.approver, delegate=dan, ends_at=at("2026-01-20"), by=acme.approving, at=at(DAY, 1))
    approve(waiting(acme, 80_000), Actor.staff(dan))

    with pytest.raises(errors.ApprovalNotPermitted, match="Ana may still approve today"):
        approve(waiting(acme, 30_000), acme.approving)
    with pytest.raises(errors.ApprovalNotPermitted, match="Ana, for whom Dan stands in, may still approve today"):
        approve(waiting(acme, 30_000), Actor.staff(dan))


def test_a_change_counts_with_what_it_moves(acme: Company) -> None:
    order = approved(acme, monthly(), on="2026-01-05")
    change = change_order(acme, order)
    bounded(acme, daily_cents=80_000)
    services.approve_change_order(change_order=change, by=acme.approving, at=at("2026-01-21"))
    left = 80_000 - abs(change.value_delta_cents)

    with pytest.raises(errors.ApprovalNotPermitted, match="today"):
        approve(waiting(acme, left + 1), acme.approving, on="2026-01-21")
    assert approve(waiting(acme, left), acme.approving, on="2026-01-21").status == "approved"


def test_a_change_is_refused_when_the_day_is_full(acme: Company) -> None:
    change = change_order(acme, approved(acme, monthly(), on="2026-01-05"))
    bounded(acme, daily_cents=80_000)
    approve(waiting(acme, 80_000), acme.approving, on="2026-01-21")

    with pytest.raises(errors.ApprovalNotPermitted, match="today"):
        services.approve_change_order(change_order=change, by=acme.approving, at=at("2026-01-21"))


def test_an_approval_of_terms_that_are_gone_does_not_count(acme: Company) -> None:
    policy(acme, Rule(people=2))
    approver(acme, "Bea")
    order = waiting(acme, 80_000)
    bounded(acme)
    approve(order, acme.approving)
    services.send_back(order=order, reason="Cheaper", by=acme.approving, at=at(DAY))
    changes = UpdateOrder(lines=(line(unit_price_cents=70_000),))
    changed = services.update_order(order=order, changes=changes, by=acme.drafting, at=at(DAY))
    again = services.submit_order(order=changed, by=acme.drafting, at=at(DAY, 13))

    approve(again, acme.approving, hour=14)

    assert again.approvals.count() == 2


def test_a_rehearsal_counts_what_it_takes_back(acme: Company) -> None:
    bounded(acme)
    orders = [waiting(acme, 40_000) for _ in range(3)]
    choices = [Choice(pk=order.pk, version=order.version, terms_sha256=order.terms_sha256) for order in orders]
    token = UUID("00000009-0000-4000-8000-000000000002")
    command = BulkCommand(token=token, task=BulkTask.APPROVE, choices=choices)

    told = services.rehearse(business=acme.business, command=command, by=acme.approving, at=at(DAY))
    run = services.carry_out(business=acme.business, command=command, by=acme.approving, at=at(DAY))

    assert [verdict.outcome for verdict in told] == ["done", "done", "elsewhere"]
    assert "USD 200.00 of USD 1,000.00 a day" in told[2].message
    assert list(run.results.order_by("order").values_list("outcome", flat=True)) == ["done", "done", "elsewhere"]


def test_two_approvals_at_once_do_not_both_take_what_is_left_of_the_day(transactional_db: None) -> None:
    busy = company("busy")
    bounded(busy)
    orders = [waiting(busy, 60_000) for _ in range(4)]

    outcomes = at_once([approve_by(order, busy.approver) for order in orders])

    assert kinds(outcomes) == ["ApprovalNotPermitted"] * 3 + ["Order"]
    assert Order.objects.filter(status="approved").count() == 1


def test_a_daily_limit_is_set_shown_in_the_ledger_and_taken_away(acme: Company) -> None:
    set_limit = {"member": acme.approver, "currency": "USD", "by": acme.billing, "at": at(DAY)}

    people.set_limit(**set_limit, amount_cents=5_000, daily_cents=9_000)  # type: ignore[arg-type]
    first = ApprovalLimit.objects.get(staff_member=acme.approver).daily_cents
    people.set_limit(**set_limit, amount_cents=5_000)  # type: ignore[arg-type]

    assert (first, ApprovalLimit.objects.get(staff_member=acme.approver).daily_cents) == (9_000, None)


@pytest.mark.parametrize(("amount_cents", "daily_cents"), [(5_000, 4_999), (None, 5_000), (5_000, 10**17)])
def test_a_day_holds_at_least_one_order_of_the_limit(acme: Company, amount_cents: int | None, daily_cents: int) -> None:
    with pytest.raises(people.LimitRefused, match="A daily limit needs a limit for one order"):
        people.set_limit(
            member=acme.approver,
            currency="USD",
            amount_cents=amount_cents,
            daily_cents=daily_cents,
            by=acme.billing,
            at=at(DAY),
        )


def test_the_database_refuses_a_day_that_holds_no_order_of_the_limit(acme: Company) -> None:
    with pytest.raises(IntegrityError, match="approval_limit_day_holds_one"), transaction.atomic():
        ApprovalLimit.objects.filter(staff_member=acme.approver).update(amount_cents=2, daily_cents=1)
