from datetime import date

from billing.engine import revenue
from billing.engine.revenue import Billed, Month
from billing.engine.tax import Mode
from billing.engine.terms import Timing
from tests.engine.builders import (
    Agreement,
    day,
    flat,
    metered,
    prepaid,
    recurring,
    step,
    taxed,
    terms,
)


class Ledger:
    """An agreement that keeps its documents, and the revenue schedule they make."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.billed: list[Billed] = []

    def run(self, as_of: str) -> None:
        for document in self.agreement.run(as_of):
            self.billed += revenue.billed_lines(document=document, mode=self.agreement.tax.mode)

    def schedule(self) -> tuple[Month, ...]:
        return revenue.schedule(
            terms=self.agreement.terms,
            changes=self.agreement.changes,
            billed=self.billed,
            delivered=self.agreement.events,
        )


def after(agreement: Agreement, as_of: str = "2027-12-31") -> Ledger:
    ledger = Ledger(agreement)
    ledger.run(as_of)
    return ledger


def recognised(ledger: Ledger) -> list[int]:
    return [month.recognised_cents for month in ledger.schedule()]


def deferred(ledger: Ledger) -> list[int]:
    return [month.deferred_cents for month in ledger.schedule()]


def test_a_year_paid_ahead_is_recognised_by_day() -> None:
    annual = recurring(10000, timing=Timing.ALL_UPFRONT)

    months = after(Agreement(terms(annual, start="2026-01-15", months=12))).schedule()

    assert months[0] == Month(
        month=date(2026, 1, 1), recognised_cents=5589, billed_cents=120000, deferred_cents=114411
    )  # 17 of 365 days
    assert [month.recognised_cents for month in months[1:4]] == [9206, 10191, 9863]
    assert (len(months), months[-1].recognised_cents, months[-1].deferred_cents) == (13, 4603, 0)


def test_a_month_is_the_difference_of_two_rounded_sums() -> None:
    ledger = after(Agreement(terms(recurring(1, timing=Timing.ALL_UPFRONT), months=3)))

    assert recognised(ledger) == [1, 1, 1]  # 1.03, 1.97 and 3
    assert deferred(ledger) == [2, 1, 0]


def test_a_one_off_is_recognised_on_its_invoice_date() -> None:
    assert recognised(after(Agreement(terms(flat(500), start="2026-01-15", months=12)))) == [500]


def test_a_block_is_recognised_as_it_is_drawn_and_what_expires_as_breakage() -> None:
    agreement = Agreement(terms(prepaid(10, qty="300", item="api", expiry_months=1), metered(12, item="api"), months=2))
    agreement.use("100", on="2026-01-20", line=1)
    agreement.use("150", on="2026-02-10", line=1)

    ledger = after(agreement)

    assert recognised(ledger) == [1000, 2000 + 1800, 0]
    assert deferred(ledger) == [2000, -1800, 0]  # usage is earned in February and billed on 1 March


def test_drawdowns_on_the_block_itself_are_revenue_and_the_last_one_takes_the_rest() -> None:
    agreement = Agreement(terms(prepaid(10, qty="3"), months=3, discount_cents=10))
    agreement.use("1", on="2026-01-10")
    agreement.use("1", on="2026-02-10")
    agreement.use("1", on="2026-03-10")

    assert recognised(after(agreement)) == [7, 6, 7, 0]  # 20 in three parts; expiry in April finds nothing


def test_a_block_that_never_expires_has_no_breakage() -> None:
    agreement = Agreement(terms(prepaid(10, qty="4"), months=None))
    agreement.use("1", on="2026-02-10")

    assert recognised(after(agreement)) == [0, 10]


def test_revenue_is_net_of_the_discount_and_of_tax_inside_the_price() -> None:
    agreement = Agreement(terms(recurring(13100), months=1, discount_cents=1200), taxed(Mode.INCLUSIVE, "19"))

    assert recognised(after(agreement)) == [10000]


def test_tax_on_top_is_no_revenue() -> None:
    assert recognised(after(Agreement(terms(recurring(100), months=1), taxed(Mode.EXCLUSIVE, "19")))) == [100]


def test_after_an_upsell_each_day_earns_its_own_price() -> None:
    agreement = Agreement(terms(recurring(3100), start="2026-01-15", months=1))
    ledger = after(agreement, "2026-01-15")
    agreement.amend("2026-02-01", cents=6200)
    ledger.run("2026-12-31")

    assert recognised(ledger) == [1700, 2800]  # 17 days at 1.00, 14 at 2.00
    assert deferred(ledger) == [1400, 0]


def test_a_cancellation_leaves_nothing_deferred() -> None:
    ramp = [step(3, unit_price_cents=20000)]
    agreement = Agreement(terms(recurring(10000, timing=Timing.ALL_UPFRONT, steps=ramp), months=4))
    ledger = after(agreement, "2026-01-01")
    agreement.cancel("2026-02-15")
    ledger.run("2026-12-31")

    assert recognised(ledger) == [15500, -500]  # 31 of 120 days of 60000; 15000 is kept in all
    assert deferred(ledger) == [44500, 0]


def test_what_is_left_of_a_block_is_breakage_on_the_day_of_the_cancellation() -> None:
    agreement = Agreement(terms(prepaid(10, qty="100"), months=12))
    agreement.use("40", on="2026-01-20")
    ledger = after(agreement, "2026-01-01")
    agreement.cancel("2026-03-10")

    assert recognised(ledger) == [400, 0, 600]


def test_nothing_billed_has_no_schedule() -> None:
    assert revenue.schedule(terms=terms(recurring(100)), billed=()) == ()


def test_the_lines_of_a_document_are_read_without_its_discount_line() -> None:
    (document,) = Agreement(terms(flat(500), months=1, discount_cents=100)).run("2026-01-01")

    (line,) = revenue.billed_lines(document=document, mode=Mode.NONE)

    assert (line.net_cents, line.invoice_date) == (400, day("2026-01-01"))


def test_what_a_cancellation_leaves_is_recognised_that_day_and_not_in_the_month_before() -> None:
    agreement = Agreement(terms(recurring(3000, timing=Timing.ALL_UPFRONT), months=3))
    ledger = after(agreement, "2026-01-01")
    agreement.cancel("2026-02-01")
    ledger.run("2026-12-31")

    assert recognised(ledger) == [3100, -100]  # 31 of 90 days of 9000; January costs 3000


def test_what_happens_on_the_first_of_a_month_belongs_to_that_month() -> None:
    agreement = Agreement(terms(prepaid(10, qty="10"), months=3))
    agreement.use("4", on="2026-02-01")
    agreement.add(flat(500), on="2026-02-01")

    assert [(month.billed_cents, month.recognised_cents) for month in after(agreement).schedule()] == [
        (100, 0),
        (500, 540),
        (0, 0),
        (0, 60),
    ]


def test_the_schedule_ends_with_the_last_day_of_service() -> None:
    agreement = Agreement(terms(recurring(3100), start="2026-01-02", months=1))

    assert recognised(after(agreement)) == [3000, 100]


def test_a_block_drawn_beyond_what_it_holds_earns_no_more_than_its_price() -> None:
    agreement = Agreement(terms(prepaid(100, qty="10")))
    agreement.use("15", on="2026-01-20")

    assert recognised(after(agreement)) == [1000, 0, 0, 0]


def test_usage_that_is_billed_is_earned_by_its_own_days_whatever_is_cancelled_since() -> None:
    agreement = Agreement(terms(metered(100), start="2026-01-15"))
    agreement.use("31", on="2026-01-16")
    ledger = Ledger(agreement)
    ledger.run("2026-02-15")

    agreement.cancel("2026-01-25", requested="2026-02-20")

    assert recognised(ledger) == [1700, 1400]  # 17 of the 31 days up to 15 February
