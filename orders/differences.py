"""What differs between two versions of an order, in words: its header field by field, its lines one by one."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from customers import currencies

Said = Mapping[str, Any]
HEADER = {
    "order_start_date": "start",
    "first_invoice_date": "first invoice",
    "term_months": "term in months",
    "discount_cents": "contract discount",
    "tax_treatment": "tax",
    "currency": "currency",
    "description": "description",
    "stub": "days before the first invoice",
    "minimum_commitment_cents": "least a period comes to",
    "total_cents": "contract total",
    "po_number": "their purchase order",
    "valid_until_date": "offer valid until",
    "tags": "tags",
    "attributes": "attributes",
}
LINE = {
    "catalog_item": "item",
    "description": "description",
    "qty": "quantity",
    "unit_price_cents": "unit price",
    "billing_rule": "rule",
    "billing_timing": "timing",
    "ramp": "ramp",
    "prepaid_expiry_months": "months until it expires",
    "pricing": "price model",
    "fixed_amount_cents": "amount",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A value that `changed`, or a line that was `added`, `removed`, or `moved` among the others."""

    sign: str
    what: str
    before: str = ""
    after: str = ""


def between(*, before: Said, after: Said) -> list[Difference]:
    """The differences of two versions as the ledger keeps them; an unknown value is no difference."""
    currency = after.get("currency") or before.get("currency") or ""
    header = _fields(HEADER, before, after, prefix="", currency=currency)
    if before.get("lines") is None or after.get("lines") is None:
        return list(header)
    return [*header, *_lines(before["lines"], after["lines"], currency)]


def _lines(before: Sequence[Said], after: Sequence[Said], currency: str) -> Iterator[Difference]:
    pairs = _pairs(before, after)
    moved = _moved(pairs)
    for old, new in pairs:
        if old is None and new is not None:
            yield Difference(sign="added", what=_title(new, currency))
        elif new is None and old is not None:
            yield Difference(sign="removed", what=_title(old, currency))
        elif old is not None and new is not None:
            yield from _fields(LINE, old, new, prefix=f"{_name(new)}: ", currency=currency)
            if new["position"] in moved:
                places = (f"line {line['position'] + 1}" for line in (old, new))
                yield Difference(sign="moved", what=f"{_name(new)}: moved", before=next(places), after=next(places))


def _moved(pairs: Sequence[tuple[Said | None, Said | None]]) -> set[int]:
    """Where the lines stand now that left their place among those that stayed; as few as tell the new order.

    The longest run of lines that kept their order stayed. An addition or a removal moves nobody.
    """
    both = [(old["position"], new["position"]) for old, new in pairs if old is not None and new is not None]
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for number, (was, _) in enumerate(both):
        length = bisect_left(ends, was)
        before.append(last[length - 1] if length else None)
        ends[length : length + 1], last[length : length + 1] = [was], [number]
    stayed: set[int] = set()
    place = last[-1] if last else None
    while place is not None:
        stayed.add(place)
        place = before[place]
    return {now for number, (_, now) in enumerate(both) if number not in stayed}


def _pairs(before: Sequence[Said], after: Sequence[Said]) -> list[tuple[Said | None, Said | None]]:
    """Each line beside what it was: by its lasting id, else the same item in the same words, else the same place.

    A door that replaces all lines gives them new ids.
    """
    left = list(before)
    matched: dict[int, Said] = {}
    for same in (lambda line: line.get("uid"), _identity, lambda line: line["position"]):
        known: dict[Any, list[Said]] = {}
        for line in left:
            known.setdefault(same(line), []).append(line)
        for number, line in enumerate(after):
            if number not in matched and same(line) is not None and known.get(same(line)):
                matched[number] = known[same(line)].pop(0)
        taken = [id(line) for line in matched.values()]
        left = [line for line in left if id(line) not in taken]
    removed: list[tuple[Said | None, Said | None]] = [(line, None) for line in left]
    return [*((matched.get(number), line) for number, line in enumerate(after)), *removed]


def _identity(line: Said) -> tuple[object, str]:
    return line.get("catalog_item"), line["description"]


def _fields(names: Mapping[str, str], before: Said, after: Said, *, prefix: str, currency: str) -> Iterator[Difference]:
    for name, word in names.items():
        was, becomes = before.get(name), after.get(name)
        if name in before and name in after and (was or None) != (becomes or None):
            yield Difference(
                sign="changed",
                what=f"{prefix}{word}",
                before=_said(name, was, currency),
                after=_said(name, becomes, currency),
            )


def _title(line: Said, currency: str) -> str:
    price = currencies.amount(line["unit_price_cents"], currency)
    return f"{_name(line)}, {_quantity(line['qty'])} x {price}, {line['billing_rule'].replace('_', ' ')}"


def _name(line: Said) -> str:
    return line["description"] or f"line {line['position'] + 1}"


def _said(name: str, value: Any, currency: str) -> str:
    if value in (None, "", [], {}):
        return "nothing"
    if name.endswith("_cents"):
        return currencies.amount(value, currency)
    if name == "ramp":
        return "; ".join(_step(step, currency) for step in value)
    if name == "catalog_item":
        return f"item #{value}"
    return SPELLED[name](value) if name in SPELLED else str(value).replace("_", " ")


def _step(step: Sequence[Any], currency: str) -> str:
    month, qty, cents = step
    parts = [_quantity(qty)] if qty is not None else []
    if cents is not None:
        parts.append(currencies.amount(cents, currency))
    return f"from month {month} {' x '.join(parts)}"


def _quantity(text: str) -> str:
    return f"{Decimal(text).normalize():,f}"


SPELLED: Mapping[str, Callable[[Any], str]] = {
    "qty": _quantity,
    "tags": ", ".join,
    "attributes": lambda value: "; ".join(f"{name}: {said}" for name, said in value.items()),
    "po_number": str,
}
