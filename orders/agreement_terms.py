"""The terms of an order: as the engine reads them, and as the document that is hashed, signed and approved."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeGuard

from billing.engine import ramps, refusals
from billing.engine import terms as engine
from billing.handover import AgreementLineTerms, AgreementTerms
from orders.errors import RefusedTerms
from orders.models import Line, Order


def engine_terms(*, order: Order, lines: Sequence[Line], approved_on: date) -> engine.Terms:
    """The order as the engine bills it (R1: the anchor falls back to the start, then to the approval day).

    Raises RefusedTerms for a ramp that cannot be read.
    """
    return engine.Terms(
        anchor_date=order.first_invoice_date or order.order_start_date or approved_on,
        start_date=order.order_start_date,
        approved_on=approved_on,
        term_months=order.term_months,
        discount_cents=order.discount_cents,
        lines=tuple(map(engine_line, lines)),
    )


def engine_line(line: Line) -> engine.Line:
    """One line as the engine reads it. Raises RefusedTerms for a ramp that cannot be read."""
    return engine.Line(
        position=line.position,
        description=line.description,
        qty=line.qty,
        unit_price_cents=line.unit_price_cents,
        rule=engine.Rule(line.billing_rule),
        timing=engine.Timing(line.billing_timing) if line.billing_timing else None,
        ramp=_ramp(line),
    )


def to_agreement(*, order: Order, lines: Sequence[Line], approved_on: date) -> AgreementTerms:
    """The frozen copy that approval hands down to billing."""
    return AgreementTerms(
        business=order.business,
        order_uid=order.uid,
        order_number=order.number,
        customer=order.customer,
        order_start_date=order.order_start_date,
        first_invoice_date=order.first_invoice_date,
        term_months=order.term_months,
        approved_on=approved_on,
        currency=order.currency,
        discount_cents=order.discount_cents,
        tax_treatment=order.tax_treatment,
        terms_sha256=order.terms_sha256,
        lines=tuple(map(_agreement_line, lines)),
    )


def is_ramp(schedule: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a free-form ramp_schedule claims the shape that the engine reads."""
    return isinstance(schedule, dict) and "steps" in schedule


def _agreement_line(line: Line) -> AgreementLineTerms:
    return AgreementLineTerms(
        position=line.position,
        order_line_uid=line.uid,
        catalog_item_uid=line.catalog_item.uid if line.catalog_item else None,
        description=line.description,
        qty=line.qty,
        unit_price_cents=line.unit_price_cents,
        billing_rule=engine.Rule(line.billing_rule),
        billing_timing=engine.Timing(line.billing_timing) if line.billing_timing else None,
        ramp_schedule=line.ramp_schedule,
    )


def _ramp(line: Line) -> tuple[engine.RampStep, ...]:
    if not is_ramp(line.ramp_schedule):
        return ()
    try:
        return ramps.parse(line.ramp_schedule)
    except refusals.TermsRefused as refused:
        raise RefusedTerms(
            refused.message, field=f"lines[{line.position}].ramp_schedule", rule=refused.code
        ) from refused


def sha256(*, order: Order, lines: Sequence[Line]) -> str:
    """The hash of the terms, the same for the same terms whatever their order of keys or spelling of numbers."""
    text = json.dumps(_document(order, lines), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _document(order: Order, lines: Sequence[Line]) -> dict[str, object]:
    return {
        "order": str(order.uid),
        "customer": order.customer_id,
        "project": order.project_id,
        "description": order.description,
        "order_start_date": _iso(order.order_start_date),
        "first_invoice_date": _iso(order.first_invoice_date),
        "term_months": order.term_months,
        "discount_cents": order.discount_cents,
        "tax_treatment": order.tax_treatment,
        "currency": order.currency,
        "lines": [line_document(line) for line in lines],
    }


def line_document(line: Line) -> dict[str, object]:
    """A line's terms in one spelling."""
    return {
        "position": line.position,
        "catalog_item": line.catalog_item_id,
        "description": line.description,
        "qty": f"{line.qty.normalize():f}",
        "unit_price_cents": line.unit_price_cents,
        "billing_rule": line.billing_rule,
        "billing_timing": line.billing_timing,
        "ramp": [
            [
                step.from_month,
                None if step.qty is None else f"{step.qty.normalize():f}",
                step.unit_price_cents,
            ]
            for step in _ramp(line)
        ],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
