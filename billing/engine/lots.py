"""Prepaid lots: what a block's units cover, day by day (R9).

A usage line draws from the lots of its catalog item: earliest expiry, then earliest start, then lower line. A lot
serves the days from its start up to, and without, its expiry. What no lot covers is overage at the usage line's
price. A drawdown recorded on the prepaid line itself comes first: it has no price to fall back on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.engine import changes as agreed
from billing.engine import deliveries, periods
from billing.engine.changes import Change
from billing.engine.deliveries import Delivered, DeliveredOn, Units
from billing.engine.lines import Line, Rule
from billing.engine.terms import Terms, TermsRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """The units of a prepaid line, and the days they serve; an open-ended agreement's lot need not expire."""

    line: Line
    start: date
    expiry: date

    def serves(self, item: str | None, day: date) -> bool:
        """It may cover usage of this item on this day."""
        return item is not None and item == self.line.catalog_item and self.start <= day < self.expiry


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What each lot gave on each day, by its line, and what of each other line no lot covered."""

    from_lots: dict[int, Units]
    uncovered: dict[int, Units]

    def remaining(self, lot: Line) -> Decimal:
        """The units of a lot that nothing has drawn."""
        return lot.qty - deliveries.total(self.from_lots.get(lot.position, {}))


def of_terms(*, terms: Terms) -> tuple[Lot, ...]:
    """The lots of an agreement in their order of use."""
    found = [_lot(line, terms) for line in terms.lines if line.rule is Rule.PREPAID_BLOCK]
    return tuple(sorted(found, key=lambda lot: (lot.expiry, lot.start, lot.line.position)))


def draw(*, terms: Terms, units: dict[int, Units]) -> Drawn:
    """Cover usage from the lots in order of its days, and on a day in order of the lines."""
    lots = of_terms(terms=terms)
    if not lots:
        return Drawn(from_lots={}, uncovered=units)
    positions = {lot.line.position for lot in lots}
    drawn = Drawn(
        from_lots={position: dict(units.get(position, {})) for position in positions},
        uncovered={position: dict(found) for position, found in units.items() if position not in positions},
    )
    left = {lot.line.position: drawn.remaining(lot.line) for lot in lots}
    for day, position in sorted(_usage(terms, drawn.uncovered)):
        _cover(terms.lines[position], day, lots=lots, drawn=drawn, left=left)
    return drawn


def remaining(
    *,
    terms: Terms,
    line: int,
    on: date,
    delivered: Sequence[Delivered | DeliveredOn],
    changes: Sequence[Change] = (),
) -> Decimal:
    """How many units of a prepaid line may still be drawn on a day; none outside the days it serves."""
    in_force = agreed.apply(terms=terms, changes=changes)
    lot = _lot_of(line, in_force)
    if not lot.start <= on < lot.expiry:
        return Decimal(0)
    drawn = draw(terms=in_force, units=deliveries.by_day(delivered=delivered, terms=in_force))
    return drawn.remaining(lot.line)


def check_drawdown(
    *,
    terms: Terms,
    line: int,
    on: date,
    quantity: Decimal,
    delivered: Sequence[Delivered | DeliveredOn],
    changes: Sequence[Change] = (),
) -> None:
    """Refuse a drawdown of more than what remains on a prepaid line."""
    left = remaining(terms=terms, line=line, on=on, delivered=delivered, changes=changes)
    if quantity > left:
        raise TermsRefused(
            code="drawdown_above_remaining",
            field="quantity",
            message=f"quantity ({quantity:f}) must not be above what remains of lines[{line}] on {on}: {left:f}.",
        )


def _lot_of(line: int, terms: Terms) -> Lot:
    for lot in of_terms(terms=terms):
        if lot.line.position == line:
            return lot
    raise TermsRefused(
        code="line_not_prepaid", field="line", message=f"line must be a prepaid_block, and lines[{line}] is not."
    )


def _lot(line: Line, terms: Terms) -> Lot:
    start = line.starts_on or terms.anchor_date
    return Lot(line=line, start=start, expiry=min(_expiry(line, start, terms), terms.service_end))


def _expiry(line: Line, start: date, terms: Terms) -> date:
    """After its own months, else with the term it was sold in; a renewal does not move it."""
    if line.prepaid_expiry_months is not None:
        return periods.boundary(anchor=start, k=line.prepaid_expiry_months)
    sold_in = terms.period_index(start)
    return next((terms.boundary(end) for end in terms.term_ends if end > sold_in), date.max)


def _usage(terms: Terms, uncovered: dict[int, Units]) -> Iterable[tuple[date, int]]:
    metered = (position for position in uncovered if terms.lines[position].rule is Rule.USAGE_METERED)
    return [(day, position) for position in metered for day in uncovered[position]]


def _cover(line: Line, day: date, *, lots: Sequence[Lot], drawn: Drawn, left: dict[int, Decimal]) -> None:
    """Move what the lots can give for a line's usage of one day."""
    wanted = drawn.uncovered[line.position]
    for lot in lots:
        position = lot.line.position
        given = min(wanted[day], left[position]) if lot.serves(line.catalog_item, day) else 0
        if given > 0:
            wanted[day] -= given
            left[position] -= given
            drawn.from_lots[position][day] = drawn.from_lots[position].get(day, Decimal(0)) + given
