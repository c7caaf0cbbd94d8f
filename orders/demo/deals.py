"""What the demo is told in: studios, their people and catalogs, and the orders they take."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from billing.engine.terms import Rule, Timing
from orders import policies
from orders.commands import ItemRef, LineSpec

ITEM_SCHEME = "sku"


class Fate(Enum):
    """How far an order gets."""

    DRAFT = auto()
    SENT_BACK = auto()
    CANCELLED = auto()
    WAITING = auto()
    SIGNED = auto()
    REJECTED = auto()
    APPROVED = auto()


class Hand(Enum):
    """Who drafts an order."""

    DRAFTER = auto()
    APPROVER = auto()
    API = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Deal:
    """One order: it starts on a day so many months before this one, so that the demo never grows old.

    Its last step comes so many days after that start, or so many days before today.
    """

    customer: str
    title: str
    lines: tuple[LineSpec, ...]
    months_ago: int
    day: int = 1
    term_months: int | None = 12
    discount_cents: int = 0
    tax: str = "standard"
    currency: str | None = None
    project: str | None = None
    last_step_after_days: int = -4
    last_step_days_ago: int | None = None
    fate: Fate = Fate.APPROVED
    hand: Hand = Hand.DRAFTER
    # Its next invoice is drafted ahead and kept out of billing runs.
    is_held: bool = False
    # So many units more of its first line, from the next period on, wait to be approved.
    asked_more: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    username: str
    first_name: str
    last_name: str
    limits: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """A customer; blank zone and no net days mean: as the studio."""

    name: str
    email: str
    timezone: str = ""
    net_days: int | None = None
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    sku: str
    name: str
    description: str
    unit_price_cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Studio:
    """A business with its people, its customers, its catalog and its orders."""

    name: str
    currency: str
    timezone: str
    drafter: Person
    approvers: tuple[Person, ...]
    ops: Person
    clients: tuple[Client, ...]
    items: tuple[Item, ...]
    deals: tuple[Deal, ...]
    finance: tuple[Person, ...] = ()
    auditors: tuple[Person, ...] = ()
    # What the approval policy asks since today, and what its next version, not yet approved, would ask.
    rules: tuple[policies.Rule, ...] = ()
    proposed_rules: tuple[policies.Rule, ...] = ()


def once(sku: str, qty: str, unit_price_cents: int) -> LineSpec:
    return _line(sku, qty, unit_price_cents, Rule.FLAT)


def units(sku: str, qty: str, unit_price_cents: int) -> LineSpec:
    return _line(sku, qty, unit_price_cents, Rule.PER_UNIT)


def block(sku: str, qty: str, unit_price_cents: int) -> LineSpec:
    return _line(sku, qty, unit_price_cents, Rule.PREPAID_BLOCK)


def metered(sku: str, qty: str, unit_price_cents: int, *steps: Mapping[str, object]) -> LineSpec:
    return _line(sku, qty, unit_price_cents, Rule.USAGE_METERED, steps=steps)


def monthly(
    sku: str,
    qty: str,
    unit_price_cents: int,
    *steps: Mapping[str, object],
    timing: Timing = Timing.EACH_PERIOD,
) -> LineSpec:
    return _line(sku, qty, unit_price_cents, Rule.RECURRING, timing=timing, steps=steps)


def step(from_month: int, *, qty: str | None = None, unit_price_cents: int | None = None) -> dict[str, object]:
    """A step of a ramp."""
    written = {"from_month": from_month, "qty": qty, "unit_price_cents": unit_price_cents}
    return {name: value for name, value in written.items() if value is not None}


def _line(
    sku: str,
    qty: str,
    unit_price_cents: int,
    rule: Rule,
    *,
    timing: Timing | None = None,
    steps: tuple[Mapping[str, object], ...] = (),
) -> LineSpec:
    return LineSpec(
        item=ItemRef(scheme=ITEM_SCHEME, code=sku),
        qty=Decimal(qty),
        unit_price_cents=unit_price_cents,
        billing_rule=rule,
        billing_timing=timing,
        ramp_schedule={"steps": list(steps)} if steps else None,
    )
