from decimal import Decimal

from billing.engine import billing
from billing.engine.billing import DeliveredOn, DocumentType
from billing.engine.charges import Kind
from tests.engine.builders import (
    UNTAXED,
    Agreement,
    amounts,
    dates,
    day,
    flat,
    metered,
    per_unit,
    recurring,
    services,
    step,
    terms,
    totals,
    words,
)


def test_usage_is_billed_when_its_period_has_ended() -> None:
    agreement = Agreement(terms(metered(250)))
    agreement.deliver("4", period=0)

    (invoice,) = agreement.run("2026-02-01")

    assert dates([invoice]) == ["2026-02-01"]
    assert amounts(invoice) == [1000]  # 4 x 2.50
    assert services(invoice) == [("2026-01-01", "2026-02-01")]
    assert words(invoice) == ["API calls - period 1"]
    assert (invoice.lines[0].quantity, invoice.lines[0].unit_price_cents) == (Decimal(4), 250)


def test_usage_waits_for_the_end_of_its_period() -> None:
    agreement = Agreement(terms(metered(250)))
    agreement.deliver("4", period=0)

    assert agreement.run("2026-01-31") == ()


def test_the_ordered_quantity_of_usage_is_never_billed() -> None:
    assert Agreement(terms(metered(250, qty="1000"))).run("2026-12-31") == ()


def test_the_usage_of_each_line_is_rounded_for_itself() -> None:
    agreement = Agreement(terms(metered(1), metered(1)))
    agreement.deliver("0.5", period=0, line=0)
    agreement.deliver("0.4", period=0, line=1)

    assert totals(agreement.run("2026-02-01")) == [1]


def test_usage_is_priced_at_the_step_of_its_own_period() -> None:
    agreement = Agreement(terms(metered(10, steps=[step(2, unit_price_cents=8)])))
    agreement.deliver("100", period=0)
    agreement.deliver("100", period=1)

    assert totals(agreement.run("2026-03-01")) == [1000, 800]


def test_delivered_units_join_the_invoice_of_the_next_boundary() -> None:
    agreement = Agreement(terms(per_unit(15000, qty="40"), recurring(100000), start="2026-06-01", months=2))
    agreement.deliver("13.75", period=0)
    agreement.deliver("8", period=1)

    invoices = agreement.run("2026-08-01")

    assert dates(invoices) == ["2026-06-01", "2026-07-01", "2026-08-01"]
    assert [amounts(invoice) for invoice in invoices] == [[100000], [206250, 100000], [120000]]
    assert invoices[2].lines[0].kind is Kind.USAGE


def test_usage_before_the_start_and_after_the_end_is_not_billed() -> None:
    agreement = Agreement(terms(metered(100), months=1))
    agreement.deliver("50", period=-1)
    agreement.deliver("1", period=0)
    agreement.deliver("99", period=1)

    assert totals(agreement.run("2026-12-31")) == [100]


def test_late_usage_goes_on_the_next_invoice_at_the_price_of_its_period() -> None:
    agreement = Agreement(terms(metered(10, steps=[step(2, unit_price_cents=8)])))
    agreement.deliver("100", period=0)
    agreement.run("2026-02-01")

    agreement.deliver("105", period=0)
    agreement.deliver("100", period=1)
    (invoice,) = agreement.run("2026-03-01")

    assert amounts(invoice) == [50, 800]
    assert words(invoice) == ["API calls (late usage) - period 1", "API calls - period 2"]
    assert [line.kind for line in invoice.lines] == [Kind.LATE_USAGE, Kind.USAGE]
    assert services(invoice)[0] == ("2026-01-01", "2026-02-01")


def test_usage_of_a_period_that_was_billed_without_any_is_late_too() -> None:
    agreement = Agreement(terms(metered(10)))
    agreement.run("2026-02-01")

    agreement.deliver("5", period=0)
    (invoice,) = agreement.run("2026-03-01")

    assert words(invoice) == ["API calls (late usage) - period 1"]
    assert invoice.lines[0].quantity == Decimal(5)


def test_a_difference_in_a_billed_period_shows_no_quantity_of_its_own() -> None:
    agreement = Agreement(terms(metered(10)))
    agreement.deliver("100", period=0)
    agreement.run("2026-02-01")

    agreement.deliver("105", period=0)
    (invoice,) = agreement.run("2026-03-01")

    assert (invoice.lines[0].quantity, invoice.lines[0].unit_price_cents) == (None, 10)


def test_late_usage_waits_for_the_next_invoice_date() -> None:
    agreement = Agreement(terms(metered(10)))
    agreement.run("2026-02-01")
    agreement.deliver("5", period=0)

    assert agreement.run("2026-02-28") == ()
    assert totals(agreement.run("2026-03-01")) == [50]


def test_late_usage_may_wait_for_a_first_invoice_that_is_still_to_come() -> None:
    agreement = Agreement(terms(metered(10), recurring(100), months=2))
    agreement.run("2026-02-15")
    agreement.deliver("5", period=0)

    (invoice,) = agreement.run("2026-12-31")

    assert dates([invoice]) == ["2026-03-01"]


def test_late_usage_of_an_open_ended_agreement_always_has_a_next_invoice() -> None:
    agreement = Agreement(terms(recurring(100), metered(10), months=None))
    agreement.run("2026-02-01")
    agreement.deliver("5", period=0, line=1)

    (invoice,) = agreement.run("2026-03-01")

    assert amounts(invoice) == [100, 50]


def test_late_usage_with_nothing_left_to_come_is_billed_on_the_day_of_the_run() -> None:
    agreement = Agreement(terms(metered(10), recurring(100), flat(100), months=1))
    agreement.run("2026-02-01")
    agreement.deliver("5", period=0)

    (invoice,) = agreement.run("2026-05-17")

    assert dates([invoice]) == ["2026-05-17"]


def test_a_run_for_a_day_before_the_usage_does_not_bill_it() -> None:
    agreement = Agreement(terms(metered(10), flat(100), months=1))
    agreement.run("2026-02-01")
    agreement.deliver("5", period=0)

    assert agreement.run("2026-01-15") == ()


def test_a_correction_lowers_the_next_invoice() -> None:
    agreement = Agreement(terms(metered(100), months=2))
    agreement.deliver("10", period=0)
    agreement.run("2026-02-01")

    agreement.deliver("6", period=0)
    agreement.deliver("7", period=1)
    (invoice,) = agreement.run("2026-03-01")

    assert amounts(invoice) == [-400, 700]
    assert invoice.type is DocumentType.INVOICE


def test_a_correction_larger_than_new_usage_makes_a_credit_note() -> None:
    agreement = Agreement(terms(metered(100), months=2))
    agreement.deliver("10", period=0)
    agreement.run("2026-02-01")

    agreement.deliver("1", period=0)
    agreement.deliver("2", period=1)
    (note,) = agreement.run("2026-03-01")

    assert (note.type, note.total_cents) == (DocumentType.CREDIT_NOTE, -700)


def test_an_invoice_whose_lines_cancel_out_is_issued() -> None:
    agreement = Agreement(terms(metered(100), months=2))
    agreement.deliver("10", period=0)
    agreement.run("2026-02-01")

    agreement.deliver("3", period=0)
    agreement.deliver("7", period=1)
    (invoice,) = agreement.run("2026-03-01")

    assert (invoice.type, invoice.total_cents, amounts(invoice)) == (DocumentType.INVOICE, 0, [-700, 700])


def test_a_booked_period_without_delivery_is_credited_in_full() -> None:
    agreement = Agreement(terms(metered(100), months=1))
    agreement.deliver("10", period=0)
    agreement.run("2026-02-01")

    agreement.delivered.clear()
    (note,) = agreement.run("2026-02-02")

    assert amounts(note) == [-1000]


def test_every_booking_of_a_period_has_its_own_revision() -> None:
    agreement = Agreement(terms(metered(100), months=1))
    agreement.deliver("10", period=0)
    (first,) = agreement.run("2026-02-01")
    agreement.deliver("11", period=0)
    (second,) = agreement.run("2026-02-02")
    agreement.deliver("12", period=0)
    (third,) = agreement.run("2026-02-03")

    revisions = [document.lines[0].charges[0].revision for document in (first, second, third)]

    assert revisions == [0, 1, 2]


def test_usage_of_a_day_that_has_its_document_goes_on_the_next_one_without() -> None:
    signed = terms(metered(100), months=4)
    used = [DeliveredOn(line=0, local_date=day("2026-01-10"), quantity=Decimal(3))]

    documents = billing.due_documents(
        terms=signed,
        tax=UNTAXED,
        delivered=used,
        booked=[],
        billed_through=None,
        as_of=day("2026-12-31"),
        documented=frozenset({day("2026-02-01"), day("2026-03-01")}),
    )

    assert (dates(documents), totals(documents)) == (["2026-04-01"], [300])
    assert documents[0].lines[0].kind is Kind.LATE_USAGE
