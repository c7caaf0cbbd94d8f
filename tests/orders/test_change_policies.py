"""Change orders under an approval policy: the rules that a change touches ask for their people, and are kept."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from billing.engine.terms import Rule as BillingRule
from billing.models import Agreement, AgreementChange, Invoice
from customers import credentials, deputies
from customers.actors import Actor
from customers.ledger import history
from customers.models import StaffMember
from orders import desk, errors, services
from orders.commands import DraftChangeOrder, LineChange, LineSpec
from orders.models import ChangeOrder, ChangeOrderApproval, Order
from orders.policies import Rule
from tests.cast import Company, approved, at, change_order, line, monthly
from tests.orders.test_policies import approver, policy
from tests.promises import sql

TWO_ABOVE_1000 = Rule(currency="USD", total_from_cents=100_000, people=2)
DAY = "2026-01-21"


def approve(row: ChangeOrder, member: StaffMember) -> ChangeOrder:
    return services.approve_change_order(change_order=row, by=Actor.staff(member), at=at(DAY))


def ten_more(company: Company) -> ChangeOrder:
    """Ten plans more in the last of three months: 1,000.00."""
    return change_order(company, approved(company, monthly()), qty="11", value_delta_cents=100_000)


def amended(company: Company, order: Order, command: DraftChangeOrder, *, on: str = "2026-01-20") -> ChangeOrder:
    assert order.agreement is not None
    seen = services.seen_state(agreement=order.agreement)
    return services.amend_order(order=order, command=command, seen=seen, by=company.drafting, at=at(on))


def more(order: Order, qty: str = "2", effective_on: str = "2026-03-31") -> DraftChangeOrder:
    changed = LineChange(order_line=str(order.lines.get(position=0).uid), qty=Decimal(qty))
    return DraftChangeOrder(description="More", effective_on=date.fromisoformat(effective_on), changed=(changed,))


# Who is needed


def test_a_change_as_large_as_a_rule_says_needs_two_people(acme: Company) -> None:
    row = ten_more(acme)
    policy(acme, TWO_ABOVE_1000)

    first = approve(row, acme.approver)

    assert first.status == "draft"
    assert not AgreementChange.objects.exists()
    second = approve(row, approver(acme, "Bea"))
    assert second.status == "approved"
    assert AgreementChange.objects.count() == 1


def test_a_small_change_is_not_asked_what_only_large_ones_are(acme: Company) -> None:
    row = change_order(acme, approved(acme, monthly()))
    policy(acme, TWO_ABOVE_1000)

    assert approve(row, acme.approver).status == "approved"


def test_a_small_change_that_lifts_the_contract_to_the_amount_is_asked_as_a_contract_is(acme: Company) -> None:
    row = change_order(acme, approved(acme, monthly()))
    policy(acme, Rule(currency="USD", total_from_cents=40_000, people=2))

    approve(row, acme.approver)

    given = ChangeOrderApproval.objects.get()
    assert given.reasons == ["contract USD 400.00 ≥ USD 400.00"]
    row.refresh_from_db()
    assert row.status == "draft"


def test_a_reduction_counts_by_its_size(acme: Company) -> None:
    row = change_order(acme, approved(acme, monthly(qty="11")), qty="1", value_delta_cents=-100_000)
    policy(acme, TWO_ABOVE_1000)

    assert approve(row, acme.approver).status == "draft"


def test_a_discount_and_a_term_that_were_approved_are_not_asked_again(acme: Company) -> None:
    order = approved(acme, monthly(), discount_cents=15_000, term_months=3)
    policy(acme, Rule(discount_above_percent=Decimal(5), term_above_months=1, people=2))

    assert approve(change_order(acme, order), acme.approver).status == "approved"


def test_a_line_outside_the_catalog_that_is_added_is_asked_for(acme: Company) -> None:
    order = approved(acme, monthly())
    policy(acme, Rule(on_free_text=True, people=2))
    added = LineSpec(qty=Decimal(1), unit_price_cents=500, description="Extra", billing_rule=BillingRule.FLAT)
    row = amended(acme, order, DraftChangeOrder(effective_on=date(2026, 3, 31), added=(added,)))

    assert approve(row, acme.approver).status == "draft"
    assert ChangeOrderApproval.objects.get().reasons == ["1 line outside the catalog"]


def test_a_role_that_the_rule_names_is_needed_and_the_refusal_says_who_has_it(acme: Company) -> None:
    row = ten_more(acme)
    policy(acme, Rule(currency="USD", total_from_cents=1, role="finance"))

    with pytest.raises(errors.ApprovalNotPermitted, match="is not whom the policy Standard r1 asks for"):
        approve(row, acme.approver)


def test_whoever_drafted_a_change_never_counts_superuser_or_not(acme: Company) -> None:
    acme.approver.user.is_superuser = True
    acme.approver.user.save()
    row = change_order(acme, approved(acme, monthly()), by=acme.approving)
    policy(acme, TWO_ABOVE_1000)

    with pytest.raises(errors.ApprovalNotPermitted, match="worked on"):
        approve(row, acme.approver)


def test_a_deputy_and_whom_it_stands_in_for_are_one(acme: Company) -> None:
    row = ten_more(acme)
    policy(acme, TWO_ABOVE_1000)
    dan = approver(acme, "Dan", limit_cents=1)
    deputies.delegate(
        delegator=acme.approver,
        delegate=dan,
        ends_at=at(DAY) + timedelta(days=5),
        reason="Holiday",
        by=acme.approving,
        at=at("2026-01-20"),
    )

    approve(row, acme.approver)

    with pytest.raises(errors.ApprovalNotPermitted, match="is not whom the policy"):
        approve(row, dan)


def test_a_credential_approves_only_what_no_rule_asks_more_for(acme: Company) -> None:
    row = ten_more(acme)
    policy(acme, TWO_ABOVE_1000)
    credential = credentials.find(token=acme.token(), door="dayzero")
    assert credential is not None

    with pytest.raises(errors.ApprovalNotPermitted, match="needs people by the policy"):
        services.approve_change_order(change_order=row, by=Actor.api(credential), at=at(DAY))


# What is kept


def test_each_approval_keeps_the_policy_and_the_terms_and_the_ledger_names_them(acme: Company) -> None:
    row = ten_more(acme)
    standard = policy(acme, TWO_ABOVE_1000)

    approve(row, acme.approver)
    approve(row, approver(acme, "Bea"))

    kept = ChangeOrderApproval.objects.order_by("id")
    assert [(one.policy, one.terms_sha256, one.limit_cents) for one in kept] == [
        (standard, row.terms_sha256, 100_000_000),
        (standard, row.terms_sha256, 100_000_000),
    ]
    told = [(event.action, event.after.get("policy")) for event in history(business=acme.business, subject=row)]
    assert told == [("create", None), ("countersign", "Standard r1"), ("approve", "Standard r1")]


def test_what_one_has_approved_waits_for_others_and_no_longer_for_oneself(acme: Company) -> None:
    row = ten_more(acme)
    policy(acme, TWO_ABOVE_1000)
    bea = approver(acme, "Bea")

    approve(row, acme.approver)

    assert [*desk.changes_waiting_for(member=acme.approver, at=at(DAY))] == []
    assert [*desk.changes_waiting_for(member=bea, at=at(DAY))] == [row]


def test_a_change_is_not_approved_past_its_approvals(acme: Company) -> None:
    row = change_order(acme, approved(acme, monthly()))

    with pytest.raises(IntegrityError, match="approval of these terms that is on record"):
        sql.update(
            row,
            status="approved",
            approved_at=at(DAY),
            approved_by_id=acme.approver.pk,
            approved_channel="admin",
        )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"terms_sha256": "0" * 64}, "of a change order that waits"),
        ({"approved_by_id": "drafter"}, "nobody who worked on it"),
        ({}, "change_order_approval_once_each"),
    ],
)
def test_an_approval_that_does_not_fit_is_refused(acme: Company, change: dict[str, object], why: str) -> None:
    row = ten_more(acme)
    policy(acme, TWO_ABOVE_1000)
    approve(row, acme.approver)
    values = {"approved_by_id": acme.drafter.pk} if "approved_by_id" in change else change

    with pytest.raises(IntegrityError, match=why):
        sql.insert_copy(ChangeOrderApproval.objects.get(), **values)


def test_an_approval_of_a_change_is_never_changed(acme: Company) -> None:
    approve(change_order(acme, approved(acme, monthly())), acme.approver)

    with pytest.raises(IntegrityError, match="never taken back"):
        sql.update(ChangeOrderApproval.objects.get(), limit_cents=1)


# Amending at the desk


def test_an_amendment_is_worth_what_its_lines_come_to(acme: Company) -> None:
    row = amended(acme, order := approved(acme, monthly()), more(order))

    assert (row.value_delta_cents, row.origin, row.contributor_ids) == (10_000, "staff", [acme.drafter.pk])
    assert str(row.requested_date) == "2026-01-20"


def test_a_second_amendment_waits_for_the_first(acme: Company) -> None:
    order = approved(acme, monthly())
    amended(acme, order, more(order))

    with pytest.raises(errors.AmendmentWaiting, match="change 1 is to be decided first"):
        amended(acme, order, more(order, "3"))


def test_what_was_agreed_meanwhile_is_looked_at_first(acme: Company) -> None:
    order = approved(acme, monthly())
    assert order.agreement is not None
    seen = services.seen_state(agreement=order.agreement)
    approve(change_order(acme, order), acme.approver)

    with pytest.raises(errors.StaleOrder, match="since you looked"):
        services.amend_order(order=order, command=more(order, "3"), seen=seen, by=acme.drafting, at=at(DAY))


def test_whoever_drafted_it_takes_it_back_and_nobody_else(acme: Company) -> None:
    row = change_order(acme, approved(acme, monthly()))

    with pytest.raises(errors.ApprovalNotPermitted, match="did not draft"):
        services.withdraw_change_order(change_order=row, by=acme.approving, at=at(DAY), reason="No")
    taken = services.withdraw_change_order(change_order=row, by=acme.drafting, at=at(DAY), reason="A slip")

    assert (taken.status, taken.decision_reason) == ("rejected", "A slip")
    assert not AgreementChange.objects.exists()


# The end of an agreement


def ending(order: Order, day: str) -> DraftChangeOrder:
    return DraftChangeOrder(description="They move away", effective_on=date.fromisoformat(day), ends=True)


def test_the_end_of_an_agreement_is_worth_what_is_no_longer_committed(acme: Company) -> None:
    order = approved(acme, monthly(), line(description="Onboarding"), term_months=3)

    row = amended(acme, order, ending(order, "2026-03-31"))

    assert row.value_delta_cents == -10_000


def test_an_open_end_that_closes_is_worth_one_period(acme: Company) -> None:
    order = approved(acme, monthly(), line(description="Onboarding"), term_months=None)

    row = amended(acme, order, ending(order, "2026-03-31"))

    assert row.value_delta_cents == -10_000


def test_the_agreement_and_its_order_end_once_somebody_else_approves(acme: Company) -> None:
    order = approved(acme, monthly(), term_months=3)
    row = amended(acme, order, ending(order, "2026-03-31"))
    assert Agreement.objects.get().status == "active"

    approve(row, acme.approver)

    order.refresh_from_db()
    change = AgreementChange.objects.get()
    assert (order.status, order.decision_reason) == ("cancelled", "They move away")
    assert (change.kind, str(change.effective_date), change.reason) == ("cancel", "2026-03-31", "They move away")
    assert not Invoice.objects.filter(invoice_date__gte="2026-03-31").exists()


def test_an_end_changes_no_line_besides(acme: Company) -> None:
    order = approved(acme, monthly())
    both = DraftChangeOrder(effective_on=date(2026, 3, 31), changed=more(order).changed, ends=True)

    with pytest.raises(errors.RefusedTerms, match="changes no line"):
        amended(acme, order, both)
