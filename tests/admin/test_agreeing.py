"""Pausing, resuming, renewing and crediting at the desk: a look at what would happen, and one POST that asks for it."""

import pytest
from django.test import Client
from django.urls import reverse

from billing.states import AgreementStatus, ChangePurpose
from customers.models import Event
from orders import services
from orders.models import ChangeOrder, Order
from tests.admin.pages import Browse, url
from tests.cast import Company, agreement_of, approved, at, change_order, line, monthly, prepared_change
from tests.orders.test_change_purposes import agreed, asked, billed, onboarding

FORMS = {
    "pause": {"effective_date": "2099-02-10"},
    "renew": {"term_months": "2"},
    "credit": {"effective_date": "2099-02-01"},
}


@pytest.fixture
def order(acme: Company) -> Order:
    """100.00 a month for three months of 2099, from 31 January on, and an onboarding of 100.00 that is billed once."""
    return approved(acme, monthly(), line(description="Onboarding"), start="2099-01-31")


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def typed(
    order: Order, purpose: str, *, seen: str = "active.0", button: str = "_submit", **fields: str
) -> dict[str, str]:
    """A form as a browser posts it."""
    lines = {"lines": onboarding(order)} if purpose == "credit" else {}
    return {**FORMS[purpose], **lines, "description": "They asked", "seen": seen, button: "1", **fields}


def post(client: Client, order: Order, purpose: str, **fields: str) -> str:
    return client.post(url(order, purpose), typed(order, purpose, **fields), follow=True).content.decode()


def agreement_page(client: Client, order: Order) -> str:
    return client.get(url(agreement_of(order))).content.decode()


def test_the_agreement_leads_to_all_that_may_be_changed_of_it(drafter: Client, order: Order) -> None:
    page = agreement_page(drafter, order)

    for purpose in ("amend", "pause", "renew", "credit"):
        assert f'href="{url(order, purpose)}"' in page
    assert f'href="{url(order, "amend")}?ends=1"' in page
    assert url(order, "resume") not in page
    assert "checked" in drafter.get(f"{url(order, 'amend')}?ends=1").content.decode()


def test_whoever_does_not_draft_is_led_to_nothing_and_let_in_nowhere(
    acme: Company, browse: Browse, order: Order
) -> None:
    ops = browse(acme.ops)

    assert url(order, "pause") not in agreement_page(ops, order)
    assert ops.get(url(order, "pause")).status_code == 403


@pytest.mark.parametrize(
    ("purpose", "told"),
    [
        ("pause", ["the first of them begins on 28 Feb 2099", "USD 200.00 less in 2099"]),
        ("renew", ["The term goes on for 2 months, from 30 Apr 2099 until 29 Jun 2099", "USD 200.00 more in 2099"]),
        ("credit", ["This line owes nothing any more", "USD 100.00 less in 2099"]),
    ],
)
def test_a_look_says_what_will_happen_and_stores_nothing(
    drafter: Client, order: Order, purpose: str, told: list[str]
) -> None:
    events = Event.objects.count()

    answer = drafter.post(url(order, f"{purpose}_preview"), typed(order, purpose, button="_preview"))
    page = answer.content.decode()

    assert [sentence for sentence in told if sentence not in page] == []
    assert "It needs an approver with a limit of at least USD" in page
    assert 'class="ghost"' in page
    assert (ChangeOrder.objects.count(), Event.objects.count()) == (0, events)


@pytest.mark.parametrize("purpose", list(FORMS))
def test_it_is_submitted_and_approved_by_somebody_else(
    acme: Company, browse: Browse, drafter: Client, order: Order, purpose: str
) -> None:
    assert "waits for its approval" in post(drafter, order, purpose)
    row = ChangeOrder.objects.get()
    assert (row.purpose, row.contributor_ids) == (purpose, [acme.drafter.pk])
    assert "You cannot approve this" in drafter.get(url(row)).content.decode()

    page = browse(acme.approver).post(url(row, "approve"), {"terms_sha256": row.terms_sha256}, follow=True)

    told = page.content.decode()
    assert f"{row} is approved; " in told
    assert ("1 →" in told) == (purpose == "credit")
    assert agreement_of(order).changes.get().reason == "They asked"
    assert "as agreed by now" in agreement_page(drafter, order)


def test_a_paused_agreement_says_so_and_is_resumed(acme: Company, browse: Browse, drafter: Client) -> None:
    order = approved(acme, monthly(), start="2099-01-31")
    agreed(acme, order, ChangePurpose.PAUSE, effective_on=at("2099-02-10").date())

    page = agreement_page(drafter, order)
    assert "no period that begins on 10 Feb 2099 or later is billed" in page
    assert f'href="{url(order, "resume")}"' in page
    form = {"effective_date": "2099-03-31", "description": "Back", "seen": "paused.1", "_submit": "1"}
    told = drafter.post(url(order, "resume"), form, follow=True).content.decode()
    assert "the first period that is billed again begins on 31 Mar 2099" in told

    row = ChangeOrder.objects.latest("id")
    browse(acme.approver).post(url(row, "approve"), {"terms_sha256": row.terms_sha256})
    order.refresh_from_db()
    assert agreement_of(order).status == AgreementStatus.ACTIVE


def test_a_credit_names_the_note_that_it_causes_and_what_ends_with_it(acme: Company, drafter: Client) -> None:
    order = approved(acme, line(description="Onboarding"), start="2026-01-31")
    billed(acme, "2026-01-31")

    form = {
        "effective_date": "2026-01-01",
        "lines": str(order.lines.get().uid),
        "description": "Bad",
        "seen": "active.0",
    }
    page = drafter.post(url(order, "credit_preview"), form).content.decode()

    assert "It credits USD 100.00 of what was billed" in page
    assert "its order cancelled" in page


@pytest.mark.parametrize(
    ("purpose", "fields", "why"),
    [
        ("pause", {"effective_date": "2131-01-01"}, "The day (2131-01-01) must be 2099-01-31 or later"),
        ("pause", {"description": ""}, "This field is required"),
        ("renew", {"term_months": "0"}, "greater than or equal to 1"),
        ("renew", {"term_months": "599"}, "The term must be at least 1, and 600 at most"),
        ("credit", {"lines": ""}, "is not one of the available choices"),
    ],
)
def test_what_cannot_be_agreed_is_refused_and_stays_typed(
    drafter: Client, order: Order, purpose: str, fields: dict[str, str], why: str
) -> None:
    page = post(drafter, order, purpose, **fields)

    assert why in page
    assert not ChangeOrder.objects.exists()


@pytest.mark.parametrize(
    ("purpose", "why"),
    [
        ("resume", "is not paused: there is nothing to resume"),
        ("renew", "is open-ended"),
        ("credit", "no line that is"),
    ],
)
def test_what_does_not_apply_leads_back_with_the_reason(acme: Company, drafter: Client, purpose: str, why: str) -> None:
    order = approved(acme, monthly(), term_months=None)

    assert why in drafter.get(url(order, purpose), follow=True).content.decode()


def test_what_was_agreed_since_is_shown_and_nothing_is_saved(acme: Company, drafter: Client, order: Order) -> None:
    agreed(acme, order, ChangePurpose.RENEW, effective_on=at("2099-04-30").date(), term_months=1)

    answer = drafter.post(url(order, "pause"), typed(order, "pause"))

    assert answer.status_code == 409
    assert "Something was agreed" in answer.content.decode()
    assert ChangeOrder.objects.count() == 1


def test_while_another_change_is_open_it_is_looked_at_and_not_submitted(
    acme: Company, drafter: Client, order: Order
) -> None:
    waiting = change_order(acme, order, effective_on="2099-03-31")
    prepared = prepared_change(acme, second := approved(acme, monthly()))

    assert f"{waiting}</a> is to be decided first" in drafter.get(url(order, "pause")).content.decode()
    assert f"{prepared}</a> is being prepared" in drafter.get(url(second, "pause")).content.decode()
    assert "is to be decided first" in post(drafter, order, "pause")
    assert f"{waiting}</a> is open" in agreement_page(drafter, order)


def test_what_was_turned_down_is_drafted_again_from_what_it_said(acme: Company, drafter: Client, order: Order) -> None:
    row = asked(acme, order, ChangePurpose.CREDIT, effective_on=at("2099-02-01").date(), credited=(onboarding(order),))
    services.reject_change_order(change_order=row, by=acme.approving, at=at("2026-02-02"), reason="Why?")

    again = f"{url(order, 'credit')}?from={row.pk}"
    assert again in drafter.get(url(row)).content.decode()
    page = drafter.get(again).content.decode()

    assert "As they wish" in page
    assert f'value="{onboarding(order)}" checked' in page


def test_the_comparison_and_the_list_say_what_it_is(acme: Company, drafter: Client, order: Order) -> None:
    pause = asked(acme, order, ChangePurpose.PAUSE, effective_on=at("2099-02-10").date())
    second = approved(acme, monthly(), line(description="Setup"))
    day, lines = at("2026-02-10").date(), (onboarding(second),)
    credit = asked(acme, second, ChangePurpose.CREDIT, effective_on=day, credited=lines)

    assert "paused from 10 Feb 2099 on" in drafter.get(url(pause, "compare")).content.decode()
    assert "beside-removed" in drafter.get(url(credit, "compare")).content.decode()
    assert ">pause<" in drafter.get(reverse("admin:orders_changeorder_changelist")).content.decode()
