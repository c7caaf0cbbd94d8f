"""What was owed on a day: what happened later is of no account, whatever today's status says."""

from datetime import date

import pytest

from billing import receivables, services
from billing.models import Invoice, Method, Payment
from tests.billing.test_payments import issued
from tests.cast import Company, approved, at, line


@pytest.fixture
def invoice(acme: Company) -> Invoice:
    """100.00, dated 31 January 2026, due on 2 March."""
    return issued(acme)


def pay(company: Company, invoice: Invoice, cents: int, on: str) -> Payment:
    return services.record_payment(
        invoice=invoice,
        amount_cents=cents,
        received_date=date.fromisoformat(on),
        method=Method.CARD,
        allow_overpayment=True,
        by=company.billing,
        at=at(on),
    )


def balances(company: Company, *days: str) -> list[int]:
    found = (receivables.customer_balance(customer=company.customer, as_of=date.fromisoformat(day)) for day in days)
    return [balance.get("USD", 0) for balance in found]


def overdue(company: Company, day: str) -> list[tuple[str | None, int]]:
    found = receivables.overdue_as_of(business=company.business, as_of=date.fromisoformat(day))
    return [(row.number_text, receivables.open_cents(row)) for row in found]


def test_what_is_written_off_was_owed_until_then(acme: Company, invoice: Invoice) -> None:
    services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=at("2026-06-01"))

    assert balances(acme, "2026-01-30", "2026-05-31", "2026-06-01") == [0, 10_000, 0]


def test_a_write_off_that_a_payment_took_back_stood_in_between(acme: Company, invoice: Invoice) -> None:
    services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=at("2026-06-01"))
    pay(acme, invoice, 4_000, "2026-06-09")

    assert balances(acme, "2026-05-31", "2026-06-08", "2026-06-09") == [10_000, 0, 6_000]


def test_money_that_came_before_the_write_off_takes_it_back_as_if_it_never_was(acme: Company, invoice: Invoice) -> None:
    services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=at("2026-06-01"))
    pay(acme, invoice, 10_000, "2026-05-20")

    assert balances(acme, "2026-05-19", "2026-05-20", "2026-06-01") == [10_000, 0, 0]


def test_an_invoice_is_written_off_again_after_that(acme: Company, invoice: Invoice) -> None:
    services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=at("2026-06-01"))
    pay(acme, invoice, 4_000, "2026-06-09")
    services.write_off(invoice=invoice, reason="Insolvent again", by=acme.billing, at=at("2026-07-01"))

    assert balances(acme, "2026-06-30", "2026-07-01") == [6_000, 0]


def test_a_void_document_was_owed_until_it_was_voided(acme: Company, invoice: Invoice) -> None:
    services.void_invoice(invoice=invoice, reason="Wrong address", by=acme.billing, at=at("2026-02-20"))

    assert balances(acme, "2026-02-19", "2026-02-20") == [10_000, 0]


def test_a_payment_counted_until_it_was_reversed(acme: Company, invoice: Invoice) -> None:
    payment = pay(acme, invoice, 10_000, "2026-02-10")
    services.reverse_payment(payment=payment, reason="Bounced", by=acme.billing, at=at("2026-02-14"))

    assert balances(acme, "2026-02-09", "2026-02-10", "2026-02-13", "2026-02-14") == [10_000, 0, 0, 10_000]


def test_an_overpayment_is_credit_from_the_day_it_came(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 12_500, "2026-02-10")

    assert balances(acme, "2026-02-09", "2026-02-10") == [10_000, -2_500]


def test_an_invoice_paid_late_was_overdue_in_between(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 4_000, "2026-02-10")
    pay(acme, invoice, 6_000, "2026-03-20")

    assert overdue(acme, "2026-03-02") == []
    assert overdue(acme, "2026-03-03") == [("INV-000001", 6_000)]
    assert overdue(acme, "2026-03-20") == []


def test_today_and_as_of_today_agree(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 4_000, "2026-02-10")
    day = date(2026, 4, 1)

    assert list(receivables.overdue(business=acme.business, today=day)) == list(
        receivables.overdue_as_of(business=acme.business, as_of=day)
    )


def test_what_is_overdue_falls_into_buckets_by_its_days(acme: Company, invoice: Invoice) -> None:
    approved(acme, line(unit_price_cents=2_000), start="2026-03-31")
    services.run_billing(business=acme.business, as_of=date(2026, 3, 31), by=acme.billing, at=at("2026-03-31"))
    as_of = date(2026, 5, 1)

    found = receivables.overdue_as_of(business=acme.business, as_of=as_of)

    assert receivables.ageing(overdue=found, as_of=as_of) == {
        "USD": {"1-30": 2_000, "31-60": 10_000, "61-90": 0, "over 90": 0}
    }


def test_what_a_page_shows_of_it_is_bounded(acme: Company, invoice: Invoice, monkeypatch: pytest.MonkeyPatch) -> None:
    approved(acme, line(unit_price_cents=2_000), start="2026-03-31")
    services.run_billing(business=acme.business, as_of=date(2026, 3, 31), by=acme.billing, at=at("2026-03-31"))
    day = date(2026, 5, 1)

    all_of_it = receivables.late(business=acme.business, as_of=day, today=day, shown=1)
    monkeypatch.setattr(receivables, "MOST_SUMMED", 1)
    longest = receivables.late(business=acme.business, as_of=day, today=day, shown=1)

    assert (all_of_it.count, all_of_it.is_capped, list(all_of_it.first)) == (2, False, [invoice])
    assert all_of_it.ageing == {"USD": {"1-30": 2_000, "31-60": 10_000, "61-90": 0, "over 90": 0}}
    assert (longest.count, longest.is_capped, list(longest.first)) == (1, True, [invoice])
    assert longest.ageing == {"USD": {"1-30": 0, "31-60": 10_000, "61-90": 0, "over 90": 0}}


def test_a_page_of_the_past_and_one_of_today_agree(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 4_000, "2026-02-10")
    day = date(2026, 4, 1)

    today = receivables.late(business=acme.business, as_of=day, today=day, shown=9)
    later = receivables.late(business=acme.business, as_of=day, today=date(2026, 6, 1), shown=9)

    assert today == later
    assert [receivables.open_cents(row) for row in today.first] == [6_000]


@pytest.mark.parametrize(
    ("late", "name"), [(1, "1-30"), (30, "1-30"), (31, "31-60"), (90, "61-90"), (91, "over 90"), (4_000, "over 90")]
)
def test_a_bucket_holds_its_last_day(late: int, name: str) -> None:
    due = date(2026, 1, 1)

    assert receivables.bucket(due_date=due, as_of=date.fromordinal(due.toordinal() + late)) == name


def test_another_business_owes_nothing_of_it(globex: Company, invoice: Invoice) -> None:
    assert balances(globex, "2026-02-28") == [0]
    assert overdue(globex, "2026-12-31") == []
