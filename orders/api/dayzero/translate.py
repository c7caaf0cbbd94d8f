"""Day Zero's words into the core's commands."""

from collections.abc import Mapping
from typing import Any, TypeAlias
from uuid import UUID

from billing.engine.terms import Rule, Timing
from billing.services import Hours
from billing.states import SubmittedVia
from orders.commands import (
    KEEP,
    CreateOrder,
    DraftChangeOrder,
    ItemRef,
    LineChange,
    LineSpec,
    Origin,
    Signature,
    UpdateOrder,
)

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


def draft_change_order(values: Values) -> DraftChangeOrder:
    """The change that a validated body asks for; of delta_lines without any known part only its words."""
    delta = values.get("delta_lines") or {}
    return DraftChangeOrder(
        description=values.get("description") or "",
        value_delta_cents=values["value_delta_cents"],
        delta_lines=delta.get("as_sent"),
        effective_on=delta.get("effective_date"),
        requested_on=delta.get("requested_date"),
        changed=tuple(
            LineChange(
                order_line=line["order_line_id"],
                qty=line.get("qty"),
                unit_price_cents=line.get("unit_price_cents"),
            )
            for line in delta.get("changed_lines") or ()
        ),
        added=_lines(delta.get("added_lines")),
    )


def hours(values: Values) -> Hours:
    """What somebody reports, of a validated body."""
    return Hours(
        hours=values["hours"],
        entry_date=values["entry_date"],
        order_line_uid=_uid(values.get("order_line_id")),
        catalog_item_uid=_uid(values.get("catalog_item_id")),
        description=values.get("description") or "",
        submitted_by=values.get("submitted_by") or "",
        submitted_via=SubmittedVia(values.get("submitted_via") or SubmittedVia.MANUAL),
        source_message_id=values.get("source_message_id") or "",
    )


def _uid(given: str | None) -> UUID | None:
    return UUID(given) if given else None


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
