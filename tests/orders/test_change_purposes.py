"""Pauses, their end, renewals and credits as change orders: four eyes, what they are worth, what they agree."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing import services as billing_services
from billing.errors import ChangeRefused
from billing.models import AgreementChange, Invoice
from billing.states import AgreementStatus, ChangeKind, ChangePurpose
from customers.actors import Actor
from orders import services, verification
from orders.commands import DraftChangeOrder, LineChange
from orders.errors import ApprovalNotPermitted, RefusedTerms, StaleOrder
from orders.models import ChangeOrder, Order
from orders.policies import Rule as PolicyRule
from orders.services import change_approvals
from orders.states import Status
from tests.cast import Company, agreement_of, approved, at, change_order, line, monthly
from tests.orders.test_policies import approver, policy

PAUSE, RESUME, RENEW, CREDIT = (
    ChangePurpose.PAUSE,
    ChangePurpose.RESUME,
    ChangePurpose.RENEW,
    ChangePurpose.CREDIT,
)


@pytest.fixture
def order(acme: Company) -> Order:
    """100.00 a month for three months from 31 January 2026 on, and an onboarding of 100.00 that is billed once."""
    return approved(acme, monthly(), line(description="Onboarding"))


def asked(
    company: Company,
    order: Order,
    purpose: ChangePurpose,
    *,
    on: str = "2026-02-01",
    by: Actor | None = None,
    **said: Any,
) -> ChangeOrder:
    """A change order, submitted; by the drafter unless said otherwise."""
    order = Order.objects.select_related("business", "agreement").get(pk=order.pk)
    command = DraftChangeOrder(purpose=purpose, description="As they wish", **said)
    seen = services.seen_state(agreement=agreement_of(order))
    return services.amend_order(order=order, command=command, seen=seen, by=by or company.drafting, at=at(on))


def agreed(
    company: Company, order: Order, purpose: ChangePurpose, *, on: str = "2026-02-01", **said: Any
) -> ChangeOrder:
    change = asked(company, order, purpose, on=on, **said)
    return services.approve_change_order(change_order=change, by=company.approving, at=at(on))


def onboarding(order: Order) -> str:
    return str(order.lines.get(position=1).uid)


def billed(company: Company, day: str) -> list[tuple[str, int]]:
    billing_services.run_billing(business=company.business, as_of=at(day).date(), by=Actor.system(), at=at(day))
    rows = Invoice.objects.for_business(company.business).order_by("id")
    return [(f"{row.type} {row.invoice_date}", row.total_cents) for row in rows]


def proofs(company: Company) -> list[str]:
    return [str(finding) for finding in verification.of_business(business=company.business)]


def test_a_pause_waits_for_somebody_else_and_then_bills_no_period_that_begins_in_it(
    acme: Company, order: Order
) -> None:
    change = asked(acme, order, PAUSE, effective_on=date(2026, 2, 10))

    assert change.value_delta_cents == -20_000
    assert not AgreementChange.objects.exists()
    services.approve_change_order(change_order=change, by=acme.approving, at=at("2026-02-01"))

    agreement = agreement_of(order)
    agreement.refresh_from_db()
    (pause,) = agreement.changes.all()
    assert (agreement.status, pause.kind, pause.reason) == (AgreementStatus.PAUSED, ChangeKind.PAUSE, "As they wish")
    assert billed(acme, "2026-04-30") == [("invoice 2026-01-31", 20_000)]
    assert proofs(acme) == []


def test_its_end_is_worth_what_comes_back_and_credits_what_was_billed_meanwhile(acme: Company, order: Order) -> None:
    billed(acme, "2026-02-28")
    agreed(acme, order, PAUSE, effective_on=date(2026, 2, 10), on="2026-03-01")

    change = agreed(acme, order, RESUME, effective_on=date(2026, 3, 31), on="2026-03-02")

    assert change.value_delta_cents == 10_000
    assert billed(acme, "2026-04-30")[2:] == [("invoice 2026-03-31", 10_000), ("credit_note 2026-03-31", -10_000)]
    assert proofs(acme) == []


def test_a_renewal_goes_on_from_the_end_of_the_term(acme: Company, order: Order) -> None:
    change = agreed(acme, order, RENEW, effective_on=date(2026, 4, 30), term_months=2)

    assert change.value_delta_cents == 20_000
    assert [row[0] for row in billed(acme, "2026-12-31")][-1] == "invoice 2026-05-31"
    assert proofs(acme) == []


def test_a_credit_takes_a_line_back_on_a_note_of_its_own(acme: Company, order: Order) -> None:
    billed(acme, "2026-01-31")

    change = agreed(acme, order, CREDIT, effective_on=date(2026, 1, 1), credited=(onboarding(order),))

    assert change.value_delta_cents == -10_000
    assert billed(acme, "2026-02-01")[1:] == [("credit_note 2026-02-01", -10_000)]
    order.refresh_from_db()
    assert order.status == Status.APPROVED
    assert proofs(acme) == []


def test_a_credit_of_everything_ends_the_agreement_and_its_order(acme: Company) -> None:
    order = approved(acme, line(description="Onboarding"))
    billed(acme, "2026-01-31")

    agreed(acme, order, CREDIT, effective_on=date(2026, 2, 1), credited=(str(order.lines.get().uid),))

    order.refresh_from_db()
    agreement = agreement_of(order)
    assert (order.status, order.decision_reason) == (Status.CANCELLED, "As they wish")
    assert agreement.status == AgreementStatus.TERMINATED
    assert Invoice.objects.get().status == "void"
    assert proofs(acme) == []


@pytest.mark.parametrize("purpose", [PAUSE, RENEW, CREDIT])
def test_nobody_approves_what_they_asked_for(acme: Company, order: Order, purpose: ChangePurpose) -> None:
    said: dict[ChangePurpose, dict[str, Any]] = {
        PAUSE: {"effective_on": date(2026, 2, 10)},
        RENEW: {"effective_on": date(2026, 4, 30), "term_months": 2},
        CREDIT: {"effective_on": date(2026, 2, 10), "credited": (onboarding(order),)},
    }
    change = asked(acme, order, purpose, by=acme.approving, **said[purpose])

    with pytest.raises(ApprovalNotPermitted, match="Ana"):
        services.approve_change_order(change_order=change, by=acme.approving, at=at("2026-02-01"))


def test_a_limit_is_held_against_all_that_a_pause_could_take(acme: Company, order: Order) -> None:
    junior = approver(acme, "Jon", limit_cents=19_999)
    change = asked(acme, order, PAUSE, effective_on=date(2026, 2, 10))

    with pytest.raises(ApprovalNotPermitted, match=r"at least USD 200\.00"):
        services.approve_change_order(change_order=change, by=Actor.staff(junior), at=at("2026-02-01"))


def test_a_pause_is_no_part_of_the_contract_total_and_a_renewal_is(acme: Company, order: Order) -> None:
    pause = agreed(acme, order, PAUSE, effective_on=date(2026, 2, 10))
    renewal = asked(acme, order, RENEW, effective_on=date(2026, 4, 30), term_months=2)

    before = change_approvals.contract_cents(renewal)

    assert (pause.value_delta_cents, before) == (-20_000, 40_000)
    assert change_approvals.contract_with(pause, before) == before
    assert change_approvals.contract_with(renewal, before) == before + renewal.value_delta_cents


def test_a_rule_about_the_total_asks_again_for_a_renewal_that_reaches_it(acme: Company, order: Order) -> None:
    policy(acme, PolicyRule(currency="USD", total_from_cents=50_000, people=2))

    change = agreed(acme, order, RENEW, effective_on=date(2026, 4, 30), term_months=2)

    assert change.approved_at is None


@pytest.mark.parametrize(
    ("purpose", "said", "why"),
    [
        (PAUSE, {"effective_on": date(2026, 5, 1)}, "must be 2026-01-31 or later"),
        (RESUME, {"effective_on": date(2026, 3, 31)}, "is not paused"),
        (RENEW, {"effective_on": date(2026, 5, 31), "term_months": 2}, "The term now ends on 2026-04-30"),
        (RENEW, {"effective_on": date(2026, 4, 30), "term_months": 599}, "600 at most"),
    ],
)
def test_what_does_not_fit_is_refused_before_it_is_submitted(
    acme: Company, order: Order, purpose: ChangePurpose, said: dict[str, Any], why: str
) -> None:
    with pytest.raises(ChangeRefused, match=why):
        asked(acme, order, purpose, **said)

    assert not ChangeOrder.objects.exists()


def test_an_open_ended_agreement_is_paused_for_one_period_and_needs_no_renewal(acme: Company) -> None:
    order = approved(acme, monthly(), term_months=None)

    with pytest.raises(ChangeRefused, match="open-ended"):
        asked(acme, order, RENEW, effective_on=date(2026, 4, 30), term_months=2)
    pause = agreed(acme, order, PAUSE, effective_on=date(2026, 2, 10))
    end = asked(acme, order, RESUME, effective_on=date(2026, 4, 10))

    assert (pause.value_delta_cents, end.value_delta_cents) == (-10_000, 10_000)


def test_a_line_that_recurs_is_not_credited_and_none_is_credited_twice(acme: Company, order: Order) -> None:
    day, plan = date(2026, 2, 1), str(order.lines.get(position=0).uid)

    with pytest.raises(ChangeRefused, match="recurring line"):
        asked(acme, order, CREDIT, effective_on=day, credited=(plan,))
    agreed(acme, order, CREDIT, effective_on=day, credited=(onboarding(order),))
    with pytest.raises(ChangeRefused, match="returned already"):
        asked(acme, order, CREDIT, effective_on=day, credited=(onboarding(order),))


def test_a_pause_is_not_paused_again_nor_resumed_before_it_began(acme: Company, order: Order) -> None:
    agreed(acme, order, PAUSE, effective_on=date(2026, 2, 10))

    with pytest.raises(ChangeRefused, match="paused already, from 2026-02-10 on"):
        asked(acme, order, PAUSE, effective_on=date(2026, 3, 10))
    with pytest.raises(ChangeRefused, match="must be after the day the pause began"):
        asked(acme, order, RESUME, effective_on=date(2026, 2, 10))


def test_lines_belong_to_their_purpose(acme: Company, order: Order) -> None:
    change = LineChange(order_line=str(order.lines.get(position=0).uid), qty=Decimal(2))

    with pytest.raises(RefusedTerms, match="to pause has no lines"):
        asked(acme, order, PAUSE, effective_on=date(2026, 2, 10), changed=(change,))
    with pytest.raises(RefusedTerms, match="to amend has no lines"):
        asked(acme, order, ChangePurpose.AMEND, effective_on=date(2026, 2, 10), credited=(onboarding(order),))


def test_a_change_that_is_prepared_goes_first(acme: Company, order: Order) -> None:
    change = LineChange(order_line=str(order.lines.get(position=0).uid), qty=Decimal(2))
    agreement, day = agreement_of(order), date(2026, 2, 10)
    seen = services.seen_state(agreement=agreement)
    amendment = DraftChangeOrder(description="More", effective_on=day, changed=(change,))
    pause = DraftChangeOrder(description="Less", effective_on=day, purpose=PAUSE)
    services.save_amendment(
        order=order, command=amendment, seen=seen, version=None, by=acme.drafting, at=at("2026-02-01")
    )

    for version in (None, 1):
        with pytest.raises(StaleOrder, match=r"was begun|is being prepared"):
            services.save_amendment(
                order=order, command=pause, seen=seen, version=version, by=acme.drafting, at=at("2026-02-01")
            )


def test_what_a_change_is_for_never_changes(acme: Company, order: Order) -> None:
    row = change_order(acme, order)

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        ChangeOrder.objects.filter(pk=row.pk).update(purpose=PAUSE)
    with pytest.raises(IntegrityError, match="renewal_says_how_long"), transaction.atomic():
        ChangeOrder.objects.create(
            business=row.business,
            uid=row.agreement.uid,
            agreement=row.agreement,
            number=9,
            origin="staff",
            purpose=RENEW,
            currency="USD",
            value_delta_cents=0,
            created_at=row.created_at,
            updated_at=row.created_at,
        )


@pytest.mark.parametrize("purpose", [PAUSE, RENEW])
def test_books_that_do_not_hold_what_was_approved_are_found(
    acme: Company, order: Order, purpose: ChangePurpose
) -> None:
    """As if the agreement's side had never been written: the change is approved by hand."""
    said: dict[ChangePurpose, dict[str, Any]] = {
        PAUSE: {"effective_on": date(2026, 2, 10)},
        RENEW: {"effective_on": date(2026, 4, 30), "term_months": 2},
    }
    change = asked(acme, order, purpose, **said[purpose])
    given = change_approvals.verdict(change_order=change, lines=[], by=acme.approving, at=at("2026-02-01"))
    change_approvals.record(change_order=change, given=given, by=acme.approving, at=at("2026-02-01"))
    ChangeOrder.objects.filter(pk=change.pk).update(
        status="approved", approved_at=at("2026-02-01"), approved_by=acme.approver, approved_channel="admin"
    )

    assert any(f"not {purpose}ed as it says".replace("eed", "ed") in finding for finding in proofs(acme))
