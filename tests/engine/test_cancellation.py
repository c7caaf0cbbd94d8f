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
    discounts,
    flat,
    metered,
    per_unit,
    prepaid,
    recurring,
    services,
    step,
    taxed,
    terms,
    totals,
    words,
)

LOWERED = Treatment(
    label="vat",
    mode=Mode.EXCLUSIVE,
    rates=((date(2025, 1, 1), Decimal(20)), (date(2026, 2, 1), Decimal(10))),
)


def test_days_paid_and_not_used_come_back_on_a_credit_note() -> None:
    agreement = Agreement(terms(recurring(1200), start="2026-04-05"))
    agreement.run("2026-04-05")

    agreement.cancel("2026-04-29")
    (note,) = agreement.run("2026-12-31")

    assert (note.type, dates([note])) == (DocumentType.CREDIT_NOTE, ["2026-04-29"])
    assert (amounts(note), note.lines[0].kind) == ([-240], Kind.CREDIT)  # 6 of 30 days
    assert words(note) == ["Plan - unused service credit"]
    assert services(note) == [("2026-04-29", "2026-05-05")]


def test_on_a_boundary_there_is_nothing_to_credit_and_nothing_more_to_bill() -> None:
    agreement = Agreement(terms(recurring(1200), months=6))
    agreement.run("2026-02-01")

    agreement.cancel("2026-03-01")

    assert agreement.next_due_date() is None
    assert agreement.run("2026-12-31") == ()


def test_a_retroactive_cancellation_is_dated_on_its_request() -> None:
    agreement = Agreement(terms(recurring(31000), months=6))
    agreement.run("2026-03-01")

    agreement.cancel("2026-01-11", requested="2026-03-05")
    (note,) = agreement.run("2026-12-31")

    assert (dates([note]), amounts(note)) == (["2026-03-05"], [-21000 - 31000 - 31000])
    assert services(note) == [("2026-01-11", "2026-04-01")]


def test_a_charge_not_issued_yet_is_shortened() -> None:
    agreement = Agreement(terms(recurring(3100)))

    agreement.cancel("2026-01-11")
    (invoice,) = agreement.run("2026-12-31")

    assert (dates([invoice]), amounts(invoice)) == (["2026-01-01"], [1000])
    assert services(invoice) == [("2026-01-01", "2026-01-11")]


def test_the_credit_is_net_of_the_discount_given() -> None:
    agreement = Agreement(terms(recurring(10000), discount_cents=1000))
    agreement.run("2026-02-01")

    agreement.cancel("2026-02-15")
    (note,) = agreement.run("2026-12-31")

    assert amounts(note) == [-4833]  # 9667 net; 14 of 28 days used: 4834


def test_a_shortened_charge_keeps_the_same_share_of_its_discount() -> None:
    agreement = Agreement(terms(recurring(10000), discount_cents=1000))
    agreement.run("2026-01-01")

    agreement.cancel("2026-02-15")
    (invoice,) = agreement.run("2026-12-31")

    assert (amounts(invoice)[0], discounts(invoice), invoice.total_cents) == (5000, [166], 4834)


def test_used_and_unused_days_add_up_at_an_exact_half() -> None:
    agreement = Agreement(terms(recurring(5), start="2026-02-01", months=1))
    agreement.run("2026-02-01")

    agreement.cancel("2026-02-15")

    assert totals(agreement.run("2026-12-31")) == [-2]


def test_an_upfront_line_is_credited_at_the_step_of_each_period() -> None:
    line = recurring(1000, qty="10", timing=Timing.ALL_UPFRONT, steps=[step(3, qty="20")])
    agreement = Agreement(terms(line, months=4))
    agreement.run("2026-01-01")

    agreement.cancel("2026-02-15")
    (note,) = agreement.run("2026-12-31")

    assert amounts(note) == [-45000]  # half of February, and two periods of 20000
    assert services(note) == [("2026-02-15", "2026-05-01")]


def test_an_upfront_line_not_issued_yet_pays_up_to_the_cancellation() -> None:
    agreement = Agreement(terms(recurring(2800, timing=Timing.ALL_UPFRONT), months=4))

    agreement.cancel("2026-02-15")
    (invoice,) = agreement.run("2026-12-31")

    assert amounts(invoice) == [2800 + 1400]
    assert services(invoice) == [("2026-01-01", "2026-02-15")]


def test_one_off_and_prepaid_lines_are_not_credited() -> None:
    agreement = Agreement(terms(flat(500), prepaid(10, qty="100")))
    agreement.run("2026-01-01")

    agreement.cancel("2026-01-11")

    assert agreement.run("2026-12-31") == ()


def test_a_one_off_due_before_the_cancellation_stays_whole() -> None:
    agreement = Agreement(terms(flat(500)))

    agreement.cancel("2026-01-11")

    assert totals(agreement.run("2026-12-31")) == [500]


def test_a_one_off_due_from_the_cancellation_on_disappears() -> None:
    agreement = Agreement(terms(flat(500), recurring(100), approved_on="2025-12-01"))

    agreement.cancel("2026-01-01", requested="2025-12-20")

    assert agreement.next_due_date() is None
    assert agreement.run("2026-12-31") == ()


def test_usage_up_to_the_cancellation_is_billed_that_day() -> None:
    agreement = Agreement(terms(metered(10), per_unit(100)))
    agreement.run("2026-01-01")
    agreement.use("5", on="2026-01-10")
    agreement.use("7", on="2026-01-11")
    agreement.use("2", on="2026-01-09", line=1)

    agreement.cancel("2026-01-11")

    assert agreement.next_due_date() == "2026-01-11"
    (invoice,) = agreement.run("2026-12-31")
    assert (dates([invoice]), amounts(invoice)) == (["2026-01-11"], [50, 200])
    assert services(invoice) == [("2026-01-01", "2026-01-11")] * 2


def test_usage_is_not_billed_before_the_cancellation_was_requested() -> None:
    agreement = Agreement(terms(metered(10)))
    agreement.run("2026-01-15")
    agreement.use("5", on="2026-01-10")

    agreement.cancel("2026-01-11", requested="2026-01-20")

    assert dates(agreement.run("2026-12-31")) == ["2026-01-20"]


def test_the_credit_note_stands_beside_the_last_invoice() -> None:
    agreement = Agreement(terms(recurring(3100), metered(100)))
    agreement.run("2026-01-01")
    agreement.use("99", on="2026-01-10", line=1)

    agreement.cancel("2026-01-11")
    documents = agreement.run("2026-12-31")

    assert [(document.type, document.total_cents) for document in documents] == [
        (DocumentType.INVOICE, 9900),
        (DocumentType.CREDIT_NOTE, -2100),
    ]


def test_usage_billed_after_a_retroactive_cancellation_comes_back() -> None:
    agreement = Agreement(terms(metered(10), months=6))
    agreement.use("5", on="2026-01-05")
    agreement.use("7", on="2026-02-05")
    agreement.run("2026-03-01")

    agreement.cancel("2026-02-01", requested="2026-03-05")
    (note,) = agreement.run("2026-03-10")

    assert (dates([note]), amounts(note)) == (["2026-03-10"], [-70])
    assert services(note) == [("2026-02-01", "2026-03-01")]


def test_after_an_upsell_only_the_days_used_are_kept() -> None:
    agreement = Agreement(terms(recurring(1000, qty="10")))
    agreement.run("2026-01-01")
    agreement.amend("2026-01-16", qty="15")
    agreement.run("2026-01-16")

    agreement.cancel("2026-01-25")
    (note,) = agreement.run("2026-12-31")

    assert amounts(note) == [-3387]
    assert agreement.net_booked() == 9194  # 10000 x 15/31 + 15000 x 9/31


def test_tax_inside_the_price_comes_back_with_it() -> None:
    agreement = Agreement(terms(recurring(11900)), taxed(Mode.INCLUSIVE, "19"))
    agreement.run("2026-01-01")

    agreement.cancel("2026-01-11")
    (note,) = agreement.run("2026-12-31")

    assert (note.subtotal_cents, note.tax_cents, note.total_cents) == (-8061, -1287, -8061)


def test_an_open_ended_agreement_ends_with_its_cancellation() -> None:
    agreement = Agreement(terms(recurring(3100), metered(1), months=None))
    agreement.run("2026-02-01")

    agreement.cancel("2026-03-11", requested="2026-02-10")

    assert totals(agreement.run("2027-12-31")) == [1000]
    assert agreement.next_due_date() is None


def test_the_credit_of_an_upfront_line_has_the_rate_of_its_one_invoice() -> None:
    agreement = Agreement(terms(recurring(1000, timing=Timing.ALL_UPFRONT)), LOWERED)
    agreement.run("2026-01-01")

    agreement.cancel("2026-03-01")
    (note,) = agreement.run("2026-12-31")

    assert (note.subtotal_cents, note.tax_cents, note.tax_rate_percent) == (-1000, -200, Decimal(20))


def test_credits_of_two_rates_stand_on_two_lines() -> None:
    agreement = Agreement(terms(recurring(1000)), LOWERED)
    agreement.run("2026-02-01")

    agreement.cancel("2026-01-01", requested="2026-02-03")
    (note,) = agreement.run("2026-12-31")

    assert [(line.amount_cents, line.tax_cents) for line in note.lines] == [(-1000, -200), (-1000, -100)]
    assert services(note) == [("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01")]
    assert (note.tax_cents, note.total_cents) == (-300, -2300)
