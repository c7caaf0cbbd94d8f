"""Day Zero's words into the core's commands."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from billing.engine.terms import Rule, Timing
from orders.commands import KEEP, CreateOrder, ItemRef, LineSpec, Origin, Signature, UpdateOrder

Values: TypeAlias = Mapping[str, Any]


def create_order(values: Values) -> CreateOrder:
    """The draft that a validated body asks for."""
    return CreateOrder(
        origin=Origin.DAYZERO,
        customer=values["customer_id"],
        project=values.get("project_id"),
        order_description=values.get("order_description"),
        order_start_date=values.get("order_start_date"),
        first_invoice_date=values.get("first_invoice_date"),
        term_months=values.get("term_months"),
        discount_cents=values.get("discount_cents") or 0,
        tax_treatment=values.get("tax_treatment"),
        currency=values.get("currency"),
        lines=_lines(values.get("lines")),
    )


def update_order(values: Values) -> UpdateOrder:
    """The changes of a validated body: absent keeps, null clears, lines replace all lines."""
    return UpdateOrder(
        customer=values.get("customer_id", KEEP),
        project=values.get("project_id", KEEP),
        order_description=values.get("order_description", KEEP),
        order_start_date=values.get("order_start_date", KEEP),
        first_invoice_date=values.get("first_invoice_date", KEEP),
        term_months=values.get("term_months", KEEP),
        discount_cents=(values["discount_cents"] or 0) if "discount_cents" in values else KEEP,
        tax_treatment=values.get("tax_treatment", KEEP),
        lines=_lines(values["lines"]) if "lines" in values else KEEP,
    )


def signature(values: Values) -> Signature:
    return Signature(signer_name=values.get("signer_name") or "", signer_email=values.get("signer_email") or "")


def _lines(lines: list[Values] | None) -> tuple[LineSpec, ...]:
    return tuple(map(_line, lines or ()))


def _line(line: Values) -> LineSpec:
    item, timing = line.get("catalog_item_id"), line.get("billing_timing")
    return LineSpec(
        item=None if item is None else ItemRef(scheme="uid", code=item),
        description=line.get("description"),
        qty=line["qty"],
        unit_price_cents=line["unit_price_cents"],
        billing_rule=Rule(line.get("billing_rule") or Rule.FLAT),
        billing_timing=None if timing is None else Timing(timing),
        ramp_schedule=line.get("ramp_schedule"),
    )
