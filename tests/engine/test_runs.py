from tests.engine.builders import (
    Agreement,
    amounts,
    dates,
    discounts,
    flat,
    metered,
    per_unit,
    recurring,
    step,
    terms,
    totals,
    words,
)


def test_nothing_is_billed_before_it_is_scheduled() -> None:
    assert Agreement(terms(flat(100))).run("2025-12-31") == ()


def test_a_missed_run_is_caught_up_with_every_invoice_on_its_own_date() -> None:
    agreement = Agreement(terms(recurring(10000), start="2026-01-31", months=6))

    assert dates(agreement.run("2026-04-20")) == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_a_second_run_and_a_run_for_an_earlier_day_change_nothing() -> None:
    agreement = Agreement(terms(recurring(10000)))
    agreement.run("2026-02-28")

    assert agreement.run("2026-02-28") == ()
    assert agreement.run("2026-01-31") == ()


def test_a_charge_whose_draft_was_deleted_is_due_again() -> None:
    agreement = Agreement(terms(recurring(10000)))
    agreement.run("2026-03-01")
    agreement.booked = [row for row in agreement.booked if row.period != 1]

    assert agreement.next_due_date() == "2026-02-01"
    assert dates(agreement.run("2026-03-01")) == ["2026-02-01"]


def test_a_late_approval_puts_everything_scheduled_by_then_on_one_invoice() -> None:
    signed = terms(recurring(10000), start="2026-01-15", months=6, approved_on="2026-03-10")

    invoices = Agreement(signed).run("2026-12-31")

    assert dates(invoices) == ["2026-03-10", "2026-03-15", "2026-04-15", "2026-05-15", "2026-06-15"]
    assert words(invoices[0]) == ["Plan - period 1 of 6", "Plan - period 2 of 6"]


def test_a_late_approval_does_not_move_the_discount() -> None:
    line = recurring(10000, steps=[step(3, unit_price_cents=15000)])
    signed = terms(line, start="2026-01-31", months=4, discount_cents=1001, approved_on="2026-03-01")

    invoices = Agreement(signed).run("2026-12-31")

    assert [discounts(invoice) for invoice in invoices] == [[200, 200], [301], [300]]


def test_a_late_approval_takes_the_usage_of_the_periods_gone_by() -> None:
    agreement = Agreement(terms(metered(10), recurring(100), approved_on="2026-02-10"))
    agreement.deliver("5", period=0)

    (invoice,) = agreement.run("2026-02-10")

    assert (dates([invoice]), amounts(invoice)) == (["2026-02-10"], [50, 100, 100])


def test_nothing_is_billed_on_a_day_before_the_approval() -> None:
    assert Agreement(terms(recurring(100), approved_on="2026-02-10")).run("2026-02-09") == ()


def test_the_execution_document_is_drafted_ahead_of_its_day() -> None:
    agreement = Agreement(terms(flat(500), recurring(100), start="2026-02-01", approved_on="2026-01-20"))

    draft = agreement.execution_document()

    assert draft is not None
    assert (dates([draft]), amounts(draft)) == (["2026-02-01"], [500, 100])


def test_the_execution_document_is_drafted_once() -> None:
    agreement = Agreement(terms(flat(500), recurring(100)))
    draft = agreement.execution_document()
    assert draft is not None

    agreement.book(draft)

    assert agreement.execution_document() is None
    assert dates(agreement.run("2026-02-28")) == ["2026-02-01"]


def test_an_agreement_on_usage_alone_has_no_execution_document() -> None:
    assert Agreement(terms(metered(10))).execution_document() is None


def test_the_next_due_date_is_the_first_invoice_to_come() -> None:
    agreement = Agreement(terms(recurring(100)))

    assert agreement.next_due_date() == "2026-01-01"
    agreement.run("2026-01-01")
    assert agreement.next_due_date() == "2026-02-01"
    agreement.run("2026-12-31")
    assert agreement.next_due_date() is None


def test_the_end_of_a_metered_period_is_worth_a_look_without_any_usage() -> None:
    agreement = Agreement(terms(metered(100)))

    assert agreement.next_due_date() == "2026-02-01"
    agreement.run("2026-02-01")
    assert agreement.next_due_date() == "2026-03-01"
    agreement.run("2026-04-01")
    assert agreement.next_due_date() is None


def test_a_one_off_is_due_on_the_first_boundary_and_then_never_again() -> None:
    agreement = Agreement(terms(flat(100), start="2026-02-01", approved_on="2026-01-20"))

    assert agreement.next_due_date() == "2026-02-01"
    agreement.run("2026-02-01")
    assert agreement.next_due_date() is None


def test_a_free_one_off_is_never_due() -> None:
    assert Agreement(terms(flat(0))).next_due_date() is None


def test_a_late_approval_is_due_on_the_approval() -> None:
    agreement = Agreement(terms(per_unit(100), recurring(100), approved_on="2026-02-10"))

    assert agreement.next_due_date() == "2026-02-10"


def test_a_run_before_a_late_approval_skips_no_period() -> None:
    agreement = Agreement(terms(metered(100), approved_on="2026-02-10"))

    agreement.run("2026-02-05")

    assert agreement.next_due_date() == "2026-02-10"


def test_free_months_are_not_due() -> None:
    line = recurring(0, steps=[step(3, unit_price_cents=500)])

    assert Agreement(terms(line)).next_due_date() == "2026-03-01"


def test_an_open_ended_line_that_stays_free_is_never_due() -> None:
    line = recurring(100, steps=[step(2, unit_price_cents=0)])
    agreement = Agreement(terms(line, months=None))

    agreement.run("2026-01-01")

    assert agreement.next_due_date() is None


def test_an_open_ended_line_is_always_due_again() -> None:
    agreement = Agreement(terms(recurring(100), months=None))

    agreement.run("2030-06-30")

    assert agreement.next_due_date() == "2030-07-01"


def test_usage_reported_after_the_last_invoice_is_due_at_once() -> None:
    agreement = Agreement(terms(metered(100), months=1))
    agreement.run("2026-12-31")

    agreement.deliver("3", period=0)

    assert agreement.next_due_date() == "2026-02-01"
    assert totals(agreement.run("2026-12-31")) == [300]
    assert agreement.next_due_date() is None


def test_late_usage_that_can_wait_does_not_change_the_next_due_date() -> None:
    agreement = Agreement(terms(metered(100)))
    agreement.run("2026-02-01")

    agreement.deliver("3", period=0)

    assert agreement.next_due_date() == "2026-03-01"
