"""Currencies by ISO 4217. The minor unit is ISO's exponent (R2), so a yen has none and a Kuwaiti dinar three."""

from decimal import Decimal

from iso4217 import Currency

# Funds, metals and test codes have no minor unit and bill nothing.
EXPONENTS: dict[str, int] = {c.code: c.exponent for c in Currency if c.exponent is not None}


def is_known(code: str) -> bool:
    return code in EXPONENTS


def to_major(*, cents: int, currency: str) -> Decimal:
    """An amount in major units, exactly."""
    return Decimal(cents).scaleb(-EXPONENTS[currency])


def to_minor(*, amount: Decimal, currency: str) -> Decimal:
    """An amount of major units in minor ones, exactly; whole where the currency has all of its decimals."""
    return amount.scaleb(EXPONENTS[currency])


def major_units(*, cents: int, currency: str) -> str:
    """An amount as text in major units: 123456 USD is "1,234.56", -5 JPY is "-5"."""
    exponent = EXPONENTS[currency]
    whole, rest = divmod(abs(cents), 10**exponent)
    fraction = f".{rest:0{exponent}d}" if exponent else ""
    return f"{'-' if cents < 0 else ''}{whole:,}{fraction}"


def amount(cents: int, currency: str) -> str:
    """The same after its currency: "USD 1,234.56"."""
    return f"{currency} {major_units(cents=cents, currency=currency)}"
