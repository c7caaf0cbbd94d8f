"""Closed periods: nothing is dated into one, whoever writes it; only dates move, never an amount."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction

from billing import errors, services
from billing.engine.tax import Mode
from billing.engine.terms import Rule
from billing.models import Agreement, Closing, Invoice, Method, Payment
from customers import ledger
from customers.actors import NotPermitted
from customers.models import Business
from orders import verification
from tests import scenes
from tests.billing.test_runs import issued, run
from tests.cast import Company, agreement_of, amended, approved, at, company, line, monthly, taxed
from tests.promises import sql


def paid(company: Company, invoice: Invoice, received: str, *, booked: str) -> Payment:
    """A part of an invoice, 1.00."""
    return services.record_payment(
        invoice=invoice,
        amount_cents=100,
        received_date=date.fromisoformat(received),
        method=Method.CARD,
        by=company.billing,
        at=at(booked),
    )


def close(company: Company, through: str, *, on: str | None = None) -> Business:
    return services.close_books(
        business=company.business, through=date.fromisoformat(through), by=company.billing, at=at(on or through)
    )


def drafted(company: Company, *, on: str = "2026-01-31") -> Invoice:
    """The draft of 31 January over 100.00."""
    agreement = agreement_of(approved(company, monthly(), term_months=3))
    (draft,) = services.draft_execution_invoice(agreement=agreement, by=company.billing, at=at(on))
    return draft


def moves(company: Company) -> list[tuple[str, str | None]]:
    rows = Invoice.objects.for_business(company.business).order_by("number", "id")
    return [(str(row.invoice_date), str(row.moved_from_date) if row.moved_from_date else None) for row in rows]


def test_books_are_closed_through_a_day_with_an_event_and_a_row_of_its_own(acme: Company) -> None:
    closed = close(acme, "2026-01-31", on="2026-02-05")

    (closing,) = Closing.objects.for_business(acme.business)
    event = ledger.history(business=acme.business, subject=acme.business).latest("id")
    assert closed.books_closed_through == date(2026, 1, 31)
    assert (closing.through_date, closing.closed_by, closing.last_invoice_number) == (date(2026, 1, 31), "Olu", 0)
    assert (event.action, event.after) == ("close_books", {"books_closed_through": "2026-01-31"})


def test_the_same_day_again_changes_nothing(acme: Company) -> None:
    close(acme, "2026-01-31")

    close(acme, "2026-01-31", on="2026-02-05")

    assert Closing.objects.for_business(acme.business).count() == 1


def test_a_closed_period_is_not_opened_again(acme: Company) -> None:
    close(acme, "2026-01-31")

    with pytest.raises(errors.ClosingRefused, match="never opened again"):
        close(acme, "2026-01-30", on="2026-02-05")


def test_a_day_to_come_is_not_closed(acme: Company) -> None:
    with pytest.raises(errors.ClosingRefused, match="still to come: today is 2026-02-05"):
        close(acme, "2026-02-06", on="2026-02-05")


def test_the_business_s_own_day_counts(acme: Company) -> None:
    acme.business.timezone = "Pacific/Kiritimati"
    acme.business.save()

    close(acme, "2026-02-06", on="2026-02-05")

    assert Business.objects.get(pk=acme.business.pk).books_closed_through == date(2026, 2, 6)


def test_only_those_who_bill_close_the_books(acme: Company, globex: Company) -> None:
    with pytest.raises(NotPermitted):
        services.close_books(business=acme.business, through=date(2026, 1, 31), by=acme.approving, at=at("2026-02-01"))
    with pytest.raises(NotPermitted):
        services.close_books(business=acme.business, through=date(2026, 1, 31), by=globex.billing, at=at("2026-02-01"))


@pytest.mark.parametrize("value", [None, "2026-01-30"])
def test_the_database_refuses_to_open_a_closed_period(acme: Company, value: str | None) -> None:
    close(acme, "2026-01-31")

    with pytest.raises(IntegrityError, match="never opened again"):
        sql.update(acme.business, books_closed_through=value)


def test_what_was_closed_stays_on_record(acme: Company) -> None:
    close(acme, "2026-01-31")
    closing = Closing.objects.get()

    with pytest.raises(IntegrityError, match="never opened again"), transaction.atomic():
        sql.update(closing, through_date="2026-02-28")
    with pytest.raises(IntegrityError, match="never opened again"), transaction.atomic():
        sql.delete(closing)


def test_a_run_dates_what_fell_into_a_closed_period_on_the_first_open_day(acme: Company) -> None:
    approved(acme, monthly(), term_months=3)
    close(acme, "2026-03-15")

    run(acme, "2026-03-31")

    assert moves(acme) == [
        ("2026-03-16", "2026-01-31"),
        ("2026-03-16", "2026-02-28"),
        ("2026-03-31", None),
    ]


def test_a_moved_invoice_is_due_as_many_days_after_its_new_date(acme: Company) -> None:
    approved(acme, monthly(), term_months=1)
    close(acme, "2026-02-28")

    run(acme, "2026-03-01")

    assert Invoice.objects.get().due_date == date(2026, 3, 31)


def test_what_is_scheduled_by_the_day_of_a_run_is_issued_though_its_date_moves_past_it(acme: Company) -> None:
    approved(acme, monthly(), term_months=3)
    close(acme, "2026-02-27")

    run(acme, "2026-01-31")
    again = run(acme, "2026-01-31")

    assert issued(acme) == [("INV-000001", "2026-02-28", 10_000)]
    assert again.documents == 0


def test_closing_moves_dates_and_no_amount(acme: Company, globex: Company) -> None:
    """The same deals in two businesses, one of which closes its books: a tax that rises, usage, a discount."""
    for owner in (acme, globex):
        taxed(owner, "vat", Mode.EXCLUSIVE, "20")
        taxed(owner, "vat", Mode.EXCLUSIVE, "21", since="2026-02-15")
        order = approved(
            owner, monthly(qty="3", unit_price_cents=3_333), line(), discount_cents=1_000, tax_treatment="vat"
        )
        amended(owner, agreement_of(order), "2026-02-10", qty=order.lines.get(position=0).qty * 2, on="2026-02-10")
    close(acme, "2026-02-28", on="2026-03-01")

    for owner in (acme, globex):
        run(owner, "2026-04-30")

    amounts = [[(number, cents) for number, _, cents in issued(owner)] for owner in (acme, globex)]
    assert amounts[0] == amounts[1]
    assert [day for _, day, _ in issued(acme)] != [day for _, day, _ in issued(globex)]
    assert list(verification.of_business(business=acme.business)) == []


def played(owner: Company, closings: tuple[str, ...]) -> list[tuple[str, int]]:
    """Three months with a tax that rises and a late approval, billed at each month's end; some of them closed then."""
    taxed(owner, "vat", Mode.EXCLUSIVE, "20")
    taxed(owner, "vat", Mode.EXCLUSIVE, "21", since="2026-02-15")
    approved(owner, monthly(unit_price_cents=3_333), line(), discount_cents=1_000, tax_treatment="vat")
    approved(owner, monthly(), start="2026-01-15", on="2026-03-10", tax_treatment="vat")
    for day in ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"):
        if day in closings:
            close(owner, day)
        run(owner, day)
    return [(str(number), cents) for number, _, cents in issued(owner)]


@pytest.mark.parametrize(
    "closings",
    [
        ("2026-01-31",),
        ("2026-03-31",),
        ("2026-01-31", "2026-02-28"),
        ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"),
    ],
)
def test_whenever_books_are_closed_a_run_bills_the_same(
    acme: Company, globex: Company, closings: tuple[str, ...]
) -> None:
    never_closed = scenes.begin(played, globex, ())

    assert played(acme, closings) == never_closed
    assert list(verification.of_business(business=acme.business)) == []


def test_the_tax_rate_stays_that_of_the_scheduled_day(acme: Company) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")
    taxed(acme, "vat", Mode.EXCLUSIVE, "21", since="2026-02-01")
    approved(acme, monthly(), term_months=1, tax_treatment="vat")
    close(acme, "2026-02-28")

    run(acme, "2026-03-01")

    assert issued(acme) == [("INV-000001", "2026-03-01", 12_000)]


def test_a_draft_whose_day_is_closed_while_it_waits_moves_as_it_is_issued(acme: Company) -> None:
    draft = drafted(acme)
    close(acme, "2026-02-10")

    sent = services.issue_invoice(invoice=draft, by=acme.billing, at=at("2026-02-11"))

    assert moves(acme) == [("2026-02-11", "2026-01-31")]
    assert sent.due_date == date(2026, 3, 13)


def test_a_draft_that_moved_moves_again_and_remembers_its_first_day(acme: Company) -> None:
    close(acme, "2026-01-31")
    draft = drafted(acme, on="2026-02-01")
    close(acme, "2026-02-10")

    services.issue_invoice(invoice=draft, by=acme.billing, at=at("2026-02-11"))

    assert moves(acme) == [("2026-02-11", "2026-01-31")]


def test_a_run_issues_a_moved_draft_on_its_scheduled_day(acme: Company) -> None:
    close(acme, "2026-02-10")
    drafted(acme, on="2026-02-11")

    assert run(acme, "2026-01-31").documents == 1


def test_a_moved_draft_is_drafted_and_discarded_like_any_other(acme: Company) -> None:
    close(acme, "2026-02-10")
    draft = drafted(acme, on="2026-02-11")

    again = services.draft_execution_invoice(agreement=draft.agreement, by=acme.billing, at=at("2026-02-11"))
    services.delete_draft(invoice=draft, by=acme.billing, at=at("2026-02-11"))
    run(acme, "2026-02-11")

    assert again == []
    assert moves(acme) == [("2026-02-11", "2026-01-31")]


def test_a_catch_up_invoice_of_a_closed_approval_day_moves(acme: Company) -> None:
    approved(acme, monthly(), start="2026-01-15", term_months=2, on="2026-03-10")
    close(acme, "2026-03-10")

    run(acme, "2026-03-10")

    assert issued(acme) == [("INV-000001", "2026-03-11", 20_000)]


def test_a_credit_note_moves_and_is_never_due(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly(unit_price_cents=30_000), start="2026-04-01", term_months=3))
    run(acme, "2026-04-01")
    close(acme, "2026-04-20")
    services.cancel_agreement(
        agreement=agreement, effective_on=date(2026, 4, 11), by=acme.approving, at=at("2026-04-21")
    )

    run(acme, "2026-04-21")

    note = Invoice.objects.get(type="credit_note")
    assert (note.invoice_date, note.moved_from_date, note.due_date) == (date(2026, 4, 21), date(2026, 4, 11), None)
    assert note.total_cents == -20_000


def test_a_void_counts_from_the_first_open_day_and_bills_again_there(acme: Company) -> None:
    invoice = services.issue_invoice(invoice=drafted(acme), by=acme.billing, at=at("2026-01-31"))
    close(acme, "2026-02-10")

    voided = services.void_invoice(invoice=invoice, reason="Wrong address", by=acme.billing, at=at("2026-02-10"))
    run(acme, "2026-02-11")

    voided.refresh_from_db()
    assert voided.voided_date == date(2026, 2, 11)
    assert moves(acme) == [("2026-01-31", None), ("2026-02-11", "2026-01-31")]
    assert list(verification.of_business(business=acme.business)) == []


def test_a_write_off_counts_from_the_first_open_day(acme: Company) -> None:
    invoice = services.issue_invoice(invoice=drafted(acme), by=acme.billing, at=at("2026-01-31"))
    close(acme, "2026-02-10")

    services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=at("2026-02-10"))

    assert invoice.write_offs.get().from_date == date(2026, 2, 11)


def test_money_that_came_on_a_closed_day_is_refused_and_told_where_to_go(acme: Company) -> None:
    invoice = services.issue_invoice(invoice=drafted(acme), by=acme.billing, at=at("2026-01-31"))
    close(acme, "2026-02-10")

    with pytest.raises(errors.PeriodClosed, match="closed through 2026-02-10: the first open day is 2026-02-11"):
        paid(acme, invoice, "2026-02-10", booked="2026-02-11")


def test_a_payment_of_a_closed_period_is_reversed_on_an_open_day_only(acme: Company) -> None:
    invoice = services.issue_invoice(invoice=drafted(acme), by=acme.billing, at=at("2026-01-31"))
    payment = paid(acme, invoice, "2026-02-09", booked="2026-02-09")
    close(acme, "2026-02-10")

    with pytest.raises(errors.PeriodClosed):
        services.reverse_payment(payment=payment, reason="Bounced", by=acme.billing, at=at("2026-02-10"))
    back = services.reverse_payment(payment=payment, reason="Bounced", by=acme.billing, at=at("2026-02-11"))

    assert back.reversed_date == date(2026, 2, 11)


def test_the_database_refuses_a_row_dated_into_a_closed_period(acme: Company) -> None:
    draft = drafted(acme)
    payment_of = services.issue_invoice(invoice=drafted(acme), by=acme.billing, at=at("2026-01-31"))
    close(acme, "2026-02-10")

    with pytest.raises(IntegrityError, match="dated into a closed period"), transaction.atomic():
        sql.insert_copy(draft, uid="00000000-0000-4000-8000-000000000001")
    with pytest.raises(IntegrityError, match="dated into a closed period"), transaction.atomic():
        sql.update(draft, status="open", number=9, issued_at=at("2026-02-11"))
    with pytest.raises(IntegrityError, match="dated into a closed period"), transaction.atomic():
        sql.update(draft, invoice_date="2026-02-01")
    with pytest.raises(IntegrityError, match="dated into a closed period"), transaction.atomic():
        sql.update(payment_of, status="void", voided_date="2026-02-10")


def test_the_database_wants_each_day_where_it_belongs(acme: Company) -> None:
    draft = drafted(acme)

    with pytest.raises(IntegrityError, match="invoice_credit_note_is_not_due"), transaction.atomic():
        sql.update(draft, type="credit_note")
    with pytest.raises(IntegrityError, match="invoice_credit_note_is_not_due"), transaction.atomic():
        sql.update(draft, due_date=None)
    with pytest.raises(IntegrityError, match="invoice_moves_to_a_later_day"), transaction.atomic():
        sql.update(draft, moved_from_date=draft.invoice_date)
    sent = services.issue_invoice(invoice=draft, by=acme.billing, at=at("2026-01-31"))
    with pytest.raises(IntegrityError, match="invoice_void_says_when"), transaction.atomic():
        sql.update(sent, status="void")
    with pytest.raises(IntegrityError, match="An issued invoice never changes"), transaction.atomic():
        sql.update(sent, moved_from_date="2026-01-01")


def test_a_write_off_stands_as_it_was(acme: Company) -> None:
    invoice = services.issue_invoice(invoice=drafted(acme), by=acme.billing, at=at("2026-01-31"))
    services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=at("2026-02-10"))
    write_off = invoice.write_offs.get()

    with pytest.raises(IntegrityError, match="A write-off never changes"), transaction.atomic():
        sql.update(write_off, from_date="2026-02-01")
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        sql.delete(write_off)
    close(acme, "2026-02-20")
    with pytest.raises(IntegrityError, match="recorded into a closed period"), transaction.atomic():
        sql.update(write_off, taken_back_date="2026-02-20")


def test_a_payment_cannot_be_recorded_or_reversed_into_a_closed_period_by_a_shell(acme: Company) -> None:
    invoice = services.issue_invoice(invoice=drafted(acme), by=acme.billing, at=at("2026-01-31"))
    payment = paid(acme, invoice, "2026-02-09", booked="2026-02-09")
    close(acme, "2026-02-10")

    with pytest.raises(IntegrityError, match="recorded into a closed period"), transaction.atomic():
        sql.insert_copy(payment)
    with pytest.raises(IntegrityError, match="recorded into a closed period"), transaction.atomic():
        sql.update(payment, reversed_at=at("2026-02-11"), reversed_date="2026-02-10", reversal_reason="Bounced")


def test_a_draft_keeps_its_closed_day_while_it_is_held(acme: Company) -> None:
    draft = drafted(acme)
    close(acme, "2026-02-10")

    services.hold_draft(invoice=draft, is_held=True, by=acme.billing, at=at("2026-02-11"))

    assert moves(acme) == [("2026-01-31", None)]


def test_another_business_is_not_concerned(acme: Company, globex: Company) -> None:
    approved(globex, monthly(), term_months=1)
    close(acme, "2026-02-28")

    run(globex, "2026-01-31")

    assert moves(globex) == [("2026-01-31", None)]


def test_delivered_units_of_a_closed_month_move_too(acme: Company) -> None:
    order = approved(acme, line(qty="8", unit_price_cents=12_500, rule=Rule.PER_UNIT), term_months=2)
    services.record_usage(
        line=agreement_of(order).lines.select_related("agreement", "business").get(),
        event_id="1",
        occurred_at=at("2026-02-10"),
        quantity=order.lines.get().qty,
        by=acme.billing,
        at=at("2026-02-10"),
    )
    close(acme, "2026-03-01")

    run(acme, "2026-03-01")

    assert moves(acme) == [("2026-03-02", "2026-02-28")]


@pytest.fixture
def committed(transactional_db: None) -> Company:
    owner = company("busy")
    approved(owner, monthly(), term_months=1)
    return owner


def is_waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        (waiting,) = cursor.fetchone() or (0,)
    return bool(waiting)


def until_somebody_waits() -> None:
    for _ in range(500):
        if is_waiting_for_a_lock():
            return
        Event().wait(0.02)
    pytest.fail("Nobody waits for the other.")


def test_closing_waits_for_the_documents_that_are_being_issued(committed: Company) -> None:
    """They are numbered before it, so they are part of the closed period."""
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            run(committed, "2026-01-31")
            closing = pool.submit(closed_elsewhere, committed, "2026-02-10")
            until_somebody_waits()
        closing.result(timeout=30)

    assert moves(committed) == [("2026-01-31", None)]
    assert Closing.objects.get().last_invoice_number == 1
    assert list(verification.of_business(business=committed.business)) == []


def test_a_run_waits_for_a_closing_and_then_moves(committed: Company) -> None:
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            close(committed, "2026-02-10")
            running = pool.submit(run_elsewhere, committed, "2026-02-11")
            until_somebody_waits()
        running.result(timeout=30)

    assert moves(committed) == [("2026-02-11", "2026-01-31")]
    assert list(verification.of_business(business=committed.business)) == []


def test_a_shell_that_issues_while_the_period_closes_is_refused(committed: Company) -> None:
    agreement = Agreement.objects.get()
    (draft,) = services.draft_execution_invoice(agreement=agreement, by=committed.billing, at=at("2026-01-31"))
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            close(committed, "2026-02-10")
            shell = pool.submit(issued_elsewhere, draft)
            until_somebody_waits()

        with pytest.raises(IntegrityError, match="dated into a closed period"):
            shell.result(timeout=30)


def closed_elsewhere(owner: Company, through: str) -> None:
    try:
        close(owner, through)
    finally:
        connection.close()


def run_elsewhere(owner: Company, as_of: str) -> None:
    try:
        run(owner, as_of)
    finally:
        connection.close()


def issued_elsewhere(draft: Invoice) -> None:
    try:
        sql.update(draft, status="open", number=1, issued_at=at("2026-02-11"))
    finally:
        connection.close()
