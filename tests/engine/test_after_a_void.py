"""Once a document is voided, everything due that no document books comes again, and nothing else."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from billing.engine.billing import Document
from billing.engine.terms import Timing
from tests.engine.builders import Agreement, amounts, dates, day, recurring, services, step, terms, totals, words


def upfront(
    cents: int = 10_000, *, months: int = 3, discount_cents: int = 0, ramp: tuple[object, ...] = ()
) -> Agreement:
    line = recurring(cents, timing=Timing.ALL_UPFRONT, steps=ramp)
    return Agreement(terms(line, months=months, discount_cents=discount_cents))


def issue(agreement: Agreement, as_of: str) -> Document:
    (document,) = agreement.run(as_of)
    return document


def void(agreement: Agreement, document: Document) -> None:
    """Take a document's charges out of the book and reopen its day."""
    kept = Agreement(agreement.terms)
    kept.book(document)
    for row in kept.booked:
        agreement.booked.remove(row)
    assert agreement.billed_through is not None
    agreement.billed_through = min(agreement.billed_through, document.invoice_date - timedelta(days=1))


@pytest.mark.parametrize(
    ("paused", "resumed", "again"),
    [
        ("2026-01-01", "2026-01-15", [("2026-02-01", "2026-04-01")]),
        ("2026-02-01", "2026-02-15", [("2026-01-01", "2026-02-01"), ("2026-03-01", "2026-04-01")]),
        ("2026-03-01", "2026-03-15", [("2026-01-01", "2026-03-01")]),
    ],
)
def test_periods_paid_ahead_come_again_though_the_credit_of_another_stands(
    paused: str, resumed: str, again: list[tuple[str, str]]
) -> None:
    agreement = upfront()
    invoice = issue(agreement, "2026-01-01")
    agreement.pause(paused, resumed=resumed)
    assert totals(agreement.run("2026-03-31")) == [-10_000]

    void(agreement, invoice)
    assert agreement.next_due_date() == "2026-01-01"
    anew, note = agreement.run("2026-03-31")

    assert (anew.invoice_date, anew.total_cents, services(anew)) == (day("2026-01-01"), 20_000, again)
    assert note.total_cents == 10_000  # what was given back of an invoice that no longer stands
    assert agreement.net_booked() == 20_000
    assert (agreement.next_due_date(), agreement.run("2026-12-31")) == (None, ())


def test_what_comes_again_in_stretches_is_told_by_its_periods() -> None:
    agreement = upfront(months=4)
    invoice = issue(agreement, "2026-01-01")
    agreement.pause("2026-02-01", resumed="2026-02-02")
    agreement.run("2026-02-02")
    void(agreement, invoice)

    anew = agreement.run("2026-02-02")[0]

    assert words(anew) == ["Plan - period 1 of 4", "Plan - period 3 to 4 of 4"]
    assert amounts(anew) == [10_000, 20_000]
    assert [len(line.charges) for line in anew.lines] == [1, 2]


def test_periods_that_a_change_has_billed_are_left_to_its_corrections() -> None:
    agreement = upfront()
    invoice = issue(agreement, "2026-01-01")
    agreement.amend("2026-02-11", cents=17_777)
    assert totals(agreement.run("2026-02-11")) == [12_777]
    void(agreement, invoice)

    anew, corrected = agreement.run("2026-02-11")

    assert (anew.total_cents, services(anew)) == (10_000, [("2026-01-01", "2026-02-01")])
    assert corrected.total_cents == 20_000  # the two periods as first signed, which nothing bills now
    assert agreement.net_booked() == 42_777


def test_a_stretch_that_costs_nothing_does_not_come_again() -> None:
    agreement = upfront(ramp=(step(3, unit_price_cents=0),))
    invoice = issue(agreement, "2026-01-01")
    agreement.pause("2026-02-01", resumed="2026-02-02")
    agreement.run("2026-02-02")
    void(agreement, invoice)

    anew = agreement.run("2026-02-02")[0]

    assert services(anew) == [("2026-01-01", "2026-02-01")]
    assert agreement.net_booked() == 10_000


Happening = Callable[[Agreement], None]


def amended(agreement: Agreement) -> None:
    agreement.amend("2026-02-11", cents=17_777)


def amended_twice(agreement: Agreement) -> None:
    agreement.amend("2026-01-11", cents=7_001)
    agreement.amend("2026-03-05", qty="2")


def cancelled(agreement: Agreement) -> None:
    agreement.cancel("2026-02-11")


def paused(agreement: Agreement) -> None:
    agreement.pause("2026-01-01", resumed="2026-01-02")


def paused_and_amended(agreement: Agreement) -> None:
    agreement.pause("2026-02-01", resumed="2026-02-02")
    agreement.amend("2026-03-16", cents=1)


def renewed_and_cancelled(agreement: Agreement) -> None:
    agreement.renew(2)
    agreement.run("2026-04-01")
    agreement.cancel("2026-04-11")


@pytest.mark.parametrize(
    "happening", [amended, amended_twice, cancelled, paused, paused_and_amended, renewed_and_cancelled]
)
@pytest.mark.parametrize("discount_cents", [0, 997])
@pytest.mark.parametrize("timing", [Timing.ALL_UPFRONT, Timing.EACH_PERIOD])
def test_whichever_document_is_voided_the_books_end_where_they_would_have(
    happening: Happening, discount_cents: int, timing: Timing
) -> None:
    def lived(as_of: str) -> tuple[Agreement, list[Document]]:
        agreement = Agreement(terms(recurring(10_000, timing=timing), discount_cents=discount_cents))
        documents = [*agreement.run("2026-01-01")]
        happening(agreement)
        return agreement, [*documents, *agreement.run(as_of)]

    untouched, documents = lived("2026-05-01")
    for place in range(len(documents)):
        for as_of in ("2026-03-20", "2026-05-01"):
            agreement, issued = lived(as_of)
            if place < len(issued):
                void(agreement, issued[place])
                agreement.run("2026-03-20")
                agreement.run("2026-05-01")
                assert by_period(agreement) == by_period(untouched), (place, as_of)
                assert agreement.run("2026-12-31") == ()


def by_period(agreement: Agreement) -> dict[int, int]:
    """What is billed for each period, net; periods that cost nothing left out."""
    found: dict[int, int] = {}
    for row in agreement.booked:
        found[row.period] = found.get(row.period, 0) + row.amount_cents - row.discount_cents
    return {k: cents for k, cents in found.items() if cents}


def test_a_voided_credit_is_given_again() -> None:
    agreement = upfront()
    issue(agreement, "2026-01-01")
    agreement.cancel("2026-02-01")
    note = issue(agreement, "2026-02-01")

    void(agreement, note)

    assert [(dates([again]), again.total_cents) for again in agreement.run("2026-02-01")] == [(["2026-02-01"], -20_000)]
