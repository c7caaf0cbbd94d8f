"""What a client asks of the programme, already read: ids are public ones, blank means absent."""

from dataclasses import dataclass

from orders.licensing.vocabulary import LicenceOrderType


@dataclass(frozen=True, kw_only=True, slots=True)
class LineRequest:
    """A line as it was sent. Without a quantity a renewal takes what would renew."""

    number: int
    offer: str = ""
    quantity: int | None = None
    subscription: str = ""
    currency: str = ""
    deployment: str = ""
    discount_code: str = ""
    flex_codes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRequest:
    """An order as it was sent; `is_preview` stores nothing and takes the best level there is."""

    order_type: LicenceOrderType
    lines: tuple[LineRequest, ...]
    is_preview: bool = False
    with_prices: bool = False
    reference: str = ""
    currency: str = ""
    original: str = ""
