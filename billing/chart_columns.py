"""What a billing schedule's chart shows: one column per invoice date, its amounts by series."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from billing.engine.charges import Kind
from billing.schedules import Overview

ON_DELIVERY = "on delivery"
DISCOUNT = Kind.DISCOUNT.value
USAGE = "usage_metered"
UNITS = "per_unit"
# Drawn from the axis upwards; whatever is committed and dated comes first.
STACK = (Kind.RECURRING.value, Kind.FLAT.value, Kind.PREPAID_BLOCK.value, UNITS, USAGE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """What one bar stands for: amounts in minor units by series, and what the other schedule has on its day."""

    name: str
    label: str
    amounts: Mapping[str, int]
    day: date | None = None
    ghost_cents: int = 0

    @property
    def height(self) -> int:
        return sum(self.amounts.get(series, 0) for series in STACK)

    @property
    def room(self) -> int:
        return max(self.height, self.ghost_cents)


def columns(overview: Overview) -> Iterator[Column]:
    """The invoice dates in order, then the units that wait for their delivery."""
    by_date: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for document in overview.documents:
        by_date[document.invoice_date][DISCOUNT] += document.discount_cents
        for line in document.lines:
            if line.kind is not Kind.DISCOUNT:
                by_date[document.invoice_date][line.kind.value] += line.amount_cents
    for estimate in overview.usage:
        assert estimate.invoice_date is not None
        by_date[estimate.invoice_date][USAGE] += estimate.amount_cents
    for day, amounts in sorted(by_date.items()):
        yield Column(name=f"{day:%-d %B %Y}", label=f"{day:%b %Y}", amounts=amounts, day=day)
    if overview.undelivered:
        units = sum(estimate.amount_cents for estimate in overview.undelivered)
        discount = sum(estimate.discount_cents for estimate in overview.undelivered)
        yield Column(name="On delivery", label=ON_DELIVERY, amounts={UNITS: units, DISCOUNT: discount})


def with_ghost(overview: Overview, ghost: Overview) -> list[Column]:
    """The columns of both schedules, each with what the other one has on its day."""
    own, other = ({_key(c): c for c in columns(given)} for given in (overview, ghost))
    empty: Mapping[str, int] = {}
    return [
        Column(
            day=column.day,
            name=column.name,
            label=column.label,
            amounts=own[key].amounts if key in own else empty,
            ghost_cents=other[key].height if key in other else 0,
        )
        for key, column in sorted({**other, **own}.items())
    ]


def _key(column: Column) -> date:
    """Its day; what is billed on delivery comes last."""
    return column.day or date.max
