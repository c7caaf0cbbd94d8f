"""What metered usage may come to: as ordered, half of it, or half as much again. Terms in, terms out."""

from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from billing.engine.terms import Line, Rule, Terms

PLACES = Decimal("0.000001")


class Usage(StrEnum):
    LOW = "low"
    EXPECTED = "expected"
    HIGH = "high"


FACTORS = {Usage.LOW: Decimal("0.5"), Usage.EXPECTED: Decimal(1), Usage.HIGH: Decimal("1.5")}
IN_WORDS = {Usage.LOW: "half of what is expected", Usage.EXPECTED: "as ordered", Usage.HIGH: "half as much again"}


def with_usage(*, terms: Terms, usage: Usage) -> Terms:
    """The same terms with the expected quantities of metered lines scaled; what is committed stays."""
    if usage is Usage.EXPECTED:
        return terms
    return replace(terms, lines=tuple(_scaled(line, FACTORS[usage]) for line in terms.lines))


def _scaled(line: Line, factor: Decimal) -> Line:
    if line.rule is not Rule.USAGE_METERED:
        return line
    ramp = tuple(step if step.qty is None else replace(step, qty=_times(step.qty, factor)) for step in line.ramp)
    return replace(line, qty=_times(line.qty, factor), ramp=ramp)


def _times(qty: Decimal, factor: Decimal) -> Decimal:
    return (qty * factor).quantize(PLACES)
