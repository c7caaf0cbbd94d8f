"""Money between people and cents: typed as "1,234.56", kept as 123456."""

import re

from django.core.exceptions import ValidationError

from customers import currencies
from customers.checks import LARGEST_CENTS

TYPED = re.compile(r"(?P<whole>\d{1,16}|\d{1,3}(,\d{3})+)(\.(?P<fraction>\d+))?", re.ASCII)


def to_cents(*, text: str, currency: str, largest: int = LARGEST_CENTS) -> int:
    """The minor units of an amount as people type it. Raises ValidationError with a sentence for the field."""
    typed = TYPED.fullmatch(text.strip())
    if typed is None:
        raise ValidationError("Type an amount like 1234.50, without the currency.")
    exponent = currencies.EXPONENTS[currency]
    fraction = typed["fraction"] or ""
    if len(fraction) > exponent:
        raise ValidationError(f"{currency} has {exponent or 'no'} decimals.")
    cents = int(typed["whole"].replace(",", "") + fraction.ljust(exponent, "0"))
    if cents > largest:
        most = currencies.major_units(cents=largest, currency=currency)
        raise ValidationError(f"The largest possible amount is {currency} {most}.")
    return cents


def to_text(*, cents: int, currency: str) -> str:
    """An amount as `to_cents` reads it back, ready for an input."""
    return currencies.major_units(cents=cents, currency=currency).replace(",", "")
