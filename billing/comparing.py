"""Two schedules beside each other, as money by year."""

from collections import Counter
from dataclasses import dataclass

from billing.engine.billing import Schedule


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """What is invoiced in a calendar year, in minor units, after discount and before tax on top."""

    year: int
    before_cents: int
    after_cents: int

    @property
    def delta_cents(self) -> int:
        return self.after_cents - self.before_cents


def by_year(*, before: Schedule | None, after: Schedule | None) -> list[Year]:
    """Every year of either schedule; none of one is nothing in all years."""
    was, will_be = _sums(before), _sums(after)
    return [Year(year=year, before_cents=was[year], after_cents=will_be[year]) for year in sorted({*was, *will_be})]


def _sums(schedule: Schedule | None) -> Counter[int]:
    sums: Counter[int] = Counter()
    for document in schedule.documents if schedule else ():
        sums[document.invoice_date.year] += document.subtotal_cents
    return sums
