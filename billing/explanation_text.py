"""An explanation in words: one text, for the command line, the desk and the API."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from billing.engine.charges import Kind
from billing.engine.periods import Period
from billing.workings import ChargeExplained, LineExplained, rulebook
from billing.workings.working import Deduction, Discount, Portion, TaxExplained, Value, Working
from customers import currencies
from customers.words import counted

DECIMALS = 6


def sentences(*, line: LineExplained, currency: str) -> list[str]:
    """A line's working, from its rules to its tax; amounts are minor units except in the result."""
    return list(_of_line(line, currency))


def _of_line(line: LineExplained, currency: str) -> Iterator[str]:
    if line.rules:
        yield "rules: " + ", ".join(f"{rule} {rulebook.NAMES[rule]}" for rule in line.rules)
    for charge in line.charges:
        yield from _of_charge(charge)
    if line.kind is Kind.DISCOUNT:
        yield "sum of the discount on the lines above"
    yield f"amount {line.amount_cents} = {currencies.amount(line.amount_cents, currency)}"
    if line.tax:
        yield from _of_tax(line.tax)
    yield from line.notes


def _of_charge(charge: ChargeExplained) -> Iterator[str]:
    yield f"{_name(charge)} {said(charge.service)}, revision {charge.revision}:"
    yield from _of_working(charge.target)
    for taken in charge.less:
        yield from _of_deduction(taken)
    if charge.less:
        yield f"difference {charge.amount_cents}"
    if charge.discount:
        yield from _of_discount(charge.discount)
    yield from charge.notes


def _name(charge: ChargeExplained) -> str:
    return "lead-in" if charge.period < 0 else f"period {charge.period + 1}"


def _of_working(working: Working) -> Iterator[str]:
    yield f"{working.formula}: " + ", ".join(f"{given.name} {said(given.value)}" for given in working.inputs)
    yield f"exact {said(working.exact)}, rounded half away from zero {working.cents}"


def _of_deduction(taken: Deduction) -> Iterator[str]:
    yield f"less {taken.cents}: {taken.what}"
    if taken.working:
        yield from _of_working(taken.working)


def _of_discount(discount: Discount) -> Iterator[str]:
    for portion in discount.portions:
        yield f"discount share: {_of_portion(portion)}"
    if discount.working:
        yield from _of_working(discount.working)
    if discount.given_before_cents:
        yield f"less {discount.given_before_cents}: discount given before"
    yield f"discount {discount.cents}"


def _of_portion(portion: Portion) -> str:
    extra = "one unit on top" if portion.extra else "nothing on top"
    return (
        f"{portion.cents} of {portion.total} among {portion.among}: exact {said(portion.exact)}, "
        f"remainder {portion.rank} of {portion.parts}, {extra}"
    )


def _of_tax(tax: TaxExplained) -> Iterator[str]:
    lines = counted(tax.lines, "line")
    yield f"tax {said(tax.rate_percent)} % {tax.mode} ({tax.treatment}), once for {lines}:"
    yield from _of_working(tax.working)
    yield f"tax share: {_of_portion(tax.portion)}"


def said(value: Value) -> str:
    """A value for readers: a fraction with its first decimals, days as `[start, end)`."""
    match value:
        case Decimal():
            return f"{value.normalize():f}"
        case Period():
            return f"[{value.start}, {value.end})"
        case Fraction():
            return _fraction(value)
        case _:
            return str(value)


def _fraction(value: Fraction) -> str:
    scaled = value * 10**DECIMALS
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(scaled.numerator) // scaled.denominator, 10**DECIMALS)
    decimals = f"{rest:0{DECIMALS}d}".rstrip("0")
    text = f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
    return text if scaled.denominator == 1 else f"{value} ({text}…)"
