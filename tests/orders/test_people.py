"""People: accounts, roles and limits that nobody raises for themselves, deputies for a while, and never nobody left."""

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError

from customers import credentials, deputies, people
from customers.actors import Actor, NotPermitted
from customers.ledger import history
from customers.models import Delegation, StaffMember, User
from customers.permissions import Permission, Role
from orders import errors, services
from orders.models import OrderApproval
from orders.policies import Rule
from tests.cast import Company, approved, at, change_order, draft, monthly, submitted
from tests.orders.test_policies import approver, policy
from tests.promises import sql

NOON = at("2026-01-05")


def acting(member: StaffMember) -> Actor:
    return Actor.staff(member)


def deputise(delegator: StaffMember, delegate: StaffMember, *, until: str = "2026-01-20") -> Delegation:
    return deputies.delegate(
        delegator=delegator, delegate=delegate, ends_at=at(until), reason="Holiday", by=acting(delegator), at=NOON
    )


# Accounts, roles, limits


def test_a_new_account_logs_in_with_the_password_that_is_shown_once(acme: Company) -> None:
    new = people.create_account(
        business=acme.business,
        username="ada",
        first_name="Ada",
        last_name="L",
        email="ada@example.com",
        role=Role.AUDITOR,
        by=acme.billing,
        at=NOON,
    )

    assert authenticate(username="ada", password=new.password) == new.member.user
    assert [event.action for event in history(business=acme.business, subject=new.member)] == ["add"]
    assert new.password not in str([event.after for event in history(business=acme.business, subject=new.member)])


def test_a_username_is_of_one_person(acme: Company) -> None:
    with pytest.raises(people.UsernameTaken):
        people.create_account(
            business=acme.business,
            username=acme.drafter.user.username,
            first_name="",
            last_name="",
            email="",
            role=Role.DRAFTER,
            by=acme.billing,
            at=NOON,
        )

    assert User.objects.count() == 3


def test_an_auditor_reads_and_does_nothing_else(acme: Company) -> None:
    ada = approver(acme, "Ada", role=Role.AUDITOR)

    assert [permission for permission in Permission if ada.may(permission)] == [Permission.READ]


def test_finance_approves_and_does_not_draft(acme: Company) -> None:
    fay = approver(acme, "Fay", role=Role.FINANCE)

    assert {permission for permission in Permission if fay.may(permission)} == {Permission.READ, Permission.APPROVE}
    order = services.approve_order(order=submitted(acme, monthly()), by=acting(fay), at=at("2026-01-06"))
    assert order.status == "approved"


def test_a_role_and_a_limit_change_and_leave_their_events(acme: Company) -> None:
    people.set_role(member=acme.drafter, role=Role.APPROVER, by=acme.billing, at=NOON)
    people.set_limit(member=acme.drafter, currency="EUR", amount_cents=5_000, by=acme.billing, at=NOON)
    people.set_limit(member=acme.drafter, currency="EUR", amount_cents=7_000, by=acme.billing, at=NOON)
    people.set_limit(member=acme.drafter, currency="EUR", amount_cents=None, by=acme.billing, at=NOON)

    told = history(business=acme.business, subject=acme.drafter).values_list("action", "before", "after")
    assert [*told] == [
        ("set_role", {"role": "drafter"}, {"role": "approver"}),
        ("set_limit", {"currency": "EUR", "limit_cents": None}, {"currency": "EUR", "limit_cents": 5_000}),
        ("set_limit", {"currency": "EUR", "limit_cents": 5_000}, {"currency": "EUR", "limit_cents": 7_000}),
        ("set_limit", {"currency": "EUR", "limit_cents": 7_000}, {"currency": "EUR", "limit_cents": None}),
    ]
    assert not acme.drafter.approval_limits.exists()


def test_nobody_changes_their_own_role_limit_or_account(acme: Company) -> None:
    with pytest.raises(people.NotOnOneself):
        people.set_limit(member=acme.ops, currency="USD", amount_cents=10**9, by=acme.billing, at=NOON)
    with pytest.raises(people.NotOnOneself):
        people.set_role(member=acme.ops, role=Role.APPROVER, by=acme.billing, at=NOON)
    with pytest.raises(people.NotOnOneself):
        people.deactivate(member=acme.ops, by=acme.billing, at=NOON)


def test_only_operations_of_the_business_keep_its_people(acme: Company, globex: Company) -> None:
    with pytest.raises(NotPermitted):
        people.set_role(member=acme.drafter, role=Role.APPROVER, by=acme.approving, at=NOON)
    with pytest.raises(NotPermitted):
        people.set_limit(member=acme.drafter, currency="USD", amount_cents=1, by=globex.billing, at=NOON)
    credential = credentials.find(token=acme.token(), door="dayzero")
    assert credential is not None
    with pytest.raises(NotPermitted):
        people.deactivate(member=acme.drafter, by=Actor.api(credential), at=NOON)


@pytest.mark.parametrize(("currency", "amount"), [("XXX", 1), ("USD", -1), ("USD", 10**17)])
def test_a_limit_is_an_amount_of_a_currency(acme: Company, currency: str, amount: int) -> None:
    with pytest.raises(people.LimitRefused):
        people.set_limit(member=acme.drafter, currency=currency, amount_cents=amount, by=acme.billing, at=NOON)


def test_the_last_approver_is_neither_closed_nor_given_another_role(acme: Company) -> None:
    with pytest.raises(people.LastApprover, match="make somebody else an approver first"):
        people.deactivate(member=acme.approver, by=acme.billing, at=NOON)
    with pytest.raises(people.LastApprover):
        people.set_role(member=acme.approver, role=Role.AUDITOR, by=acme.billing, at=NOON)

    approver(acme, "Fay", role=Role.FINANCE)
    people.deactivate(member=acme.approver, by=acme.billing, at=NOON)
    acme.approver.user.refresh_from_db()
    assert not acme.approver.user.is_active


def test_an_approver_may_become_finance_although_nobody_else_approves(acme: Company) -> None:
    assert people.set_role(member=acme.approver, role=Role.FINANCE, by=acme.billing, at=NOON).role == "finance"


def test_a_closed_account_approves_nothing_until_it_is_opened_again(acme: Company) -> None:
    approver(acme, "Bea")
    closed = people.deactivate(member=acme.approver, by=acme.billing, at=NOON)
    order = submitted(acme, monthly())
    with pytest.raises(errors.ApprovalNotPermitted, match="Bea"):
        services.approve_order(order=order, by=acting(closed), at=at("2026-01-06"))

    opened = people.reactivate(member=acme.approver, by=acme.billing, at=NOON)

    assert services.approve_order(order=order, by=acting(opened), at=at("2026-01-06")).status == "approved"


# Deputies


def test_a_deputy_approves_within_the_limit_of_whom_it_stands_in_for(acme: Company) -> None:
    dan = approver(acme, "Dan", limit_cents=1)
    order = submitted(acme, monthly())
    with pytest.raises(errors.ApprovalNotPermitted, match="above the approval limit of Dan"):
        services.approve_order(order=order, by=acting(dan), at=at("2026-01-06"))

    deputise(acme.approver, dan)
    services.approve_order(order=order, by=acting(dan), at=at("2026-01-06"))

    given = OrderApproval.objects.get()
    assert (given.approved_by, given.on_behalf_of, given.limit_cents) == (dan, acme.approver, 100_000_000)


def test_the_limit_of_the_delegator_is_the_most_a_deputy_can(acme: Company) -> None:
    dan = approver(acme, "Dan", limit_cents=1)
    deputise(acme.approver, dan)
    order = submitted(acme, monthly(unit_price_cents=100_000_000))

    with pytest.raises(errors.ApprovalNotPermitted, match="above the approval limit of Dan"):
        services.approve_order(order=order, by=acting(dan), at=at("2026-01-06"))


def test_four_eyes_count_whom_a_deputy_stands_in_for(acme: Company) -> None:
    dan = approver(acme, "Dan", limit_cents=1)
    deputise(acme.approver, dan)
    order = services.submit_order(order=draft(acme, monthly(), by=acme.approving), by=acme.drafting, at=NOON)

    with pytest.raises(errors.ApprovalNotPermitted):
        services.approve_order(order=order, by=acting(dan), at=at("2026-01-06"))


def test_of_two_people_a_deputy_is_not_the_other_one(acme: Company) -> None:
    policy(acme, Rule(people=2))
    dan = approver(acme, "Dan", limit_cents=1)
    deputise(acme.approver, dan)
    order = submitted(acme, monthly())
    services.approve_order(order=order, by=acme.approving, at=at("2026-01-06"))

    with pytest.raises(errors.ApprovalNotPermitted, match="Dan is not whom"):
        services.approve_order(order=order, by=acting(dan), at=at("2026-01-06"))


def test_a_change_order_is_approved_by_a_deputy_too(acme: Company) -> None:
    dan = approver(acme, "Dan", limit_cents=1)
    deputise(acme.approver, dan, until="2026-02-20")
    waiting = change_order(acme, approved(acme, monthly()))

    decided = services.approve_change_order(change_order=waiting, by=acting(dan), at=at("2026-01-21"))

    assert decided.status == "approved"


def test_a_delegation_ends_on_its_moment_and_early(acme: Company) -> None:
    dan = approver(acme, "Dan", limit_cents=1)
    row = deputise(acme.approver, dan)

    def in_force(day: str) -> int:
        return deputies.in_force(business=acme.business, at=at(day)).count()

    assert [in_force("2026-01-04"), in_force("2026-01-05"), in_force("2026-01-19"), in_force("2026-01-20")] == [
        0,
        1,
        1,
        0,
    ]
    deputies.end(delegation=row, by=acting(dan), at=at("2026-01-10"))
    assert in_force("2026-01-10") == 0
    assert deputies.end(delegation=row, by=acting(dan), at=at("2026-01-12")).ends_at == at("2026-01-10")


def test_a_delegator_who_may_no_longer_approve_lends_nothing(acme: Company) -> None:
    dan = approver(acme, "Dan")
    deputise(acme.approver, dan)

    people.deactivate(member=acme.approver, by=acme.billing, at=NOON)

    assert not deputies.in_force(business=acme.business, at=at("2026-01-06")).exists()


def test_a_delegation_goes_one_hop_and_never_in_a_circle(acme: Company) -> None:
    dan, eve = approver(acme, "Dan"), approver(acme, "Eve")
    deputise(acme.approver, dan)

    with pytest.raises(deputies.DelegationRefused, match="cannot be passed on"):
        deputise(dan, eve)
    with pytest.raises(deputies.DelegationRefused, match="cannot be passed on"):
        deputise(dan, acme.approver)
    with pytest.raises(deputies.DelegationRefused, match="cannot be passed on"):
        deputise(eve, acme.approver)
    assert Delegation.objects.count() == 1


def test_a_delegation_is_ones_own_to_give_to_an_approver_and_for_a_while(acme: Company, globex: Company) -> None:
    dan = approver(acme, "Dan")

    with pytest.raises(deputies.DelegationRefused, match="your own deputy"):
        deputies.delegate(delegator=acme.approver, delegate=dan, ends_at=at("2026-01-09"), by=acting(dan), at=NOON)
    with pytest.raises(deputies.DelegationRefused, match="lends a limit, never a role"):
        deputise(acme.approver, acme.drafter)
    with pytest.raises(deputies.DelegationRefused, match="lends a limit, never a role"):
        deputise(acme.approver, globex.approver)
    with pytest.raises(deputies.DelegationRefused, match="somebody else"):
        deputise(acme.approver, acme.approver)
    with pytest.raises(deputies.DelegationRefused, match="ends after it starts"):
        deputise(acme.approver, dan, until="2026-01-05")
    with pytest.raises(deputies.DelegationRefused, match="within 90 days"):
        deputise(acme.approver, dan, until="2026-04-06")


def test_a_stranger_ends_no_delegation(acme: Company, globex: Company) -> None:
    row = deputise(acme.approver, approver(acme, "Dan"))

    with pytest.raises(deputies.DelegationRefused):
        deputies.end(delegation=row, by=globex.billing, at=NOON)
    with pytest.raises(NotPermitted):
        deputies.end(delegation=row, by=acme.drafting, at=NOON)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ends_at": at("2026-03-01")}, "ended early or it stays"),
        ({"reason": "Other"}, "ended early or it stays"),
        ({"ends_at": at("2026-01-01")}, "delegation_ends_after_it_starts"),
    ],
)
def test_a_delegation_is_never_stretched(acme: Company, change: dict[str, object], why: str) -> None:
    row = deputise(acme.approver, approver(acme, "Dan"))

    with pytest.raises(IntegrityError, match=why):
        sql.update(row, **change)


def test_the_database_keeps_one_hop_by_itself(acme: Company) -> None:
    dan = approver(acme, "Dan")
    row = deputise(acme.approver, dan)

    with pytest.raises(IntegrityError, match="one hop"):
        sql.insert_copy(row, delegator_id=dan.pk, delegate_id=acme.approver.pk)
