"""The order of a case, in Day Zero's field names, as the command that every door ends in."""

from billing.engine.terms import Rule, Timing
from orders.cases.nodes import Node
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin

# The scheme of the item codes that stand for a file's catalog_item_id.
ITEM_SCHEME = "case"

ORDER = frozenset(
    "customer_id order_description order_start_date first_invoice_date term_months discount_cents tax_treatment "
    "currency lines".split()
)
LINE = frozenset("catalog_item_id description qty unit_price_cents billing_rule billing_timing ramp_schedule".split())


def unknown_fields(order: Node) -> list[str]:
    """What the order carries beyond the fields we know."""
    lines = order["lines"].elements()
    return [
        *(f"order.{key}" for key in order.names() if key not in ORDER),
        *(f"order.lines.{key}" for line in lines for key in line.names() if key not in LINE),
    ]


def command(order: Node) -> CreateOrder:
    """The draft to create; its customer is named once there is one."""
    return CreateOrder(
        origin=Origin.STAFF,
        customer=order.maybe("customer_id", Node.text) or "",
        order_description=order.maybe("order_description", Node.text),
        order_start_date=order.maybe("order_start_date", Node.day),
        first_invoice_date=order.maybe("first_invoice_date", Node.day),
        term_months=order.maybe("term_months", Node.whole),
        discount_cents=order.maybe("discount_cents", Node.whole) or 0,
        tax_treatment=order.maybe("tax_treatment", Node.text),
        currency=order.maybe("currency", Node.text),
        lines=tuple(map(line_spec, order["lines"].elements())),
    )


def line_spec(line: Node) -> LineSpec:
    """A line as written in a file."""
    item = line.maybe("catalog_item_id", Node.text)
    return LineSpec(
        item=ItemRef(scheme=ITEM_SCHEME, code=item) if item else None,
        description=line.maybe("description", Node.text),
        qty=line["qty"].quantity(),
        unit_price_cents=line["unit_price_cents"].whole(),
        billing_rule=line.maybe("billing_rule", lambda rule: rule.one_of(Rule)) or Rule.FLAT,
        billing_timing=line.maybe("billing_timing", lambda timing: timing.one_of(Timing)),
        ramp_schedule=line.maybe("ramp_schedule", Node.as_is),
    )
