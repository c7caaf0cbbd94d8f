"""Tax of a document: computed once on its net total, then shown on its lines so that they add up (R8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.engine import money
from billing.engine.terms import TermsRefused


class Mode(StrEnum):
    """Whether prices are free of tax, before it or with it."""

    NONE = "none"
    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedTax:
    """The tax of all that an order bills, signed with an arithmetic of its own: R8 does not run again over it."""

    cents: int
    rate_percent: Decimal
    is_included: bool

    @property
    def mode(self) -> Mode:
        """How the amount stands beside the prices."""
        return Mode.INCLUSIVE if self.is_included else Mode.EXCLUSIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A row of the tax table: a frozen mode, and the rates by the day each came into force, oldest first.

    With `fixed_cents` it is the tax of an agreement's one document instead, and its rate is only shown.
    """

    label: str
    mode: Mode
    rates: tuple[tuple[date, Decimal], ...] = ()
    fixed_cents: int | None = None

    @classmethod
    def fixed(cls, tax: FixedTax) -> "Treatment":
        """A tax that was signed as an amount."""
        return cls(label="", mode=tax.mode, rates=((date.min, tax.rate_percent),), fixed_cents=tax.cents)

    def rate_on(self, day: date) -> Decimal:
        """The percentage in force on an invoice date; refused when the table begins later."""
        if self.mode is Mode.NONE:
            return Decimal(0)
        in_force = [rate for since, rate in self.rates if since <= day]
        if not in_force:
            raise TermsRefused(
                code="tax_rate_missing",
                field="tax_treatment",
                message=f"tax_treatment {self.label} has no rate in force on {day}: add it to the tax table.",
            )
        return in_force[-1]


def on_lines(*, tax: Treatment, nets: Sequence[int], rate_percent: Decimal) -> tuple[int, ...]:
    """The tax of a document with these net amounts at one rate, as it is shown on its lines."""
    if tax.fixed_cents == 0:
        return (0,) * len(nets)
    if tax.fixed_cents is not None:
        return money.apportion(
            total=tax.fixed_cents, numerators=[net * tax.fixed_cents for net in nets], denominator=sum(nets)
        )
    tax_cents = amount(net_cents=sum(nets), mode=tax.mode, rate_percent=rate_percent)
    return by_line(tax_cents=tax_cents, nets=nets, mode=tax.mode, rate_percent=rate_percent)


def amount(*, net_cents: int, mode: Mode, rate_percent: Decimal) -> int:
    """The tax of a net total: added on top when exclusive, found inside it when inclusive."""
    numerator, denominator = fraction_of_net(mode=mode, rate_percent=rate_percent)
    if mode is Mode.INCLUSIVE:
        return net_cents - money.round_ratio(numerator=net_cents * (denominator - numerator), denominator=denominator)
    return money.round_ratio(numerator=net_cents * numerator, denominator=denominator)


def by_line(*, tax_cents: int, nets: Sequence[int], mode: Mode, rate_percent: Decimal) -> tuple[int, ...]:
    """A document's tax shown on its lines, by largest remainder."""
    numerator, denominator = fraction_of_net(mode=mode, rate_percent=rate_percent)
    return money.apportion(total=tax_cents, numerators=[net * numerator for net in nets], denominator=denominator)


def fraction_of_net(*, mode: Mode, rate_percent: Decimal) -> tuple[int, int]:
    """The part of a net total that is tax, as numerator and denominator."""
    percent, scale = rate_percent.as_integer_ratio()
    match mode:
        case Mode.NONE:
            return 0, 1
        case Mode.EXCLUSIVE:
            return percent, 100 * scale
        case Mode.INCLUSIVE:
            return percent, 100 * scale + percent
