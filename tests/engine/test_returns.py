"""A flat line that is given back owes nothing any more; what it was billed comes back whole."""

from decimal import Decimal

import pytest

from billing.engine import revenue
from billing.engine.charges import Kind
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Line, TermsRefused
from tests.engine.builders import (
    Agreement,
    amounts,
    dates,
    day,
    discounts,
    flat,
    metered,
    per_unit,
    prepaid,
    recurring,
    services,
    taxed,
    terms,
    totals,
    words,
)


def test_what_was_billed_comes_back_on_the_day_of_the_return() -> None:
    agreement = Agreement(terms(flat(700), flat(300, words="Licence")), tax=taxed(Mode.EXCLUSIVE, "20"))
    agreement.run("2026-01-01")

    agreement.give_back("2026-01-20", line=1)

    assert agreement.run("2026-01-19") == ()
    (note,) = agreement.run("2026-12-31")
    assert (dates([note]), amounts(note), note.total_cents) == (["2026-01-20"], [-300], -360)
    assert (words(note), services(note)) == (["Licence - returned"], [("2026-01-01", "2026-04-01")])
    assert (note.lines[0].kind, note.lines[0].order_line) == (Kind.CREDIT, 1)


def test_a_return_is_credited_once() -> None:
    agreement = Agreement(terms(flat(700)))
    agreement.run("2026-01-01")
    agreement.give_back("2026-01-20")
    (note,) = agreement.run("2026-01-20")

    assert [charge.revision for charge in note.lines[0].charges] == [1]
    assert (agreement.run("2026-12-31"), agreement.net_booked()) == ((), 0)
    assert agreement.next_due_date() is None


def test_a_return_waits_for_its_day_and_is_looked_at_then() -> None:
    agreement = Agreement(terms(flat(700)))
    agreement.run("2026-01-01")

    agreement.give_back("2026-01-20")

    assert agreement.next_due_date() == "2026-01-20"


def test_a_return_before_the_approval_is_credited_with_it() -> None:
    agreement = Agreement(terms(flat(700), approved_on="2026-02-05"))
    agreement.run("2026-02-05")

    agreement.give_back("2026-01-20")

    assert dates(agreement.run("2026-12-31")) == ["2026-02-05"]


def test_what_is_returned_before_it_is_billed_is_never_billed() -> None:
    agreement = Agreement(terms(flat(700), flat(300)))

    agreement.give_back("2025-12-20", line=1)

    assert [amounts(invoice) for invoice in agreement.run("2026-12-31")] == [[700]]


def test_the_other_lines_go_on() -> None:
    agreement = Agreement(terms(recurring(100), flat(700)))
    agreement.run("2026-01-01")

    agreement.give_back("2026-01-20", line=1)

    assert totals(agreement.run("2026-12-31")) == [-700, 100, 100]


def test_the_discount_of_a_returned_line_goes_back_with_it() -> None:
    agreement = Agreement(terms(flat(900), flat(100), discount_cents=100))
    (invoice,) = agreement.run("2026-01-01")

    agreement.give_back("2026-01-20")
    (note,) = agreement.run("2026-12-31")

    assert (discounts(invoice), note.total_cents, agreement.net_booked()) == ([90, 10], -810, 90)


def test_a_return_is_taxed_at_the_rate_it_was_charged_with() -> None:
    rates = ((day("2000-01-01"), Decimal(20)), (day("2026-01-10"), Decimal(25)))
    agreement = Agreement(terms(flat(1000)), tax=Treatment(label="standard", mode=Mode.EXCLUSIVE, rates=rates))
    agreement.run("2026-01-01")

    agreement.give_back("2026-01-20")

    assert totals(agreement.run("2026-12-31")) == [-1200]


def test_two_lines_may_be_given_back_one_after_the_other() -> None:
    agreement = Agreement(terms(flat(700), flat(300)))
    agreement.run("2026-01-01")
    agreement.give_back("2026-01-20")
    agreement.give_back("2026-01-25", line=1)

    documents = agreement.run("2026-12-31")

    assert (dates(documents), totals(documents)) == (["2026-01-20", "2026-01-25"], [-700, -300])


def test_an_added_line_is_given_back_for_the_days_it_served() -> None:
    agreement = Agreement(terms(recurring(100)))
    agreement.add(flat(700), on="2026-01-10")
    agreement.run("2026-01-10")

    agreement.give_back("2026-01-20", line=1)
    (note,) = agreement.run("2026-01-20")

    assert (amounts(note), services(note)) == ([-700], [("2026-01-10", "2026-04-01")])


def test_the_revenue_of_a_returned_line_is_taken_back_on_that_day() -> None:
    agreement = Agreement(terms(flat(700)))
    documents = [*agreement.run("2026-01-01")]
    agreement.give_back("2026-02-20")
    documents += agreement.run("2026-12-31")

    billed = [line for document in documents for line in revenue.billed_lines(document=document, mode=Mode.NONE)]
    months = revenue.schedule(terms=agreement.terms, billed=billed, changes=agreement.changes)

    assert [(month.recognised_cents, month.deferred_cents) for month in months] == [(700, 0), (-700, 0)]


@pytest.mark.parametrize("line", [recurring(1), per_unit(1), metered(1), prepaid(1)])
def test_only_a_flat_line_can_be_given_back(line: Line) -> None:
    with pytest.raises(TermsRefused) as caught:
        Agreement(terms(line)).give_back("2026-01-20")

    assert (caught.value.code, caught.value.field) == ("return_not_allowed", "line")
    assert caught.value.message == f"line cannot be returned: it is a {line.rule} line, not a flat one."


def test_a_line_is_given_back_once() -> None:
    agreement = Agreement(terms(flat(1), flat(2)))
    agreement.give_back("2026-01-20")
    agreement.give_back("2026-01-20", line=1)

    with pytest.raises(TermsRefused) as caught:
        agreement.give_back("2026-01-21")

    assert (caught.value.code, caught.value.field) == ("already_returned", "line")


@pytest.mark.parametrize("line", [-1, 2])
def test_only_a_line_that_is_there_can_be_given_back(line: int) -> None:
    with pytest.raises(TermsRefused) as caught:
        Agreement(terms(flat(1), flat(2))).give_back("2026-01-20", line=line)

    assert (caught.value.code, caught.value.field) == ("line_unknown", "line")
    assert caught.value.message == "line must be one of the 2 lines, counted from 0."


def test_a_return_is_credited_while_a_pause_lasts() -> None:
    agreement = Agreement(terms(flat(700)))
    agreement.run("2026-01-01")
    agreement.pause("2026-01-10")

    agreement.give_back("2026-01-20")

    assert totals(agreement.run("2026-12-31")) == [-700]
