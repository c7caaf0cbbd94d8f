"""What an order comes to in the end, written from the rule book, day by day, without a line of the engine.

Slow and plain on purpose: no run, no document, no booking, only what each (line, period) must have cost when all is
billed. Amounts are integers of minor units, in between stand exact fractions.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

MINIMUM = -1  # instead of a line: what a minimum adds
LEAD_IN = -1  # instead of a period: the days before the anchor
DAY = timedelta(days=1)
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Step:
    """From a month of the term, counted from 1."""

    month: int
    qty: Decimal | None = None
    cents: int | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line as signed, or as added on the day `since`."""

    rule: str
    qty: Decimal
    cents: int
    upfront: bool = False
    ramp: tuple[Step, ...] = ()
    item: str | None = None
    expiry_months: int | None = None
    pricing: Mapping[str, object] | None = None
    since: date | None = None

    @property
    def one_off(self) -> bool:
        return self.rule in ("flat", "prepaid_block")


@dataclass(frozen=True, kw_only=True)
class Amendment:
    line: int
    on: date
    qty: Decimal | None = None
    cents: int | None = None


@dataclass(kw_only=True)
class Pause:
    on: date
    until: date = date.max


@dataclass(kw_only=True)
class Order:
    """What was signed, and all that happened since; `units` are those that count, by line and event id."""

    anchor: date
    start: date
    approved: date
    months: int | None
    discount: int
    lines: list[Line]
    stub: bool = False
    minimum: int = 0
    renewals: list[int] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    cancelled: date = date.max
    units: dict[tuple[int, str], tuple[date, Decimal]] = field(default_factory=dict)

    # The grid: R1, R18

    def boundary(self, k: int) -> date:
        return months_after(self.anchor, k)

    def period_of(self, day: date) -> int:
        k = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month - 1
        while self.boundary(k + 1) <= day:
            k += 1
        return k

    @property
    def ends(self) -> list[int]:
        """The periods with which the term and each renewal end."""
        if self.months is None:
            return []
        return [self.months + sum(self.renewals[:i]) for i in range(len(self.renewals) + 1)]

    def is_paused(self, k: int) -> bool:
        return k >= 0 and any(pause.on <= self.boundary(k) < pause.until for pause in self.pauses)

    def is_served(self, day: date, line: Line) -> bool:
        k = self.period_of(day)
        in_term = k >= 0 and (self.months is None or k < self.ends[-1])
        return in_term and (line.since or day) <= day < self.cancelled and not self.is_paused(k)

    def days(self, k: int) -> Iterator[date]:
        first = self.start if k == LEAD_IN else self.boundary(k)
        day = first
        while day < self.boundary(k + 1):
            yield day
            day += DAY

    # What a day costs: R3, R6, R14

    def price(self, position: int, day: date) -> tuple[Fraction, int]:
        """Quantity and price of a line on a day: the ramp, overridden field by field by what was amended."""
        line = self.lines[position]
        qty, cents = line.qty, line.cents
        for step in line.ramp:
            if step.month <= max(self.period_of(day), 0) + 1:
                qty, cents = (step.qty or qty), (cents if step.cents is None else step.cents)
        for change in sorted((one for one in self.amendments if one.line == position), key=lambda one: one.on):
            if change.on <= day:
                qty, cents = (change.qty or qty), (cents if change.cents is None else change.cents)
        return Fraction(qty), cents

    def recurring(self, position: int, k: int) -> Fraction:
        """The exact cost of a period: each day served its part of the month it lies in."""
        line, cost = self.lines[position], Fraction(0)
        if self.is_paused(k):
            return cost
        for day in self.days(k):
            if (line.since or day) <= day < self.cancelled:
                qty, cents = self.price(position, day)
                cost += qty * cents / self.length(self.period_of(day))
        return cost

    def length(self, k: int) -> int:
        return (self.boundary(k + 1) - self.boundary(k)).days

    def part_served(self, k: int) -> Fraction:
        served = (min(self.boundary(k + 1), max(self.boundary(k), self.cancelled)) - self.boundary(k)).days
        return Fraction(served, self.length(k))

    # The contract discount, spread once over the signed schedule (R7)

    def signed(self) -> Iterator[tuple[int, Line]]:
        return ((position, line) for position, line in enumerate(self.lines) if line.since is None)

    def signed_amounts(self, line: Line) -> list[int]:
        """What a signed line costs in each period of the signed term, before anything was changed."""
        amounts = []
        for k in range(self.months or 1):
            qty, cents = line.qty, line.cents
            for step in line.ramp:
                if step.month <= k + 1:
                    qty, cents = (step.qty or qty), (cents if step.cents is None else step.cents)
            amounts.append(rounded(Fraction(qty) * cents))
        return amounts

    def committed(self) -> dict[int, dict[int, list[int]]]:
        """Per date of the schedule, and per line: the amounts of the periods that are charged on it."""
        dates: dict[int, dict[int, list[int]]] = {k: {} for k in range(self.months or 1)}
        for position, line in self.signed():
            if line.one_off:
                dates[0][position] = [rounded(Fraction(line.qty) * line.cents)]
            elif line.rule == "recurring" and line.upfront:
                dates[0][position] = self.signed_amounts(line)
            elif line.rule == "recurring":
                for k, amount in enumerate(self.signed_amounts(line)):
                    dates[k][position] = [amount]
        return dates

    def units_committed(self) -> dict[int, int]:
        return {
            position: rounded(Fraction(line.qty) * line.cents)
            for position, line in self.signed()
            if line.rule == "per_unit"
        }

    def committed_total(self) -> int:
        dated = sum(sum(amounts) for lines in self.committed().values() for amounts in lines.values())
        return dated + sum(self.units_committed().values())

    def shares(self) -> tuple[dict[Key, int], dict[int, int]]:
        """The share of every signed (line, period), and of every per_unit line."""
        dates, units = self.committed(), self.units_committed()
        gross = [sum(map(sum, lines.values())) for lines in dates.values()]
        parts = split(self.discount, [*gross, *units.values()])
        found: dict[Key, int] = {}
        for (k, lines), part in zip(dates.items(), parts, strict=False):
            for (position, amounts), own in zip(lines.items(), split(part, [*map(sum, lines.values())]), strict=True):
                for place, share in enumerate(split(own, amounts)):
                    found[position, k + place] = share
        return found, dict(zip(units, parts[len(gross) :], strict=True))

    # What was used, and what a block covers: R9, R15

    def billable(self) -> dict[int, dict[date, Fraction]]:
        """The units of each line billed in arrears, by day, less what a prepaid block covers."""
        left = {
            position: Fraction(line.qty) for position, line in enumerate(self.lines) if line.rule == "prepaid_block"
        }
        by_day: dict[int, dict[date, Fraction]] = defaultdict(dict)
        for (position, _), (day, quantity) in self.units.items():
            if position in left:
                left[position] -= Fraction(quantity)
            elif self.is_served(day, self.lines[position]):
                by_day[position][day] = by_day[position].get(day, Fraction(0)) + Fraction(quantity)
        lots = sorted(left, key=lambda position: (*self.serves(position)[::-1], position))
        for day, position in sorted((day, position) for position, days in by_day.items() for day in days):
            for lot in lots if self.lines[position].rule == "usage_metered" else ():
                start, expiry = self.serves(lot)
                if self.lines[lot].item is not None and self.lines[lot].item == self.lines[position].item:
                    given = min(left[lot], by_day[position][day]) if start <= day < expiry else Fraction(0)
                    left[lot] -= given
                    by_day[position][day] -= given
        return by_day

    def serves(self, position: int) -> tuple[date, date]:
        """The days of a lot: up to its own expiry, else to the end of the term it was sold in."""
        line = self.lines[position]
        start = line.since or self.anchor
        if line.expiry_months is not None:
            return start, min(months_after(start, line.expiry_months), self.cancelled)
        ends = [self.boundary(end) for end in self.ends if end > self.period_of(start)]
        return start, min([*ends, self.cancelled])

    def in_arrears(self) -> dict[Key, int]:
        found: dict[Key, int] = {}
        for position, days in self.billable().items():
            line = self.lines[position]
            for k in {self.period_of(day) for day in days}:
                units = {day: units for day, units in days.items() if self.period_of(day) == k}
                if line.pricing is not None:
                    found[position, k] = tiered(line.pricing, sum(units.values(), Fraction(0)))
                else:
                    cost = sum((units * self.price(position, day)[1] for day, units in units.items()), Fraction(0))
                    found[position, k] = rounded(cost)
        return found

    # The end of it

    def targets(self, *, through: date) -> dict[Key, int]:
        """What each (line, period) must have been billed, net of discount, once all is due; nothing is left out."""
        found: dict[Key, int] = defaultdict(int)
        shares, _ = self.shares()
        gross: dict[int, int] = defaultdict(int)
        for position, k in self.committed_periods(through):
            line, cost = self.lines[position], Fraction(0)
            if line.one_off:
                found[position, k] = rounded(Fraction(line.qty) * line.cents) - shares.get((position, k), 0)
                continue
            cost = self.recurring(position, k)
            share = Fraction(0) if k == LEAD_IN else shares.get((position, k), 0) * self.part_served(k)
            found[position, k] = 0 if self.is_paused(k) else rounded(max(Fraction(0), cost - share))
            gross[k] += rounded(cost)
        for (position, k), amount in self.in_arrears().items():
            found[position, k] += amount
            gross[k] += amount
        for k in self.periods(through):
            if self.minimum and not self.is_paused(k) and min(self.boundary(k + 1), self.cancelled) <= through:
                found[MINIMUM, k] = max(0, rounded(self.minimum * self.part_served(k)) - gross[k])
        return {key: cents for key, cents in found.items() if cents}

    def earned(self) -> dict[int, int]:
        """The discount that each per_unit line has earned with its delivery."""
        _, shares = self.shares()
        units = {position: sum(days.values(), Fraction(0)) for position, days in self.billable().items()}
        return {
            position: rounded(
                share * min(Fraction(1), units.get(position, Fraction(0)) / Fraction(self.lines[position].qty))
            )
            for position, share in shares.items()
        }

    def periods(self, through: date) -> Iterator[int]:
        k = 0
        while (
            self.boundary(k) < self.cancelled
            and self.boundary(k) <= through
            and (self.months is None or k < self.ends[-1])
        ):
            yield k
            k += 1

    def committed_periods(self, through: date) -> Iterator[Key]:
        for position, line in enumerate(self.lines):
            first = 0 if line.since is None else self.period_of(line.since)
            if line.one_off and (line.since or self.anchor) < self.cancelled:
                yield position, first
            elif line.rule == "recurring":
                if self.stub and line.since is None and self.start < self.anchor:
                    yield position, LEAD_IN
                yield from ((position, k) for k in self.periods(through) if k >= first)


def months_after(anchor: date, k: int) -> date:
    """The same day k months on, or the last one of a shorter month."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + k, 12)
    last = date(year + (month == 11), (month + 1) % 12 + 1, 1) - DAY
    return last.replace(day=min(anchor.day, last.day))


def rounded(exact: Fraction) -> int:
    """Half away from zero (R2)."""
    return floor(exact + Fraction(1, 2)) if exact >= 0 else ceil(exact - Fraction(1, 2))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder, ties to the earlier (R7)."""
    if not sum(weights):
        return [0] * len(weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [floor(part) for part in exact]
    for i in sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])[: total - sum(parts)]:
        parts[i] += 1
    return parts


def taxed(net: int, mode: str, percent: Decimal) -> int:
    """The tax of a document (R8)."""
    rate = Fraction(percent) / 100
    if mode == "inclusive":
        return net - rounded(net / (1 + rate))
    return rounded(net * rate) if mode == "exclusive" else 0


def tiered(pricing: Mapping[str, object], quantity: Fraction) -> int:
    """Graduated, by volume or in packages (R22)."""
    if quantity <= 0:
        return 0
    if pricing["model"] == "package":
        return ceil(quantity / Fraction(str(pricing["size"]))) * int(str(pricing["unit_price_cents"]))
    cost, passed = Fraction(0), Fraction(0)
    for tier in pricing["tiers"]:  # type: ignore[attr-defined]  # a list of tiers, as in JSON
        inside = quantity if tier.get("up_to") is None else min(quantity, Fraction(tier["up_to"]))
        units = quantity if pricing["model"] == "volume" else inside - passed
        of_tier = units * tier["unit_price_cents"] + tier.get("flat_cents", 0)
        cost = of_tier if pricing["model"] == "volume" else cost + of_tier
        passed = inside
        if passed >= quantity:
            break
    return rounded(cost)
