"""What comes late goes on the next invoice to come: here is which day that is."""

from datetime import date

from billing.engine import changes, upcoming
from billing.engine.book import Book, Booked
from billing.engine.charges import Kind
from tests.engine.builders import Agreement, day, flat, metered, recurring, terms


def next_after(agreement: Agreement, after: str, *booked: int) -> str | None:
    rows = [
        Booked(line=0, period=k, kind=Kind.RECURRING, amount_cents=100, discount_cents=0, next_revision=1)
        for k in booked
    ]
    in_force = changes.apply(terms=agreement.terms, changes=agreement.changes)
    found = upcoming.next_after(terms=in_force, book=Book(rows), after=day(after))
    return None if found is None else date.isoformat(found)


def test_a_recurring_line_has_the_start_of_its_next_period() -> None:
    plan = Agreement(terms(recurring(100)))

    assert next_after(plan, "2026-01-01") == "2026-02-01"
    assert next_after(plan, "2026-01-31") == "2026-02-01"
    assert next_after(plan, "2026-03-01") is None


def test_a_period_that_is_booked_has_no_invoice_to_come() -> None:
    assert next_after(Agreement(terms(recurring(100))), "2026-01-10", 1) == "2026-03-01"


def test_usage_has_the_end_of_each_period_and_of_the_term() -> None:
    assert next_after(Agreement(terms(metered(1))), "2026-03-01") == "2026-04-01"
    assert next_after(Agreement(terms(metered(1))), "2026-04-01") is None


def test_what_is_billed_once_has_no_further_invoice() -> None:
    assert next_after(Agreement(terms(flat(100))), "2026-01-01") is None


def test_the_earliest_day_of_all_lines_counts() -> None:
    agreement = Agreement(terms(recurring(100), metered(1), months=5))
    agreement.pause("2026-03-01", resumed="2026-03-20")

    assert next_after(agreement, "2026-02-01") == "2026-03-01"  # the usage of February; the plan goes on in April


def test_before_the_first_invoice_it_is_the_next() -> None:
    early = Agreement(terms(recurring(100), start="2026-01-15", approved_on="2026-01-01"))

    assert next_after(early, "2025-12-01") == "2026-01-15"
    assert next_after(early, "2026-01-05") == "2026-01-15"


def test_a_late_approval_is_the_day_of_all_that_came_before_it() -> None:
    late = Agreement(terms(recurring(100), start="2026-01-15", approved_on="2026-03-10"))

    assert next_after(late, "2026-02-20") == "2026-03-10"
    assert next_after(late, "2026-03-10") == "2026-03-15"


def test_after_a_cancellation_is_billed_nothing_is_left_to_come() -> None:
    agreement = Agreement(terms(recurring(100), metered(1)))
    agreement.cancel("2026-02-10")

    assert next_after(agreement, "2026-02-09") == "2026-02-10"
    assert next_after(agreement, "2026-02-10") is None
    assert next_after(agreement, "2026-02-20") is None
