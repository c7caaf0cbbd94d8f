from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.engine.billing import DocumentType
from billing.engine.charges import Kind
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Timing
from tests.engine.builders import (
    Agreement,
    amounts,
    dates,
    day,
    metered,
    per_unit,
    recurring,
    services,
    step,
    taxed,
    terms,
    totals,
    words,
)


def test_a_change_inside_a_paid_period_credits_the_old_terms_and_charges_the_new_by_days() -> None:
    agreement = Agreement(terms(recurring(1000, qty="10", words="Seats")))
    agreement.run("2026-01-01")

    agreement.amend("2026-01-16", qty="15")
    adjustment, february = agreement.run("2026-02-01")

    assert amounts(adjustment) == [-5161, 7742]  # 10000 - 4839; 15000 - 7258
    assert words(adjustment) == ["Seats - credit at previous terms", "Seats - charge at new terms"]
    assert [line.kind for line in adjustment.lines] == [Kind.CREDIT, Kind.AMENDMENT]
    assert services(adjustment) == [("2026-01-16", "2026-02-01")] * 2
    assert totals([february]) == [15000]


def test_a_lower_quantity_makes_a_credit_note() -> None:
    agreement = Agreement(terms(recurring(1000, qty="15")))
    agreement.run("2026-01-01")

    agreement.amend("2026-01-16", qty="10")
    (note,) = agreement.run("2026-01-16")

    assert (note.type, note.total_cents) == (DocumentType.CREDIT_NOTE, -2581)


def test_a_change_before_the_invoice_changes_the_invoice() -> None:
    agreement = Agreement(terms(recurring(1000, qty="10")))

    agreement.amend("2026-02-15", qty="24")
    invoices = agreement.run("2026-12-31")

    assert totals(invoices) == [10000, 17000, 24000]  # 14 of 28 days at 10000, 14 at 24000


def test_two_changes_in_one_period_leave_no_rounding_behind() -> None:
    agreement = Agreement(terms(recurring(1001), start="2026-02-01", months=1))
    agreement.run("2026-02-01")
    agreement.amend("2026-02-08", qty="2")
    agreement.run("2026-02-08")

    agreement.amend("2026-02-15", qty="1")
    (note,) = agreement.run("2026-12-31")

    assert amounts(note) == [-1001, 500]
    assert agreement.net_booked() == 1251  # 250.25 + 500.50 + 500.50


def test_changes_waiting_for_one_run_are_documented_each_on_its_day() -> None:
    agreement = Agreement(terms(recurring(1001), start="2026-02-01", months=1))
    agreement.run("2026-02-01")

    agreement.amend("2026-02-08", qty="2")
    agreement.amend("2026-02-15", qty="1")
    documents = agreement.run("2026-12-31")

    assert dates(documents) == ["2026-02-08", "2026-02-15"]
    assert totals(documents) == [751, -501]


def test_a_change_agreed_later_for_an_earlier_day_is_settled_first() -> None:
    agreement = Agreement(terms(recurring(1000, timing=Timing.ALL_UPFRONT), months=12))
    agreement.amend("2026-07-01", cents=1100, requested="2026-01-01")
    agreement.run("2026-01-01")

    agreement.amend("2026-02-01", cents=1300, requested="2026-01-20")
    (adjustment,) = agreement.run("2026-12-31")

    assert dates([adjustment]) == ["2026-02-01"]
    assert totals([adjustment]) == [1500]  # 5 months at 300 more; from July 1100 stays agreed
    assert services(adjustment)[0] == ("2026-02-01", "2026-07-01")


def test_a_retroactive_change_is_documented_on_the_day_of_its_request() -> None:
    agreement = Agreement(terms(recurring(3100)))
    agreement.run("2026-02-01")

    agreement.amend("2026-01-11", cents=6200, requested="2026-02-20")
    adjustment, march = agreement.run("2026-12-31")

    assert dates([adjustment]) == ["2026-02-20"]
    assert amounts(adjustment) == [-5200, 10400]  # 21 of 31 days of January, and February
    assert services(adjustment)[0] == ("2026-01-11", "2026-03-01")
    assert totals([march]) == [6200]


def test_an_upfront_line_is_charged_at_once_for_the_rest_of_the_term() -> None:
    agreement = Agreement(terms(recurring(1000, qty="10", timing=Timing.ALL_UPFRONT), months=12))
    agreement.run("2026-01-01")

    agreement.amend("2026-07-01", qty="12", requested="2026-06-20")
    (adjustment,) = agreement.run("2027-12-31")

    assert amounts(adjustment) == [-60000, 72000]
    assert services(adjustment) == [("2026-07-01", "2027-01-01")] * 2
    assert [charge.period for charge in adjustment.lines[0].charges] == [6, 7, 8, 9, 10, 11]


def test_an_amended_price_overrides_the_later_steps_of_the_price_only() -> None:
    ramp = [step(2, qty="2", unit_price_cents=200), step(3, qty="3", unit_price_cents=300)]
    agreement = Agreement(terms(recurring(100, steps=ramp)))

    agreement.amend("2026-02-01", cents=50)

    assert totals(agreement.run("2026-12-31")) == [100, 100, 150]  # 1 x 1.00, 2 x 0.50, 3 x 0.50


def test_a_free_period_that_is_priced_later_is_billed_when_that_is_agreed() -> None:
    agreement = Agreement(terms(recurring(0), months=1))
    agreement.run("2026-01-01")

    agreement.amend("2026-01-01", cents=3100, requested="2026-01-20")

    assert agreement.next_due_date() == "2026-01-20"
    (invoice,) = agreement.run("2026-01-31")
    assert (dates([invoice]), totals([invoice])) == (["2026-01-20"], [3100])


def test_amendments_keep_the_discount_as_it_was_allocated() -> None:
    agreement = Agreement(terms(recurring(10000), discount_cents=1000))
    agreement.run("2026-01-01")

    agreement.amend("2026-02-01", cents=20000)
    documents = agreement.run("2026-12-31")

    assert [document.discount_cents for document in documents] == [333, 333]
    assert totals(documents) == [19667, 19667]


def test_a_discount_is_never_more_than_what_an_amendment_leaves() -> None:
    agreement = Agreement(terms(recurring(100), discount_cents=90))
    agreement.run("2026-01-01")

    agreement.amend("2026-01-01", cents=10, requested="2026-01-05")
    documents = agreement.run("2026-12-31")

    assert agreement.net_booked() == 0
    assert totals(documents) == [-70, 0, 0]


def test_a_credit_is_taxed_at_the_rate_of_what_it_credits_and_a_charge_at_its_own() -> None:
    rates = ((date(2025, 1, 1), Decimal(20)), (date(2026, 1, 10), Decimal(10)))
    agreement = Agreement(terms(recurring(31000), months=1), Treatment(label="vat", mode=Mode.EXCLUSIVE, rates=rates))
    agreement.run("2026-01-01")

    agreement.amend("2026-01-11", cents=62000)
    (adjustment,) = agreement.run("2026-01-11")

    assert [(line.amount_cents, line.tax_cents) for line in adjustment.lines] == [(-21000, -4200), (42000, 4200)]
    assert (adjustment.tax_cents, adjustment.total_cents) == (0, 21000)


def test_tax_of_a_credit_note_mirrors_its_charge() -> None:
    agreement = Agreement(terms(recurring(1000, qty="15"), months=1), taxed(Mode.EXCLUSIVE, "20"))
    agreement.run("2026-01-01")

    agreement.amend("2026-01-16", qty="10")
    (note,) = agreement.run("2026-12-31")

    assert (note.subtotal_cents, note.tax_cents, note.total_cents) == (-2581, -516, -3097)


def test_an_added_line_shares_the_grid_and_the_end_of_the_term() -> None:
    agreement = Agreement(terms(recurring(10000, words="Base"), start="2026-01-31"))
    agreement.run("2026-01-31")

    agreement.add(recurring(2800, words="Add-on"), on="2026-02-15")
    invoices = agreement.run("2026-12-31")

    assert dates(invoices) == ["2026-02-15", "2026-02-28", "2026-03-31"]
    assert [amounts(invoice) for invoice in invoices] == [[1300], [10000, 2800], [10000, 2800]]  # 13 of 28 days
    assert words(invoices[0]) == ["Add-on (co-termed) - period 1 of 3"]
    assert services(invoices[0]) == [("2026-02-15", "2026-02-28")]


def test_an_added_upfront_line_pays_what_is_left_of_the_term() -> None:
    agreement = Agreement(terms(recurring(100), months=4))
    agreement.run("2026-01-01")

    agreement.add(recurring(3100, timing=Timing.ALL_UPFRONT, words="Add-on"), on="2026-03-10")
    *_, invoice = agreement.run("2026-03-31")

    assert (dates([invoice]), amounts(invoice)) == (["2026-03-10"], [2200 + 3100])  # 22 of 31 days of March, and April
    assert words(invoice) == ["Add-on (co-termed) - period 3 to 4 of 4"]


def test_a_line_added_for_past_days_is_billed_when_it_is_agreed() -> None:
    agreement = Agreement(terms(recurring(100)))
    agreement.run("2026-02-01")

    agreement.add(recurring(3100), on="2026-01-11", requested="2026-02-20")
    invoice, _ = agreement.run("2026-12-31")

    assert (dates([invoice]), amounts(invoice)) == (["2026-02-20"], [2100, 3100])


def test_a_line_added_to_a_discounted_order_takes_no_part_of_its_discount() -> None:
    agreement = Agreement(terms(per_unit(100, qty="10"), discount_cents=100, months=1))

    agreement.add(recurring(3100), on="2026-01-01")
    (invoice,) = agreement.run("2026-01-01")

    assert (amounts(invoice), invoice.discount_cents) == ([3100], 0)


def test_usage_is_priced_at_the_amended_price_of_its_day() -> None:
    agreement = Agreement(terms(metered(10), months=1))
    agreement.amend("2026-01-16", cents=20)
    agreement.use("100", on="2026-01-15")
    agreement.use("100", on="2026-01-16")

    assert totals(agreement.run("2026-02-01")) == [3000]
    assert agreement.next_due_date() is None


def test_a_change_that_is_not_due_yet_is_the_next_thing_to_look_at() -> None:
    agreement = Agreement(terms(recurring(1000), months=1))
    agreement.run("2026-01-01")

    agreement.amend("2026-01-20", qty="2")

    assert agreement.next_due_date() == "2026-01-20"
    assert agreement.run("2026-01-19") == ()
    assert dates(agreement.run("2026-01-20")) == [str(day("2026-01-20"))]


def test_books_that_fit_no_state_are_brought_to_the_target_at_once() -> None:
    agreement = Agreement(terms(recurring(1000), months=1))
    agreement.run("2026-01-01")
    agreement.booked = [replace(row, amount_cents=777) for row in agreement.booked]

    agreement.amend("2026-01-01", cents=1500)
    agreement.run("2026-12-31")

    assert agreement.net_booked() == 1500
    assert agreement.run("2026-12-31") == ()


def test_books_that_no_change_touched_are_left_alone() -> None:
    agreement = Agreement(terms(recurring(1000), recurring(1000), months=1))
    agreement.run("2026-01-01")
    agreement.booked = [replace(row, amount_cents=777) for row in agreement.booked]

    agreement.amend("2026-01-01", cents=1000, line=1)
    agreement.run("2026-12-31")

    assert agreement.net_booked() == 777 + 1000


def test_every_booking_of_an_adjustment_has_its_own_revision() -> None:
    agreement = Agreement(terms(recurring(1000), months=1))
    agreement.run("2026-01-01")
    agreement.amend("2026-01-11", cents=2000)
    agreement.amend("2026-01-21", cents=3000)

    documents = agreement.run("2026-12-31")

    charges = [charge for document in documents for line in document.lines for charge in line.charges]
    assert [charge.revision for charge in charges] == [1, 2, 3, 4]


def test_a_line_added_on_a_boundary_is_billed_like_any_other() -> None:
    agreement = Agreement(terms(recurring(100)))
    agreement.add(recurring(3100, words="Add-on"), on="2026-03-01")

    (*_, march) = agreement.run("2026-12-31")

    assert (amounts(march), words(march)[1]) == ([100, 3100], "Add-on - period 3 of 3")


def test_usage_of_an_added_line_counts_from_its_first_day() -> None:
    agreement = Agreement(terms(recurring(0), months=1))
    agreement.add(metered(10), on="2026-01-16")
    agreement.use("1", on="2026-01-15", line=1)
    agreement.use("2", on="2026-01-16", line=1)

    (invoice,) = agreement.run("2026-12-31")

    assert (amounts(invoice), services(invoice)) == ([20], [("2026-01-16", "2026-02-01")])


def test_a_free_period_that_was_paid_ahead_is_charged_at_new_terms_and_nothing_is_credited() -> None:
    free_first = [step(1, unit_price_cents=0), step(2, unit_price_cents=1000)]
    agreement = Agreement(terms(recurring(1000, timing=Timing.ALL_UPFRONT, steps=free_first)))
    agreement.run("2026-01-01")

    agreement.amend("2026-01-01", cents=3100, requested="2026-01-10")
    agreement.amend("2026-02-01", cents=1000, requested="2026-01-10")
    (adjustment,) = agreement.run("2026-01-31")

    assert dates([adjustment]) == ["2026-01-10"]
    assert sum(amounts(adjustment)) == 3100
