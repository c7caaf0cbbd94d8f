"""What a line costs for the days up to the anniversary, truncated from exact values as published. No Django."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

DAYS_OF_A_TERM = 365


@dataclass(frozen=True, kw_only=True, slots=True)
class Reduction:
    """What comes off a unit's price: a percentage, then an amount in minor units."""

    percent: Decimal = Decimal(0)
    amount_cents: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Priced:
    """The prices of a line in exact minor units: of a unit for a whole term before and after its reduction, of a unit
    for the days of this term, and of the line.
    """

    partner: Fraction
    discounted: Fraction
    net: Fraction
    line: Fraction
    exponent: int

    @property
    def partner_price(self) -> Decimal:
        return self._major(self.partner)

    @property
    def discounted_price(self) -> Decimal:
        return self._major(self.discounted)

    @property
    def net_price(self) -> Decimal:
        """Of a unit for the days of this term, to one place more than the currency has."""
        return truncated(self.net / 10**self.exponent, places=self.exponent + 1)

    @property
    def line_price(self) -> Decimal:
        return self._major(self.line)

    @property
    def line_cents(self) -> int:
        """What is billed."""
        return int(self.line)

    def _major(self, cents: Fraction) -> Decimal:
        return truncated(cents / 10**self.exponent, places=self.exponent)


def price(*, unit_price_cents: int, quantity: int, days: int, exponent: int, reduction: Reduction) -> Priced:
    """Prices of a quantity for so many days of a term of 365; nothing is rounded on the way."""
    partner = Fraction(unit_price_cents)
    discounted = max(Fraction(0), partner * (1 - Fraction(reduction.percent) / 100) - reduction.amount_cents)
    net = discounted * Fraction(days, DAYS_OF_A_TERM)
    return Priced(partner=partner, discounted=discounted, net=net, line=net * quantity, exponent=exponent)


def truncated(value: Fraction, *, places: int) -> Decimal:
    """A value that is not negative, cut off after so many decimals: 24.6567 is 24.65."""
    return Decimal(value.numerator * 10**places // value.denominator).scaleb(-places)
