"""What must hold whatever is agreed after the approval, in any order, between any runs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from billing.engine import revenue
from billing.engine.billing import Document
from billing.engine.tax import Mode
from billing.engine.terms import Line, TermsRefused, Timing
from tests.engine import reference
from tests.engine.builders import Agreement, flat, metered, prepaid, recurring, step, taxed, terms

Event = Callable[[Agreement], None]

FIRST, LAST = date(2026, 1, 31), date(2026, 7, 30)
END = "2028-12-31"
DAYS = st.dates(FIRST, LAST).map(str)
WHOLE = st.integers(1, 12)
CENTS = st.integers(0, 9_999)
MONTHS = 6


def lines(timings: st.SearchStrategy[Timing]) -> st.SearchStrategy[Line]:
    ramps = st.builds(lambda month, cents: [step(month, unit_price_cents=cents)], st.integers(1, MONTHS), CENTS)
    quantities = st.integers(1, 9).map(str)
    return st.builds(recurring, CENTS, qty=quantities, timing=timings, steps=st.just([]) | ramps)


def amending(line: int, on: str, requested: str, qty: int, cents: int | None) -> Event:
    return lambda agreement: agreement.amend(on, line=line, requested=requested, qty=str(qty), cents=cents)


def adding(line: Line, on: str, requested: str) -> Event:
    return lambda agreement: agreement.add(line, on=on, requested=requested)


def cancelling(on: str, requested: str) -> Event:
    return lambda agreement: agreement.cancel(on, requested=requested)


def pausing(on: str, resumed: str) -> Event:
    return lambda agreement: agreement.pause(on, resumed=resumed)


def renewing(months: int) -> Event:
    return lambda agreement: agreement.renew(months)


ANY_LINE = lines(st.sampled_from(Timing))
AMENDMENTS = st.builds(amending, st.just(0), DAYS, DAYS, WHOLE, st.none() | CENTS)
EVENTS = (
    AMENDMENTS
    | st.builds(adding, lines(st.sampled_from(Timing)).map(lambda line: replace(line, ramp=())), DAYS, DAYS)
    | st.builds(cancelling, DAYS, DAYS)
    | st.builds(pausing, DAYS, DAYS)
    | st.builds(renewing, st.integers(1, 3))
)
HISTORIES = st.lists(st.tuples(EVENTS, st.integers(0, 40)), max_size=6)


def agree(agreement: Agreement, event: Event) -> None:
    """Let an event happen unless the product would refuse it."""
    try:
        event(agreement)
    except TermsRefused:
        return


def live(agreement: Agreement, history: list[tuple[Event, int]]) -> list[Document]:
    """Run billing, let each event happen, and run again some days later."""
    today = FIRST - timedelta(days=20)
    documents: list[Document] = []
    for event, days in history:
        today += timedelta(days=days)
        documents += agreement.run(str(today))
        agree(agreement, event)
        assert all(balance >= 0 for balance in balances(agreement).values())
    return documents


def balances(agreement: Agreement) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for row in agreement.booked:
        found[row.line, row.period] = found.get((row.line, row.period), 0) + row.amount_cents - row.discount_cents
    return found


def agreement_of(*signed: Line, discount_cents: int = 0) -> Agreement:
    return Agreement(terms(*signed, start=str(FIRST), months=MONTHS, discount_cents=discount_cents))


def copy(agreement: Agreement) -> Agreement:
    return replace(agreement, booked=list(agreement.booked), changes=list(agreement.changes))


@given(line=ANY_LINE, history=HISTORIES)
def test_the_books_end_at_the_exact_targets_whatever_was_agreed_and_whenever_billing_ran(
    line: Line, history: list[tuple[Event, int]]
) -> None:
    agreement = agreement_of(line, recurring(1700))

    live(agreement, history)
    agreement.run(END)

    assert agreement.net_booked() == reference.value_of_recurring_lines(agreement.terms, agreement.changes)


@given(line=ANY_LINE, history=HISTORIES, days=st.lists(st.dates(FIRST, date(2027, 6, 1)), max_size=6))
def test_any_split_of_the_runs_that_follow_gives_the_same_documents(
    line: Line, history: list[tuple[Event, int]], days: list[date]
) -> None:
    agreement = agreement_of(line, recurring(1700), discount_cents=100 if line.unit_price_cents else 0)
    live(agreement, history)
    at_once = copy(agreement)
    last = agreement.billed_through or FIRST

    split = [found for as_of in sorted(days) if as_of > last for found in agreement.run(str(as_of))]
    split += agreement.run(END)

    assert sorted(split, key=date_and_type) == sorted(at_once.run(END), key=date_and_type)


def date_and_type(document: Document) -> tuple[date, str]:
    return document.invoice_date, document.type


@given(line=ANY_LINE, history=HISTORIES, used=st.lists(DAYS, max_size=3))
def test_every_line_names_the_days_it_is_for(line: Line, history: list[tuple[Event, int]], used: list[str]) -> None:
    agreement = agreement_of(line, flat(500), metered(3))
    agreement.terms = replace(agreement.terms, minimum_commitment_cents_per_period=2000)
    for on in used:
        agreement.use("5", on=on, line=2)

    documents = [*live(agreement, history), *agreement.run(END)]

    lines_of_days = [line for document in documents for line in document.lines]
    assert all(line.service_start and line.service_end_exclusive for line in lines_of_days)
    assert all(str(line.service_start) < str(line.service_end_exclusive) for line in lines_of_days)


@given(line=ANY_LINE, history=HISTORIES)
def test_a_second_run_of_the_same_day_bills_nothing(line: Line, history: list[tuple[Event, int]]) -> None:
    agreement = agreement_of(line, flat(500), metered(3))
    agreement.use("5", on="2026-03-03", line=2)
    live(agreement, history)

    agreement.run(END)

    assert agreement.run(END) == ()
    assert agreement.next_due_date() is None


@given(line=ANY_LINE, history=HISTORIES, discount_cents=st.integers(0, 1700 * MONTHS))
def test_no_period_is_ever_credited_more_than_it_was_billed(
    line: Line, history: list[tuple[Event, int]], discount_cents: int
) -> None:
    agreement = agreement_of(line, recurring(1700), discount_cents=discount_cents)

    live(agreement, history)
    agreement.run(END)

    assert all(balance >= 0 for balance in balances(agreement).values())


@given(line=ANY_LINE, on=DAYS, requested=DAYS, as_of=DAYS)
def test_after_a_cancellation_there_is_nothing_more_to_bill(line: Line, on: str, requested: str, as_of: str) -> None:
    agreement = agreement_of(line, metered(3), prepaid(5))
    agreement.run(as_of)
    agreement.cancel(on, requested=requested)
    agreement.run(max(on, requested, as_of))

    agreement.use("5", on=on, line=1)

    assert agreement.next_due_date() is None
    assert agreement.run(END) == ()


@given(line=ANY_LINE, on=DAYS, requested=DAYS, as_of=DAYS, qty=WHOLE, cents=CENTS)
def test_one_amendment_split_into_two_changes_nothing(
    line: Line, on: str, requested: str, as_of: str, qty: int, cents: int
) -> None:
    once = agreement_of(line)
    once.run(as_of)
    twice = copy(once)
    once.amend(on, requested=requested, qty=str(qty), cents=cents)
    twice.amend(on, requested=requested, qty=str(qty))
    twice.amend(on, requested=requested, cents=cents)

    once.run(END)
    twice.run(END)

    assert balances(once) == balances(twice)


@given(line=ANY_LINE, on=DAYS, requested=DAYS, as_of=DAYS, qty=WHOLE)
def test_agreeing_the_same_again_makes_no_document(line: Line, on: str, requested: str, as_of: str, qty: int) -> None:
    agreement = agreement_of(line)
    agreement.run(as_of)
    agreement.amend(on, requested=requested, qty=str(qty))
    agreement.run(END)

    agreement.amend(on, requested=requested, qty=str(qty))

    assert agreement.run(END) == ()


@given(line=ANY_LINE, history=HISTORIES, mode=st.sampled_from(Mode))
def test_in_the_end_all_that_was_billed_and_not_credited_is_recognised(
    line: Line, history: list[tuple[Event, int]], mode: Mode
) -> None:
    agreement = agreement_of(line, flat(700), prepaid(900, qty="7"), discount_cents=500)
    agreement.tax = taxed(mode, "19") if mode is not Mode.NONE else agreement.tax
    for event, _ in history:
        agree(agreement, event)
    documents = agreement.run(END)

    months = schedule(agreement, documents)

    taxes = sum(document.tax_cents for document in documents) if mode is Mode.INCLUSIVE else 0
    billed = sum(document.subtotal_cents for document in documents) - taxes
    assert sum(month.recognised_cents for month in months) == billed
    assert all(month.deferred_cents == 0 for month in months[-1:])


@given(
    line=lines(st.just(Timing.EACH_PERIOD)),
    changes=st.lists(st.tuples(DAYS, WHOLE), max_size=4),
    cancelled=st.none() | DAYS,
)
def test_what_is_billed_in_advance_and_changed_ahead_is_never_recognised_before_it_is_billed(
    line: Line, changes: list[tuple[str, int]], cancelled: str | None
) -> None:
    assume(line.unit_price_cents > 0)
    agreement = agreement_of(line, flat(700), prepaid(900, qty="7"))
    agreement.use("3", on="2026-02-14", line=2)
    documents: list[Document] = []
    for on, qty in sorted(changes):
        documents += agreement.run(on)
        agreement.amend(on, qty=str(qty))
    documents += agreement.run(max([cancelled or str(FIRST), *(on for on, _ in changes)]))
    if cancelled:
        agreement.cancel(cancelled, requested=str(agreement.billed_through))
    documents += agreement.run(END)

    assert all(month.deferred_cents >= 0 for month in schedule(agreement, documents))


def schedule(agreement: Agreement, documents: list[Document] | tuple[Document, ...]) -> tuple[revenue.Month, ...]:
    billed = [
        line for document in documents for line in revenue.billed_lines(document=document, mode=agreement.tax.mode)
    ]
    return revenue.schedule(terms=agreement.terms, changes=agreement.changes, billed=billed, delivered=agreement.events)
