"""What is not committed to a date: expected metered usage, and ordered units still to be delivered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.engine import ramps
from billing.engine.discounts import Shares
from billing.engine.lines import Line, Rule
from billing.engine.rules import per_unit, usage_metered
from billing.engine.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An amount a line may come to: for one period of metered usage, or for all units of a per_unit line.

    Units are billed as they are delivered, so a per_unit line has neither period nor invoice date.
    """

    order_line: int
    description: str
    period: int | None
    invoice_date: date | None
    quantity: Decimal
    unit_price_cents: int
    amount_cents: int
    discount_cents: int


def of_terms(*, terms: Terms, until: date) -> tuple[Estimate, ...]:
    """Metered usage as ordered for each period invoiced by a day, and the value of all ordered units."""
    shares = Shares(terms=terms)
    found: list[Estimate] = []
    for line in terms.lines:
        if line.rule is Rule.USAGE_METERED and line.qty:
            found.extend(_usage(line, terms=terms, until=until))
        elif line.rule is Rule.PER_UNIT:
            found.append(_undelivered(line, discount_cents=shares.of_per_unit(line)))
    return tuple(found)


def _usage(line: Line, *, terms: Terms, until: date) -> Iterator[Estimate]:
    for k in terms.periods_from(0):
        if terms.invoice_date(k + 1) > until:
            return
        yield Estimate(
            order_line=line.position,
            description=f"{line.description} - period {k + 1}",
            period=k,
            invoice_date=terms.invoice_date(k + 1),
            quantity=line.qty,
            unit_price_cents=ramps.in_force(line=line, k=k)[1],
            amount_cents=usage_metered.amount(line=line, k=k, units={terms.boundary(k): line.qty}),
            discount_cents=0,
        )


def _undelivered(line: Line, *, discount_cents: int) -> Estimate:
    return Estimate(
        order_line=line.position,
        description=line.description,
        period=None,
        invoice_date=None,
        quantity=line.qty,
        unit_price_cents=line.unit_price_cents,
        amount_cents=per_unit.commitment(line=line),
        discount_cents=discount_cents,
    )
