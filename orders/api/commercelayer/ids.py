"""Public ids: ten letters in either case, by kind of thing and its row, in an alphabet of each business's own."""

import hashlib
from functools import lru_cache
from string import ascii_letters
from uuid import UUID

from sqids import Sqids

LENGTH = 10
LARGEST_KEY = 2**63 - 1
# A kind's place in this list is part of its ids: add at the end, never reorder.
KINDS = (
    "orders",
    "line_items",
    "shipment_lines",
    "payment_lines",
    "promotion_lines",
    "addresses",
    "customers",
    "markets",
    "skus",
    "prices",
    "price_lists",
    "shipments",
    "shipping_methods",
    "payment_methods",
    "wire_transfers",
    "credit_cards",
    "paypal_payments",
    "stripe_payments",
    "braintree_payments",
    "external_payments",
)


def encode(*, business: UUID, kind: str, key: int) -> str:
    """The public id of a row."""
    return _alphabet(business).encode([KINDS.index(kind), key])


def decode(*, business: UUID, text: str, kind: str) -> int | None:
    """The row of this kind that an id names; None for an id of another kind or business, or of nothing."""
    if not (text.isascii() and text.isalpha() and len(text) <= 4 * LENGTH):
        return None
    numbers = _alphabet(business).decode(text)
    if len(numbers) != 2 or numbers[0] != KINDS.index(kind) or numbers[1] > LARGEST_KEY:
        return None
    return numbers[1] if encode(business=business, kind=kind, key=numbers[1]) == text else None


@lru_cache(maxsize=1024)
def _alphabet(business: UUID) -> Sqids:
    """Letters in an order that only the business's own id tells, so that ids do not count up for strangers."""
    letters = sorted(ascii_letters, key=lambda letter: hashlib.sha256(business.bytes + letter.encode()).digest())
    return Sqids(alphabet="".join(letters), min_length=LENGTH)
