"""Charges that span more or less than a period: added lines, renewals paid ahead, blocks without an item."""

from decimal import Decimal

import pytest

from billing.engine import billing, lots
from billing.engine.changes import Amend
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Stub, TermsRefused, Timing
from tests.engine.builders import (
    UNTAXED,
    Agreement,
    amounts,
    dates,
    day,
    flat,
    metered,
    prepaid,
    recurring,
    services,
    step,
    terms,
    totals,
    words,
)

UPFRONT = Timing.ALL_UPFRONT


def test_an_added_one_off_serves_from_its_own_day() -> None:
    agreement = Agreement(terms(recurring(1000)))
    agreement.run("2026-02-01")
    agreement.add(flat(500), on="2026-02-10")

    (invoice,) = agreement.run("2026-02-10")

    assert services(invoice) == [("2026-02-10", "2026-04-01")]


def test_a_one_off_added_for_a_day_without_service_is_not_billed() -> None:
    agreement = Agreement(terms(recurring(2800)))
    agreement.run("2026-02-01")
    agreement.add(flat(500), on="2026-02-20")
    agreement.cancel("2026-02-15")

    assert totals(agreement.run("2026-12-31")) == [-1400]


def test_a_line_added_before_the_anchor_has_no_lead_in() -> None:
    agreement = Agreement(
        terms(recurring(0), start="2026-02-01", service_from="2026-01-01", months=1, stub=Stub.PRORATE)
    )

    agreement.add(recurring(3100), on="2026-01-15")

    assert totals(agreement.run("2026-12-31")) == [3100]


def test_a_renewal_paid_ahead_waits_for_the_end_of_a_pause() -> None:
    agreement = Agreement(terms(recurring(1000, timing=UPFRONT)))
    agreement.renew(3)
    agreement.pause("2026-03-15")

    assert dates(agreement.run("2026-12-31")) == ["2026-01-01"]


def test_a_credit_on_a_renewal_paid_ahead_is_taxed_at_the_rate_of_its_own_invoice() -> None:
    rates = ((day("2000-01-01"), Decimal(10)), (day("2026-03-15"), Decimal(20)))
    agreement = Agreement(
        terms(recurring(3000, timing=UPFRONT)), tax=Treatment(label="vat", mode=Mode.EXCLUSIVE, rates=rates)
    )
    agreement.renew(3)
    agreement.run("2026-04-01")

    agreement.cancel("2026-06-01")
    (note,) = agreement.run("2026-06-01")

    assert (note.subtotal_cents, note.tax_cents) == (-3000, -600)


@pytest.mark.parametrize("months", [2, 3])
def test_periods_paid_ahead_show_no_quantity_even_when_only_one_costs_something(months: int) -> None:
    free_later = [step(2, unit_price_cents=0)]
    agreement = Agreement(terms(recurring(1000, timing=UPFRONT, steps=free_later), months=months))

    (invoice,) = agreement.run("2026-01-01")

    assert (amounts(invoice), invoice.lines[0].quantity, invoice.lines[0].unit_price_cents) == ([1000], None, None)


def test_a_part_of_a_period_shows_no_quantity() -> None:
    agreement = Agreement(terms(recurring(3100)))
    agreement.cancel("2026-01-11")

    (invoice,) = agreement.run("2026-01-01")

    assert (amounts(invoice), invoice.lines[0].quantity, invoice.lines[0].unit_price_cents) == ([1000], None, None)


@pytest.mark.parametrize(
    ("on", "total", "label"),
    [("2026-04-01", 9000, "Plan - period 4 to 6 of 6"), ("2026-05-01", 6000, "Plan - period 5 to 6 of 6")],
)
def test_a_line_added_in_a_renewal_pays_ahead_what_is_left_of_it(on: str, total: int, label: str) -> None:
    agreement = Agreement(terms(recurring(0)))
    agreement.renew(3)

    agreement.add(recurring(3000, timing=UPFRONT), on=on)
    (invoice,) = agreement.run("2026-12-31")

    assert (dates([invoice]), invoice.total_cents, words(invoice)) == ([on], total, [label])


def test_the_lead_in_of_a_line_paid_ahead_is_credited_with_its_first_days() -> None:
    signed = terms(
        recurring(3100, timing=UPFRONT),
        start="2026-02-01",
        service_from="2026-01-16",
        stub=Stub.PRORATE,
        approved_on="2026-01-01",
    )
    agreement = Agreement(signed)
    agreement.run("2026-02-01")

    agreement.cancel("2026-01-26", requested="2026-02-03")
    (note,) = agreement.run("2026-12-31")

    assert (amounts(note), services(note)) == ([-600 - 3 * 3100], [("2026-01-26", "2026-05-01")])


def test_a_change_goes_on_no_day_that_has_its_document_though_an_earlier_one_is_open_again() -> None:
    signed = terms(recurring(100), recurring(0))

    documents = billing.due_documents(
        terms=signed,
        tax=UNTAXED,
        delivered=(),
        booked=(),
        billed_through=day("2026-01-01"),
        documented=frozenset({day("2026-02-01")}),
        as_of=day("2026-02-28"),
        changes=(Amend(line=1, effective=day("2026-02-01"), unit_price_cents=7, requested_on=day("2026-02-20")),),
    )

    assert [(dates([document]), amounts(document)[-1]) for document in documents][-1] == (["2026-02-20"], 7)


def test_a_block_without_an_item_covers_no_usage() -> None:
    agreement = Agreement(terms(prepaid(0, qty="10"), metered(7)))
    agreement.use("5", on="2026-01-10", line=1)

    assert totals(agreement.run("2026-12-31")) == [35]


def test_a_block_covers_the_earlier_day_first_whatever_was_reported_first() -> None:
    agreement = Agreement(terms(prepaid(0, qty="10", item="calls"), metered(7, item="calls")))
    agreement.use("10", on="2026-02-10", line=1)
    agreement.use("5", on="2026-01-10", line=1)

    documents = agreement.run("2026-12-31")

    assert (dates(documents), totals(documents)) == (["2026-03-01"], [35])


def test_what_is_no_block_has_nothing_to_draw_and_says_so() -> None:
    with pytest.raises(TermsRefused) as caught:
        lots.remaining(terms=terms(flat(1)), line=0, on=day("2026-01-01"), delivered=())

    assert (caught.value.code, caught.value.field) == ("line_not_prepaid", "line")
