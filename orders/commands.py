"""What every door, the admin and the commands hand to the services: one vocabulary for an order to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final, TypeVar

from billing.engine.tax import FixedTax
from billing.engine.terms import Rule, Stub, Timing
from billing.states import ChangePurpose


class Origin(StrEnum):
    """Through which front door an order came; its dialect, for ever."""

    STAFF = "staff"
    DAYZERO = "dayzero"
    ADOBE = "adobe"
    VU = "vu"
    COMMERCELAYER = "commercelayer"
    BITBYBIT = "bitbybit"


class Keep(Enum):
    """In an update: leave this part as it is. (None clears it.)"""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemRef:
    """A catalog item by the name a scheme gives it; scheme `uid` is our own id."""

    scheme: str
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LineSpec:
    """One line: what, how many, at which price in minor units, and how it bills.

    `fixed_amount_cents` is the whole amount of a flat line whose door has published arithmetic of its own; it then
    stands for quantity times price. `reference` is the line's name in the door's own words, `attributes` what else
    the door echoes: no amount depends on either. `order_line` is the public id of the line of the order that this one
    goes on as; None is a new line.
    """

    qty: Decimal
    unit_price_cents: int
    item: ItemRef | None = None
    description: str | None = None
    billing_rule: Rule = Rule.FLAT
    billing_timing: Timing | None = None
    ramp_schedule: Mapping[str, object] | None = None
    prepaid_expiry_months: int | None = None
    pricing: Mapping[str, object] | None = None
    fixed_amount_cents: int | None = None
    reference: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    order_line: str | None = None

    @property
    def timing(self) -> Timing | None:
        """When it bills: a recurring line each period where nothing else is said."""
        return self.billing_timing or (Timing.EACH_PERIOD if self.billing_rule is Rule.RECURRING else None)


@dataclass(frozen=True, kw_only=True, slots=True)
class PartySpec:
    """Someone named on the order (billing, shipping, sold-to, ship-to), as written there."""

    role: str
    name: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    phone: str = ""
    line_1: str = ""
    line_2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CreateOrder:
    """A draft order. Ids are public ones; absent parts may be filled in later.

    `reference` is the order's number in the door's own words, `po_number` the customer's; `tags` and `attributes` are
    what the door echoes, or what staff sort by.
    """

    origin: Origin
    customer: str
    project: str | None = None
    order_description: str | None = None
    order_start_date: date | None = None
    first_invoice_date: date | None = None
    term_months: int | None = None
    discount_cents: int = 0
    tax_treatment: str | None = None
    currency: str | None = None
    stub: Stub = Stub.NONE
    minimum_commitment_cents: int = 0
    fixed_tax: FixedTax | None = None
    lines: tuple[LineSpec, ...] = ()
    parties: tuple[PartySpec, ...] = ()
    reference: str = ""
    tags: tuple[str, ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    po_number: str = ""
    valid_until_date: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TagEdit:
    """Tags that are put on and taken off; those that somebody else put on meanwhile stay."""

    add: tuple[str, ...] = ()
    remove: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class UpdateOrder:
    """Changes to a draft or an unsigned submitted order; its currency never changes.

    `lines`, `parties` and `attributes` replace the whole set.
    """

    customer: str | Keep = KEEP
    project: str | None | Keep = KEEP
    order_description: str | None | Keep = KEEP
    order_start_date: date | None | Keep = KEEP
    first_invoice_date: date | None | Keep = KEEP
    term_months: int | None | Keep = KEEP
    discount_cents: int | Keep = KEEP
    tax_treatment: str | None | Keep = KEEP
    fixed_tax: FixedTax | None | Keep = KEEP
    lines: tuple[LineSpec, ...] | Keep = KEEP
    parties: tuple[PartySpec, ...] | Keep = KEEP
    po_number: str | None | Keep = KEEP
    valid_until_date: date | None | Keep = KEEP
    tags: TagEdit | Keep = KEEP
    attributes: Mapping[str, object] | Keep = KEEP


class DateReason(StrEnum):
    """Why a line leaves or arrives on another day than was said."""

    INITIAL = "initial"
    PRODUCTION_DELAY = "production_delay"
    MATERIAL_DELAY = "material_delay"
    CUSTOMER_REQUEST = "customer_request"
    CARRIER_DELAY = "carrier_delay"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShipMethod:
    """How an order travels, in its carrier's codes."""

    carrier_code: str = ""
    service_code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PackedLine:
    """How many of a line are in a parcel; `line` is its row id."""

    line: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ShipOrder:
    """A parcel that leaves. `recipient` and `parcel` (weight, dimensions) are kept as written."""

    lines: tuple[PackedLine, ...]
    carrier_code: str = ""
    carrier_name: str = ""
    service_code: str = ""
    service_name: str = ""
    tracking_number: str = ""
    recipient: Mapping[str, object] = field(default_factory=dict)
    parcel: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """Who signed for the customer."""

    signer_name: str = ""
    signer_email: str = ""
    # The number of the customer's own purchase order.
    po_number: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineChange:
    """Another quantity, price or both for a line of the agreement, named by its order line's public id."""

    order_line: str
    qty: Decimal | None = None
    unit_price_cents: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftChangeOrder:
    """A change to an agreement, to be approved. `delta_lines` is what was sent, word for word.

    Without an `effective_on` nothing in it was understood: it may be drafted, and is never approved. Without a value
    it is worth what its lines come to. One that `ends` the agreement changes no line. One with another purpose than to
    amend changes none either: `term_months` is of a renewal, whose day is the end of the term so far, and `credited`
    are the lines that a credit takes back, by their order lines' public ids.
    """

    value_delta_cents: int | None = None
    description: str = ""
    delta_lines: Mapping[str, object] | None = None
    effective_on: date | None = None
    requested_on: date | None = None
    changed: tuple[LineChange, ...] = ()
    added: tuple[LineSpec, ...] = ()
    ends: bool = False
    purpose: ChangePurpose = ChangePurpose.AMEND
    term_months: int | None = None
    credited: tuple[str, ...] = ()
