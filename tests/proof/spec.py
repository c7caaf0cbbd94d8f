"""Random orders: any rules, timings, ramps, price models, discounts, lead-ins, minimums and taxes together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from billing.engine.terms import Rule, Stub, Timing
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin
from tests.proof.reference import Line, Order, Step

TAXES = {"": ("none", "0"), "vat": ("exclusive", "19.5"), "sales": ("exclusive", "8.875"), "inside": ("inclusive", "7")}
TIERS = [
    {"up_to": "10", "unit_price_cents": 101},
    {"up_to": "25", "unit_price_cents": 53, "flat_cents": 7},
    {"up_to": None, "unit_price_cents": 7},
]
PRICINGS: list[Mapping[str, object]] = [
    {"model": "graduated", "tiers": TIERS},
    {"model": "volume", "tiers": TIERS},
    {"model": "package", "size": "4", "unit_price_cents": 333},
]
CENTS = st.integers(1, 9_999)
QUANTITIES = st.sampled_from([Decimal(text) for text in ("1", "2", "3", "7", "10", "2.5", "0.333333")])


@dataclass(frozen=True, kw_only=True)
class Spec:
    """An order to be, the day it is approved, and how it is taxed."""

    order: Order
    tax: str


def steps(months: int) -> st.SearchStrategy[tuple[Step, ...]]:
    one = st.builds(Step, month=st.integers(1, months), qty=st.none() | QUANTITIES, cents=CENTS | st.just(0))
    return st.lists(one, max_size=3, unique_by=lambda step: step.month).map(
        lambda found: tuple(sorted(found, key=lambda step: step.month))
    )


@st.composite
def lines(draw: st.DrawFn, months: int | None, item: str) -> Line:
    rule = draw(st.sampled_from(["recurring", "recurring", "flat", "prepaid_block", "per_unit", "usage_metered"]))
    line = Line(rule=rule, qty=draw(QUANTITIES), cents=draw(CENTS))
    match rule:
        case "recurring":
            upfront = draw(st.booleans()) if months else False
            return replace(line, upfront=upfront, ramp=draw(steps(months or 12)))
        case "prepaid_block":
            expiry = draw(st.none() | st.integers(1, 4))
            return replace(line, qty=Decimal(40), item=draw(st.sampled_from([None, item])), expiry_months=expiry)
        case "per_unit":
            return replace(line, qty=Decimal(20))
        case "usage_metered":
            pricing = draw(st.sampled_from([None, None, *PRICINGS]))
            ramp = () if pricing else tuple(replace(step, qty=None) for step in draw(steps(months or 12)))
            return replace(line, item=draw(st.sampled_from([None, item])), pricing=pricing, ramp=ramp)
    return line


@st.composite
def specs(draw: st.DrawFn, item: str) -> Spec:
    months = draw(st.sampled_from([1, 2, 3, 5, 12, None]))
    anchor = draw(st.sampled_from([date(2026, 1, 31), date(2026, 1, 1), date(2026, 2, 15), date(2028, 2, 29)]))
    order = Order(
        anchor=anchor,
        start=anchor - timedelta(days=draw(st.sampled_from([0, 0, 0, 10, 45]))),
        approved=anchor + timedelta(days=draw(st.sampled_from([-20, -20, 0, 5, 40, 200]))),
        months=months,
        discount=0,
        lines=draw(st.lists(lines(months, item), min_size=1, max_size=4)),
        stub=draw(st.booleans()),
        minimum=draw(st.sampled_from([0, 0, 0, 12_345])),
    )
    if months or all(line.rule != "recurring" for line in order.lines):
        order.discount = draw(st.integers(0, 10)) * order.committed_total() // 10
    return Spec(order=order, tax=draw(st.sampled_from(list(TAXES))))


def command(spec: Spec, customer: str) -> CreateOrder:
    """The same order in the words of the product."""
    order = spec.order
    return CreateOrder(
        origin=Origin.STAFF,
        customer=customer,
        order_start_date=order.start,
        first_invoice_date=order.anchor,
        term_months=order.months,
        discount_cents=order.discount,
        tax_treatment=spec.tax or None,
        stub=Stub.PRORATE if order.stub else Stub.NONE,
        minimum_commitment_cents=order.minimum,
        lines=tuple(map(line_spec, order.lines)),
    )


def line_spec(line: Line) -> LineSpec:
    return LineSpec(
        qty=line.qty,
        unit_price_cents=line.cents,
        item=ItemRef(scheme="uid", code=line.item) if line.item else None,
        description="Line",
        billing_rule=Rule(line.rule),
        billing_timing=Timing.ALL_UPFRONT if line.upfront else None,
        ramp_schedule=ramp(line),
        prepaid_expiry_months=line.expiry_months,
        pricing=line.pricing,
    )


def ramp(line: Line) -> dict[str, object] | None:
    rows: list[dict[str, object]] = []
    for step in line.ramp:
        row: dict[str, object] = {"from_month": step.month}
        if step.qty is not None:
            row["qty"] = str(step.qty)
        if step.cents is not None:
            row["unit_price_cents"] = step.cents
        rows.append(row)
    return {"steps": rows} if rows else None
