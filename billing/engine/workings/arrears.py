"""Delivered units and metered usage worked out: what was recorded, what lots covered, and at which price."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from billing.engine import deliveries, differences, lots, ramps, segments, tiers
from billing.engine.charges import Kind
from billing.engine.deliveries import Units
from billing.engine.lines import Line, Rule
from billing.engine.rules import per_unit
from billing.engine.terms import Terms
from billing.engine.tiers import Package, Tier
from billing.engine.workings import reckoning
from billing.engine.workings.facts import Facts
from billing.engine.workings.reckoning import Place, Reckoned
from billing.engine.workings.working import Booking, Discount, Input, Working, inputs


def reckon(*, place: Place, facts: Facts) -> Reckoned:
    """All units of the period at its own price, less what was booked of it before."""
    line, k = place.signed(facts), place.charge.period
    units = facts.progress.delivered_on(line.position).get(k, {})
    return Reckoned(
        rules=frozenset(_rules(place, line, facts, k)),
        target=Working(
            formula=_formula(line),
            inputs=(
                *_recorded(line, k, facts, units),
                *_priced(line, k, units, facts.terms),
                *reckoning.ramp_step(line=line, k=k),
                *reckoning.period(terms=facts.terms, k=k),
                *reckoning.billing_rule(line=line),
            ),
            exact=differences.exact_target(line=line, k=k, progress=facts.progress),
            cents=differences.target(line=line, k=k, progress=facts.progress),
        ),
        less=reckoning.booked(rows=place.earlier(facts)),
        discount=_discount(place, line, facts),
    )


def _formula(line: Line) -> str:
    match line.pricing:
        case None:
            return "units x unit price, summed before rounding"
        case Package():
            return "whole packages, rounded up, x package price"
        case _:
            return f"{line.pricing.model} tiers: units x tier price + flat fee"


def _rules(place: Place, line: Line, facts: Facts, k: int) -> Iterator[str]:
    yield from reckoning.rules_of(line=line, terms=facts.terms, k=k)
    yield "R20"
    if place.line.kind is Kind.LATE_USAGE or place.earlier(facts):
        yield "R15"
    if line.pricing:
        yield "R22"
    if line.rule is Rule.USAGE_METERED and _lots(line, facts.terms):
        yield "R9"


def _recorded(line: Line, k: int, facts: Facts, billable: Units) -> Iterator[Input]:
    """What was recorded for the period, and what of it the lots gave."""
    used = deliveries.by_period(units=facts.used.get(line.position, {}), terms=facts.terms).get(k, {})
    total = deliveries.total(used)
    yield from inputs(events=facts.events.get((line.position, k), 0), recorded=total)
    if line.rule is Rule.PER_UNIT:
        yield from inputs(ordered=line.qty)
    for lot in _lots(line, facts.terms):
        given = facts.drawn.from_lots.get(lot.line.position, {})
        in_period = deliveries.total(deliveries.by_period(units=given, terms=facts.terms).get(k, {}))
        yield Input(
            name=f"lot of line {lot.line.position + 1}",
            value=f"[{lot.start}, {lot.expiry}): {_plain(lot.line.qty)} bought, {_plain(in_period)} drawn in the "
            f"period, {_plain(deliveries.total(given))} to date, {_plain(facts.drawn.remaining(lot.line))} left",
        )
    yield from inputs(units=deliveries.total(billable))


def _lots(line: Line, terms: Terms) -> list[lots.Lot]:
    if line.rule is not Rule.USAGE_METERED or line.catalog_item is None:
        return []
    return [lot for lot in lots.of_terms(terms=terms) if lot.line.catalog_item == line.catalog_item]


def _priced(line: Line, k: int, units: Units, terms: Terms) -> Iterator[Input]:
    if line.pricing is not None:
        yield from _tiers(line, deliveries.total(units))
        return
    by_price: dict[int, Decimal] = defaultdict(Decimal)
    for day, quantity in units.items() or [(terms.boundary(k), Decimal(0))]:
        by_price[segments.in_force(line=line, k=k, on=day)[1]] += quantity
    if len(by_price) == 1:
        yield from inputs(unit_price=next(iter(by_price)))
        return
    yield from (Input(name=f"at {price}", value=quantity) for price, quantity in by_price.items())


def _tiers(line: Line, quantity: Decimal) -> Iterator[Input]:
    assert line.pricing is not None
    if isinstance(line.pricing, Package):
        count = tiers.packages(pricing=line.pricing, quantity=quantity)
        yield from inputs(packages=count, package_size=line.pricing.size, package_price=line.pricing.unit_price_cents)
        return
    table = (f"{_reach(tier)} at {tier.unit_price_cents}{_flat(tier)}" for tier in line.pricing.tiers)
    yield Input(name="tier table", value="; ".join(table))
    for tier, units in tiers.reached(pricing=line.pricing, quantity=quantity) if quantity > 0 else ():
        yield Input(name=f"tier {_reach(tier)}", value=f"{_plain(units)} x {tier.unit_price_cents}{_flat(tier)}")


def _reach(tier: Tier) -> str:
    return "beyond" if tier.up_to is None else f"up to {_plain(tier.up_to)}"


def _flat(tier: Tier) -> str:
    return f" + {tier.flat_cents}" if tier.flat_cents else ""


def _discount(place: Place, line: Line, facts: Facts) -> Discount | None:
    """What delivery to date has earned of the line's share, less what was given before."""
    share_cents = facts.shares.of_per_unit(line)
    if not share_cents:
        return None
    booked = [row for rows in facts.bookings.values() for row in rows if row.line == line.position]
    units = _units_to_date(place, line, facts, booked)
    earned = per_unit.earned_discount(line=line, share_cents=share_cents, units=units)
    given = sum(row.discount_cents for row in booked if not row.made_along or _order(row, place) < 0)
    return Discount(
        portions=facts.portions(line=line, k=place.charge.period),
        working=Working(
            formula="share x units to date / units ordered, at most the share",
            inputs=inputs(share=share_cents, units_to_date=units, ordered=line.qty),
            exact=per_unit.exact_discount(line=line, share_cents=share_cents, units=units),
            cents=earned,
        ),
        given_before_cents=given,
        cents=earned - given,
    )


def _units_to_date(place: Place, line: Line, facts: Facts, booked: list[Booking]) -> Fraction:
    """The units of all periods that were billed or due by then, without those that are billed after this charge."""
    known = {row.period for row in booked} | {place.charge.period}
    delivered = facts.progress.delivered_on(line.position)
    total = sum(
        (
            Fraction(deliveries.total(units))
            for k, units in delivered.items()
            if k in known or facts.terms.arrears_date(k) <= place.invoice_date
        ),
        Fraction(0),
    )
    return total - sum(
        (_units(row, line, facts) for row in booked if row.made_along and _order(row, place) > 0), Fraction(0)
    )


def _units(row: Booking, line: Line, facts: Facts) -> Fraction:
    """The units one booking bills: all of a period for the first time, else as many as the difference pays for."""
    if row.period not in facts.progress.book.of_line(line.position):
        return Fraction(deliveries.total(facts.progress.delivered_on(line.position).get(row.period, {})))
    return Fraction(row.amount_cents, ramps.in_force(line=line, k=row.period)[1] or 1)


def _order(row: Booking, place: Place) -> int:
    """Whether a booking made in the same go came before this charge or after it: by date, late ones last, by period."""
    mine = place.invoice_date, place.line.kind is Kind.LATE_USAGE, place.charge.period
    other = row.invoice_date, row.kind is Kind.LATE_USAGE, row.period
    return (other > mine) - (other < mine)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
