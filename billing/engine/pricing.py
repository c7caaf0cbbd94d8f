"""Reading the price model of a usage line from its JSON; anything else is refused under the given field name."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Never

from billing.engine import reading
from billing.engine.terms import TermsRefused
from billing.engine.tiers import Model, Package, Tier, Tiered

TIER_KEYS = {"up_to", "unit_price_cents", "flat_cents"}


def parse(value: Mapping[str, object], *, field: str = "pricing") -> Tiered | Package:
    """Read `{"model": "graduated"|"volume", "tiers": [...]}` or `{"model": "package", "size": .., ...}`."""
    match value.get("model"):
        case "package":
            return _package(value, field)
        case "graduated" | "volume" as model:
            return _tiered(value, Model(model), field)
    _refuse(field, "takes the models graduated, volume and package")


def _package(value: Mapping[str, object], field: str) -> Package:
    if set(value) != {"model", "size", "unit_price_cents"}:
        _refuse(field, "takes size and unit_price_cents for packages")
    return Package(
        size=_quantity(value["size"], f"{field}.size"),
        unit_price_cents=_cents(value["unit_price_cents"], f"{field}.unit_price_cents"),
    )


def _tiered(value: Mapping[str, object], model: Model, field: str) -> Tiered:
    rows = value.get("tiers")
    if set(value) != {"model", "tiers"} or not isinstance(rows, list | tuple) or not rows:
        _refuse(field, "takes tiers, with a list of at least one tier")
    tiers = tuple(_tier(row, f"{field}.tiers[{i}]") for i, row in enumerate(rows))
    _check_order(tiers, field)
    return Tiered(model=model, tiers=tiers)


def _tier(value: object, field: str) -> Tier:
    if not isinstance(value, Mapping) or not set(value) <= TIER_KEYS:
        _refuse(field, "takes up_to, unit_price_cents and flat_cents only")
    up_to = value.get("up_to")
    return Tier(
        up_to=None if up_to is None else _quantity(up_to, f"{field}.up_to"),
        unit_price_cents=_cents(value.get("unit_price_cents"), f"{field}.unit_price_cents"),
        flat_cents=_cents(value.get("flat_cents", 0), f"{field}.flat_cents"),
    )


def _check_order(tiers: Sequence[Tier], field: str) -> None:
    ends = [tier.up_to for tier in tiers]
    if ends[-1] is not None:
        _refuse(field, "must end in a tier without up_to")
    bounded = [end for end in ends[:-1] if end is not None]
    if len(bounded) < len(ends) - 1 or any(later <= earlier for earlier, later in pairwise(bounded)):
        _refuse(field, "must have an up_to that increases from tier to tier")


def _quantity(value: object, field: str) -> Decimal:
    qty = reading.quantity(value)
    if qty is None:
        _refuse(field, "must be a number above 0")
    return qty


def _cents(value: object, field: str) -> int:
    cents = reading.integer(value, low=0, high=reading.MAX_UNIT_PRICE_CENTS)
    if cents is None:
        _refuse(field, f"must be an integer from 0 to {reading.MAX_UNIT_PRICE_CENTS:,}")
    return cents


def _refuse(field: str, rule: str) -> Never:
    raise TermsRefused(code="pricing_invalid", field=field, message=f"{field} {rule}.")
