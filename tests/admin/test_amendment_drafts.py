"""An amendment as a draft beside what is agreed: saved, edited, compared, discarded, and only then submitted."""

import pytest
from django.db import IntegrityError
from django.test import Client

from billing.models import AgreementChange
from customers import audit
from orders import change_order_verification, services
from orders.models import ChangeOrder, Order
from tests.admin.pages import Browse, list_of, url
from tests.admin.test_amending import SEATS, post, typed
from tests.cast import Company, approved, at, change_order, line, monthly
from tests.orders.test_policies import approver
from tests.promises import sql


@pytest.fixture
def order(acme: Company) -> Order:
    """100.00 a month for three months of 2099, from 31 January on, and an onboarding that is billed once."""
    return approved(acme, monthly(), line(description="Onboarding"), start="2099-01-31")


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def saved(client: Client, order: Order, **fields: str) -> ChangeOrder:
    """The draft after its form was posted with what is typed."""
    post(client, order, typed(order, button="_save", **fields))
    return ChangeOrder.objects.get()


def verb(client: Client, row: ChangeOrder, name: str, **form: object) -> str:
    page = client.post(url(row, name), form, follow=True).content.decode()
    row.refresh_from_db()
    return page


def test_it_is_kept_as_a_draft_and_nobody_is_asked(
    acme: Company, drafter: Client, browse: Browse, order: Order
) -> None:
    page = post(drafter, order, typed(order, button="_save", qty__0="2"))

    row = ChangeOrder.objects.get()
    assert (row.status, row.version, row.value_delta_cents) == ("preparing", 1, 10_000)
    assert "is saved as a draft" in page
    assert "Nobody has been asked yet" in page
    assert "If submitted now: It needs an approver with a limit of at least USD 100.00: Ana." in page
    assert str(row) not in browse(acme.approver).get(list_of(ChangeOrder), {"state": "mine"}).content.decode()


def test_the_form_opens_with_the_draft_and_saves_it_again(drafter: Client, order: Order) -> None:
    row = saved(drafter, order, qty__0="2")

    page = drafter.get(url(order, "amend")).content.decode()
    post(drafter, order, typed(order, button="_save", version="1", price__0="120.00"))

    row.refresh_from_db()
    assert 'name="qty-0" value="2"' in page
    assert 'name="version" value="1"' in page
    assert (row.version, row.value_delta_cents) == (2, 2_000)
    assert [(one.qty, one.unit_price_cents) for one in row.lines.all()] == [(None, 12_000)]


def test_an_added_line_keeps_its_id_from_save_to_save(drafter: Client, order: Order) -> None:
    uid = saved(drafter, order, **SEATS).lines.get().uid

    post(drafter, order, typed(order, button="_save", version="1", **{**SEATS, "lines__0__order_line": str(uid)}))

    assert ChangeOrder.objects.get().lines.get().uid == uid


def test_a_draft_that_would_change_nothing_is_kept_and_not_submitted(drafter: Client, order: Order) -> None:
    row = saved(drafter, order)

    page = verb(drafter, row, "submit", version=1)

    assert row.status == "preparing"
    assert "there is nothing to agree" in page


def test_whoever_saved_it_once_does_not_approve_it(
    acme: Company, drafter: Client, browse: Browse, order: Order
) -> None:
    row = saved(drafter, order, qty__0="2")
    post(browse(acme.approver), order, typed(order, button="_save", version="1", qty__0="3"))

    verb(drafter, row, "submit", version=2)
    page = verb(browse(acme.approver), row, "approve", terms_sha256=row.terms_sha256)

    assert row.contributor_ids == [acme.drafter.pk, acme.approver.pk]
    assert row.status == "draft"
    assert f"Ana worked on {row}" in page


def test_it_is_submitted_from_its_page_and_approved_by_somebody_else(
    acme: Company, drafter: Client, browse: Browse, order: Order
) -> None:
    row = saved(drafter, order, qty__0="2")

    page = verb(drafter, row, "submit", version=1)
    verb(browse(acme.approver), row, "approve", terms_sha256=row.terms_sha256)

    assert "waits for its approval" in page
    assert (row.status, row.approved_by) == ("approved", acme.approver)
    assert str(AgreementChange.objects.for_business(acme.business).get().qty) == "2.000000"
    assert [*audit.of_business(business=acme.business)] == []
    assert [*change_order_verification.of_business(business=acme.business)] == []


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(
    acme: Company, drafter: Client, browse: Browse, order: Order
) -> None:
    saved(drafter, order, qty__0="2")
    post(browse(acme.approver), order, typed(order, button="_save", version="1", qty__0="3"))

    answer = drafter.post(url(order, "amend"), typed(order, button="_save", version="1", qty__0="4"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "While you typed, version 2 of it was saved by somebody else." in page
    assert 'name="qty-0" value="4"' in page
    assert str(ChangeOrder.objects.get().lines.get().qty) == "3.000000"


def test_a_page_of_an_older_version_submits_and_discards_nothing(drafter: Client, order: Order) -> None:
    row = saved(drafter, order, qty__0="2")
    post(drafter, order, typed(order, button="_save", version="1", qty__0="3"))

    submitting, discarding = verb(drafter, row, "submit", version=1), verb(drafter, row, "discard", version=1)

    assert row.status == "preparing"
    assert "since you looked" in discarding
    assert "version 2 of it was saved" in submitting


def test_it_is_discarded_and_another_one_begun_from_it(drafter: Client, order: Order) -> None:
    row = saved(drafter, order, qty__0="2")

    page = verb(drafter, row, "discard", version=1)
    again = drafter.get(url(order, "amend"), {"from": row.pk}).content.decode()
    post(drafter, order, typed(order, button="_save", qty__0="3"))

    assert row.status == "discarded"
    assert "is discarded; what is agreed stays as it was" in page
    assert 'name="qty-0" value="2"' in again
    assert ChangeOrder.objects.filter(status="preparing").count() == 1


def test_an_agreement_has_one_open_amendment(acme: Company, drafter: Client, order: Order) -> None:
    row = saved(drafter, order, qty__0="2")

    with pytest.raises(IntegrityError, match="change_order_one_open_amendment"):
        sql.insert_copy(row, uid="00000009-0000-4000-8000-000000000001", number=2)


def test_none_is_begun_while_one_waits(drafter: Client, order: Order) -> None:
    post(drafter, order, typed(order, qty__0="2"))

    page = post(drafter, order, typed(order, button="_save", qty__0="3"))

    assert "an agreement has one amendment at a time" in page
    assert ChangeOrder.objects.count() == 1


def test_one_is_prepared_while_a_door_s_waits_and_submitted_after_it(
    acme: Company, drafter: Client, order: Order
) -> None:
    theirs = change_order(acme, order, effective_on="2099-03-31")
    post(drafter, order, typed(order, button="_save", price__0="120.00"))
    mine = ChangeOrder.objects.get(status="preparing")

    refused = verb(drafter, mine, "submit", version=1)
    services.reject_change_order(change_order=theirs, by=acme.approving, at=at("2026-02-09"), reason="No")
    verb(drafter, mine, "submit", version=1)

    assert f"{theirs} is to be decided first" in refused
    assert mine.status == "draft"


def test_what_was_agreed_meanwhile_is_seen_before_it_is_submitted(acme: Company, drafter: Client, order: Order) -> None:
    theirs = change_order(acme, order, effective_on="2099-02-28", value_delta_cents=20_000)
    post(drafter, order, typed(order, button="_save", price__0="120.00"))
    mine = ChangeOrder.objects.get(status="preparing")
    services.approve_change_order(change_order=theirs, by=acme.approving, at=at("2026-02-09"))

    page = verb(drafter, mine, "submit", version=1)

    assert mine.status == "preparing"
    assert "What is agreed has changed since" in page


@pytest.mark.parametrize("person", ["ops", "approver"])
def test_it_takes_the_role_to_prepare(
    acme: Company, drafter: Client, browse: Browse, order: Order, person: str
) -> None:
    row = saved(drafter, order, qty__0="2")
    acme.approver.role = "finance"
    acme.approver.save()

    verb(browse(getattr(acme, person)), row, "discard", version=1)
    verb(browse(getattr(acme, person)), row, "submit", version=1)

    assert row.status == "preparing"


def test_a_stranger_neither_sees_nor_discards_it(
    globex: Company, drafter: Client, browse: Browse, order: Order
) -> None:
    row = saved(drafter, order, qty__0="2")
    stranger = browse(globex.drafter)

    assert stranger.get(url(row, "compare")).status_code == 404
    assert stranger.post(url(row, "discard"), {"version": 1}).status_code == 404


# Side by side


def signs(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('<tr class="beside-')[1:]]


def test_it_is_compared_line_by_line_with_what_is_agreed(drafter: Client, order: Order) -> None:
    row = saved(drafter, order, qty__0="2", **SEATS)

    page = drafter.get(url(row, "compare")).content.decode()

    assert signs(page) == ["changed", "same", "added"]
    assert "USD 400.00" in page
    assert "USD 550.00" in page
    assert "more in 2099." in page
    assert 'class="ghost"' in page


def test_an_end_is_compared_as_the_end_of_every_line(drafter: Client, order: Order) -> None:
    row = saved(drafter, order, ends="on")

    page = drafter.get(url(row, "compare")).content.decode()

    assert signs(page) == ["removed", "removed"]
    assert "ends; 31 Mar 2099 is the first day without it" in page


def test_a_decided_one_is_not_compared_with_what_came_of_it(acme: Company, browse: Browse, order: Order) -> None:
    row = change_order(acme, order, effective_on="2099-03-31")
    services.approve_change_order(change_order=row, by=acme.approving, at=at("2026-02-09"))

    assert browse(approver(acme, "Bea")).get(url(row, "compare")).status_code == 302


# What the database holds


@pytest.mark.parametrize(("column", "value"), [("agreement_id", 0), ("number", 9), ("created_by_id", None)])
def test_a_draft_stays_the_one_it_is(drafter: Client, order: Order, column: str, value: object) -> None:
    row = saved(drafter, order, qty__0="2")

    with pytest.raises(IntegrityError, match="never changes"):
        sql.update(row, **{column: value})


def test_whoever_worked_on_it_is_not_taken_off(drafter: Client, order: Order) -> None:
    row = saved(drafter, order, qty__0="2")

    with pytest.raises(IntegrityError, match="stays on it"):
        sql.update(row, contributor_ids=[])


def test_its_lines_are_not_replaced_once_it_waits(drafter: Client, order: Order) -> None:
    row = saved(drafter, order, qty__0="2")
    verb(drafter, row, "submit", version=1)

    with pytest.raises(IntegrityError, match="draft another"):
        sql.delete(row.lines.get())
