"""Two schedules beside each other, as money by year."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from billing.schedules import Overview
from customers import currencies


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """What is committed in one year, before a tax on top; `year` is None for units billed as they are delivered."""

    year: int | None
    before_cents: int
    after_cents: int

    @property
    def delta_cents(self) -> int:
        return self.after_cents - self.before_cents


def by_year(*, before: Overview | None, after: Overview) -> list[Year]:
    """The committed money of two schedules by year, oldest first; an absent one has none."""
    was, is_now = _amounts(before) if before else {}, _amounts(after)
    years = sorted({*was, *is_now}, key=lambda year: (year is None, year))
    return [Year(year=year, before_cents=was.get(year, 0), after_cents=is_now.get(year, 0)) for year in years]


def in_words(*, years: Sequence[Year], currency: str) -> str:
    """What moved, in one sentence: from which year to which, or how much more or less."""
    more = [year for year in years if year.delta_cents > 0]
    less = [year for year in years if year.delta_cents < 0]
    if not more and not less:
        return "No money moves from year to year."
    gained, lost = sum(year.delta_cents for year in more), -sum(year.delta_cents for year in less)
    if gained == lost:
        return f"Moves {currencies.amount(gained, currency)} from {_named(less)} to {_named(more)}."
    parts = [f"{currencies.amount(gained, currency)} more in {_named(more)}"] if more else []
    parts += [f"{currencies.amount(lost, currency)} less in {_named(less)}"] if less else []
    return f"{'; '.join(parts)}."


def _amounts(overview: Overview) -> dict[int | None, int]:
    found: dict[int | None, int] = defaultdict(int)
    for document in overview.documents:
        found[document.invoice_date.year] += sum(
            line.net_cents for line in document.lines if line.order_line is not None
        )
    if overview.undelivered:
        found[None] = overview.undelivered_cents
    return found


def _named(years: Sequence[Year]) -> str:
    *others, last = ["units delivered" if year.year is None else str(year.year) for year in years]
    return f"{', '.join(others)} and {last}" if others else last
