"""Approval policies: a version holds once somebody else approved it; approvals keep the version they were under."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from customers import credentials, deputies
from customers.actors import Actor, NotPermitted
from customers.ledger import history
from customers.models import StaffMember
from customers.permissions import Role
from orders import desk, errors, services
from orders.commands import UpdateOrder
from orders.models import ApprovalPolicy, Order, OrderApproval, PolicyRule
from orders.policies import Rule
from orders.services.policies import policy_in_force, rules_of
from tests import factories
from tests.cast import Company, approved, at, draft, line, monthly, submitted
from tests.promises import sql

TWO_PEOPLE = Rule(currency="USD", total_from_cents=30_000, discount_above_percent=Decimal(5), people=2)


def approver(company: Company, name: str, *, role: Role = Role.APPROVER, limit_cents: int = 100_000_000) -> StaffMember:
    member = factories.StaffMemberFactory.create(business=company.business, user__first_name=name, role=role)
    factories.ApprovalLimitFactory.create(staff_member=member, amount_cents=limit_cents)
    return member


def policy(company: Company, *rules: Rule, on: str = "2026-01-02") -> ApprovalPolicy:
    """A version that operations propose and an approver approves, in force from that day on."""
    proposed = services.propose_policy(
        business=company.business, name="Standard", rules=rules, by=company.billing, at=at(on)
    )
    return services.approve_policy(policy=proposed, by=company.approving, at=at(on))


def approve(order: Order, member: StaffMember, *, on: str = "2026-01-07") -> Order:
    return services.approve_order(order=order, by=Actor.staff(member), at=at(on))


# Versions


def test_a_proposal_holds_once_somebody_else_approved_it(acme: Company) -> None:
    proposed = services.propose_policy(
        business=acme.business, name="Standard", rules=[TWO_PEOPLE], by=acme.billing, at=at("2026-01-02")
    )
    assert policy_in_force(business=acme.business, at=at("2026-01-03")) is None

    services.approve_policy(policy=proposed, by=acme.approving, at=at("2026-01-04"))

    assert policy_in_force(business=acme.business, at=at("2026-01-03")) is None
    found = policy_in_force(business=acme.business, at=at("2026-01-04"))
    assert found == proposed
    assert rules_of(found) == (TWO_PEOPLE,)


def test_nobody_approves_their_own_proposal(acme: Company) -> None:
    proposed = services.propose_policy(
        business=acme.business, name="Mine", rules=[TWO_PEOPLE], by=acme.approving, at=at("2026-01-02")
    )

    with pytest.raises(errors.PolicyRefused, match="somebody else has to approve it"):
        services.approve_policy(policy=proposed, by=acme.approving, at=at("2026-01-02"))
    with pytest.raises(IntegrityError, match="approval_policy_four_eyes"):
        sql.update(
            proposed,
            status="approved",
            decided_by_id=acme.approver.pk,
            decided_at=at("2026-01-02"),
            in_force_from=at("2026-01-02"),
        )


def test_a_version_waits_for_its_day_and_the_old_one_holds_until_then(acme: Company) -> None:
    first = policy(acme, TWO_PEOPLE)
    later = services.propose_policy(
        business=acme.business,
        name="Looser",
        rules=[],
        by=acme.billing,
        at=at("2026-01-03"),
        effective_at=at("2026-02-01"),
    )
    services.approve_policy(policy=later, by=acme.approving, at=at("2026-01-04"))

    assert policy_in_force(business=acme.business, at=at("2026-01-31")) == first
    assert policy_in_force(business=acme.business, at=at("2026-02-01")) == later


def test_a_day_that_has_passed_is_the_day_of_the_approval(acme: Company) -> None:
    late = services.propose_policy(
        business=acme.business,
        name="Late",
        rules=[],
        by=acme.billing,
        at=at("2026-01-03"),
        effective_at=at("2025-12-01"),
    )

    services.approve_policy(policy=late, by=acme.approving, at=at("2026-01-04"))

    late.refresh_from_db()
    assert late.in_force_from == at("2026-01-04")


def test_a_rejected_proposal_never_holds_and_one_takes_back_ones_own(acme: Company) -> None:
    mine = services.propose_policy(
        business=acme.business, name="Mine", rules=[TWO_PEOPLE], by=acme.billing, at=at("2026-01-02")
    )

    services.reject_policy(policy=mine, reason="A slip", by=acme.billing, at=at("2026-01-03"))

    assert policy_in_force(business=acme.business, at=at("2026-01-04")) is None
    with pytest.raises(errors.PolicyRefused, match="is rejected: propose a new version"):
        services.approve_policy(policy=mine, by=acme.approving, at=at("2026-01-04"))


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (Rule(total_from_cents=5), "an amount needs its currency"),
        (Rule(currency="XXX", people=2), "not an ISO 4217 currency"),
        (Rule(role="drafter"), "the role drafter does not approve"),
        (Rule(people=4), "one to 3 people"),
        (Rule(), "asks for nothing"),
    ],
)
def test_a_rule_that_says_nothing_one_could_keep_is_refused(acme: Company, rule: Rule, why: str) -> None:
    with pytest.raises(errors.PolicyRefused, match=why):
        services.propose_policy(business=acme.business, name="X", rules=[rule], by=acme.billing, at=at("2026-01-02"))

    assert not ApprovalPolicy.objects.exists()


def test_a_drafter_and_a_stranger_propose_and_decide_nothing(acme: Company, globex: Company) -> None:
    proposed = services.propose_policy(
        business=acme.business, name="Standard", rules=[TWO_PEOPLE], by=acme.billing, at=at("2026-01-02")
    )

    with pytest.raises(NotPermitted):
        services.propose_policy(business=acme.business, name="X", rules=[], by=acme.drafting, at=at("2026-01-02"))
    with pytest.raises(NotPermitted):
        services.approve_policy(policy=proposed, by=globex.approving, at=at("2026-01-02"))
    with pytest.raises(NotPermitted):
        services.reject_policy(policy=proposed, reason="", by=acme.drafting, at=at("2026-01-02"))


def test_a_policy_of_another_business_asks_for_nothing_here(acme: Company, globex: Company) -> None:
    policy(globex, TWO_PEOPLE)
    order = submitted(acme, monthly())

    assert approve(order, acme.approver).status == "approved"


@pytest.mark.parametrize("values", [{"name": "Other"}, {"effective_at": at("2026-03-01")}, {"status": "draft"}])
def test_a_version_in_force_is_never_edited(acme: Company, values: dict[str, object]) -> None:
    held = policy(acme, TWO_PEOPLE)

    with pytest.raises(IntegrityError, match="never edited"):
        sql.update(held, **values)


def test_rules_never_change_nor_join_a_decided_version(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    rule = PolicyRule.objects.get()

    with pytest.raises(IntegrityError, match="rules of a policy never change"):
        sql.update(rule, people=1)


def test_a_rule_does_not_join_a_decided_version(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)

    with pytest.raises(IntegrityError, match="decided policy never change"):
        sql.insert_copy(PolicyRule.objects.get(), position=7)


# Approving under a policy


def test_the_last_of_two_people_moves_the_order(acme: Company) -> None:
    held = policy(acme, TWO_PEOPLE)
    bea = approver(acme, "Bea")
    order = submitted(acme, monthly())

    first = approve(order, acme.approver)
    assert first.status == "submitted"
    second = approve(order, bea)

    assert second.status == "approved"
    assert second.approved_by == bea
    given = OrderApproval.objects.order_by("id")
    assert [(row.approved_by, row.version, row.terms_sha256, row.policy) for row in given] == [
        (acme.approver, 2, order.terms_sha256, held),
        (bea, 2, order.terms_sha256, held),
    ]
    assert given[0].reasons == ["contract USD 300.00 ≥ USD 300.00"]
    assert [event.action for event in history(business=acme.business, subject=order)][-2:] == ["countersign", "approve"]


def test_nobody_counts_twice(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    order = submitted(acme, monthly())
    approve(order, acme.approver)

    with pytest.raises(errors.ApprovalNotPermitted, match=r"Ana has approved .* already; somebody else is needed"):
        approve(order, acme.approver)

    assert OrderApproval.objects.count() == 1


def test_where_no_rule_fits_one_approver_is_enough_and_the_version_is_kept(acme: Company) -> None:
    held = policy(acme, TWO_PEOPLE)
    order = submitted(acme, monthly(unit_price_cents=9_999))

    approve(order, acme.approver)

    assert OrderApproval.objects.get().policy == held


def test_without_a_policy_the_approval_says_so(acme: Company) -> None:
    approve(submitted(acme, monthly()), acme.approver)

    given = OrderApproval.objects.get()
    assert (given.policy, given.role, given.limit_cents) == (None, "approver", 100_000_000)


def test_an_order_keeps_the_version_it_was_approved_under_when_another_comes(acme: Company) -> None:
    held = policy(acme, TWO_PEOPLE)
    approve(submitted(acme, monthly(unit_price_cents=1)), acme.approver)

    policy(acme, Rule(people=3), on="2026-01-08")

    assert OrderApproval.objects.get().policy == held


def test_a_rule_may_ask_for_a_role_and_a_limit(acme: Company) -> None:
    policy(acme, Rule(currency="USD", role="finance", limit_from_cents=200_000_000))
    fay = approver(acme, "Fay", role=Role.FINANCE, limit_cents=200_000_000)
    approver(acme, "Small", role=Role.FINANCE)
    order = submitted(acme, monthly())

    with pytest.raises(errors.ApprovalNotPermitted) as refused:
        approve(order, acme.approver)

    assert "Ana is not whom the policy Standard r1 asks for." in str(refused.value)
    assert "one person with the role finance and a limit of at least USD 2,000,000.00: Fay." in str(refused.value)
    assert approve(order, fay).status == "approved"


def test_the_discount_alone_brings_in_the_second_person(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    order = submitted(acme, monthly(unit_price_cents=5_000), discount_cents=751)

    assert approve(order, acme.approver).status == "submitted"
    assert OrderApproval.objects.get().reasons == ["discount 5.0 % > 5 %"]


def test_lines_outside_the_catalog_and_below_its_price_ask_too(acme: Company) -> None:
    policy(acme, Rule(on_free_text=True, people=2))
    order = submitted(acme, line())

    assert approve(order, acme.approver).status == "submitted"
    assert OrderApproval.objects.get().reasons == ["1 line outside the catalog"]


def test_an_order_without_a_term_is_open_ended_only_where_something_recurs(acme: Company) -> None:
    policy(acme, Rule(term_above_months=600, people=2))

    once = approve(submitted(acme, line(), term_months=None), acme.approver)
    for_ever = approve(submitted(acme, monthly(), term_months=None), acme.approver)

    assert (once.status, for_ever.status) == ("approved", "submitted")


def test_an_order_that_waits_for_a_second_person_does_not_get_stuck_when_the_policy_asks_for_less(
    acme: Company,
) -> None:
    policy(acme, TWO_PEOPLE)
    bea = approver(acme, "Bea")
    order = submitted(acme, monthly())
    approve(order, acme.approver)

    policy(acme, on="2026-01-07")

    assert approve(order, bea, on="2026-01-08").status == "approved"


def test_edited_terms_need_everybody_again(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    bea, cleo = approver(acme, "Bea"), approver(acme, "Cleo")
    order = submitted(acme, monthly())
    approve(order, acme.approver)
    services.update_order(order=order, changes=UpdateOrder(term_months=6), by=acme.drafting, at=at("2026-01-08"))

    assert approve(order, bea).status == "submitted"
    assert approve(order, cleo).status == "approved"


def test_an_order_sent_back_and_submitted_again_unchanged_needs_everybody_again(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    bea = approver(acme, "Bea")
    order = submitted(acme, monthly())
    approve(order, acme.approver)
    services.send_back(order=order, reason="Wait", by=Actor.staff(bea), at=at("2026-01-08"))
    order = services.submit_order(order=order, by=acme.drafting, at=at("2026-01-09"))

    assert approve(order, bea).status == "submitted"
    assert approve(order, acme.approver).status == "approved"


def test_an_approver_who_edits_the_terms_afterwards_no_longer_counts(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    bea, cleo = approver(acme, "Bea"), approver(acme, "Cleo")
    order = submitted(acme, monthly())
    approve(order, acme.approver)
    for months in (6, 3):  # there and back: the terms hash the same again
        services.update_order(
            order=order, changes=UpdateOrder(term_months=months), by=acme.approving, at=at("2026-01-08")
        )

    assert approve(order, bea).status == "submitted"
    assert approve(order, cleo).status == "approved"


def test_a_superuser_contributes_like_anybody(acme: Company) -> None:
    acme.approver.user.is_superuser = True
    acme.approver.user.save()
    order = services.submit_order(
        order=draft(acme, monthly(), by=acme.approving), by=acme.drafting, at=at("2026-01-06")
    )

    with pytest.raises(errors.ApprovalNotPermitted, match="Ana worked on"):
        approve(order, acme.approver)


def test_a_credential_is_no_person_of_the_policy(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    order = submitted(acme, monthly())
    Order.objects.filter(pk=order.pk).update(origin="dayzero")
    credential = credentials.find(token=acme.token(), door="dayzero")
    assert credential is not None

    with pytest.raises(errors.ApprovalNotPermitted, match="needs people by the policy Standard r1, not a credential"):
        services.approve_order(order=order, by=Actor.api(credential), at=at("2026-01-07"))


def test_who_can_names_those_who_have_not_approved_yet(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    approver(acme, "Bea")
    order = submitted(acme, monthly())
    approve(order, acme.approver)

    told = services.who_can(order=order, at=at("2026-01-08"))

    assert told == "It needs an approver with a limit of at least USD 300.00: Bea."


def test_before_submitting_it_is_told_who_would_be_needed_and_why(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    approver(acme, "Bea")
    order = draft(acme, monthly())

    assert services.forecast_approval(
        order=order, lines=list(order.lines.all()), by=acme.drafting, at=at("2026-01-06")
    ) == (
        "If submitted now: It needs two different people with a limit of at least USD 300.00: Ana, Bea. "
        "Because: contract USD 300.00 ≥ USD 300.00 (Standard r1)."
    )


def test_what_waits_for_somebody_is_without_what_they_approved(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    bea = approver(acme, "Bea")
    order = submitted(acme, monthly())
    approve(order, acme.approver)

    assert [*desk.waiting_for(member=acme.approver, at=at("2026-01-08"))] == []
    assert [*desk.waiting_for(member=bea, at=at("2026-01-08"))] == [order]


def test_what_waits_for_a_deputy_is_within_the_limit_of_whom_it_stands_in_for(acme: Company) -> None:
    dan = approver(acme, "Dan", limit_cents=1)
    order = submitted(acme, monthly())
    deputies.delegate(
        delegator=acme.approver, delegate=dan, ends_at=at("2026-01-20"), by=acme.approving, at=at("2026-01-10")
    )

    days = ("2026-01-09", "2026-01-10", "2026-01-19", "2026-01-20")
    waiting = {day: [*desk.waiting_for(member=dan, at=at(day))] for day in days}

    assert waiting == {"2026-01-09": [], "2026-01-10": [order], "2026-01-19": [order], "2026-01-20": []}


# What the database refuses


def test_an_order_is_not_approved_past_its_approvals(acme: Company) -> None:
    order = submitted(acme, monthly())
    agreement = approved(acme, monthly()).agreement
    assert agreement is not None

    with pytest.raises(IntegrityError, match="approval of these terms that is on record"):
        sql.update(
            order,
            status="approved",
            approved_at=at("2026-01-07"),
            approved_by_id=acme.approver.pk,
            approved_channel="admin",
            agreement_id=agreement.pk,
        )


@pytest.mark.parametrize("values", [{"version": 1}, {"terms_sha256": "0" * 64}, {"submitted_at": at("2026-01-04")}])
def test_an_approval_of_other_terms_is_refused(acme: Company, values: dict[str, object]) -> None:
    policy(acme, TWO_PEOPLE)
    approve(submitted(acme, monthly()), acme.approver)
    bea = approver(acme, "Bea")

    with pytest.raises(IntegrityError, match="approval is of the submitted version"):
        sql.insert_copy(OrderApproval.objects.get(), approved_by_id=bea.pk, **values)


def test_an_approval_of_a_contributor_is_refused(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    approve(submitted(acme, monthly()), acme.approver)

    with pytest.raises(IntegrityError, match="nobody who worked on it"):
        sql.insert_copy(OrderApproval.objects.get(), approved_by_id=acme.drafter.pk)


def test_an_approval_stands_behind_its_person_once(acme: Company) -> None:
    policy(acme, TWO_PEOPLE)
    approve(submitted(acme, monthly()), acme.approver)

    with pytest.raises(IntegrityError, match="order_approval_once_each"):
        sql.insert_copy(OrderApproval.objects.get())


def test_an_approval_is_never_changed(acme: Company) -> None:
    approve(submitted(acme, monthly()), acme.approver)

    with pytest.raises(IntegrityError, match="never taken back"):
        sql.update(OrderApproval.objects.get(), limit_cents=1)
