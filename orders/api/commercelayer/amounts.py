"""Amounts as Commerce Layer prints them: cents, a number in major units, and text with the currency's symbol."""

from customers import currencies

# Symbol, between thousands, before decimals. Others are written like the dollar, after their code.
FORMATS = {
    "EUR": ("€", ".", ","),
    "USD": ("$", ",", "."),
    "GBP": ("£", ",", "."),
    "JPY": ("¥", ",", "."),
}


def formatted(*, cents: int, currency: str) -> str:
    """Symbol first, the minus before it: -€1.234,50."""
    symbol, thousands, decimals = FORMATS.get(currency, (f"{currency} ", ",", "."))
    text = currencies.major_units(cents=abs(cents), currency=currency)
    swapped = text.translate(str.maketrans(",.", thousands + decimals))
    return f"{'-' if cents < 0 else ''}{symbol}{swapped}"


def number(*, cents: int, currency: str) -> float:
    """The nearest JSON number in major units; nothing is ever computed from it."""
    return float(currencies.to_major(cents=cents, currency=currency))


def trio_names(*names: str) -> tuple[str, ...]:
    """The names under which `trio` puts these amounts."""
    return tuple(written for name in names for written in (f"{name}_cents", f"{name}_float", f"formatted_{name}"))


def trio(name: str, cents: int | None, currency: str) -> dict[str, object]:
    """`name_cents`, `name_float`, `formatted_name`; three nulls for an amount that is not there."""
    return {
        f"{name}_cents": cents,
        f"{name}_float": None if cents is None else number(cents=cents, currency=currency),
        f"formatted_{name}": None if cents is None else formatted(cents=cents, currency=currency),
    }
