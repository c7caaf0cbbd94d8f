"""The terms of an order: as the engine reads them, and as the document that is hashed, signed and approved."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import TypeGuard

from billing.engine import pricing, ramps, refusals
from billing.engine import terms as engine
from billing.engine.tax import FixedTax
from billing.engine.tiers import Package, Tiered
from billing.handover import AgreementLineTerms, AgreementTerms
from customers.json_values import Encoder
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
        stub=engine.Stub(order.stub),
        minimum_commitment_cents_per_period=order.minimum_commitment_cents,
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
        catalog_item=str(line.catalog_item.uid) if line.catalog_item else None,
        prepaid_expiry_months=line.prepaid_expiry_months,
        pricing=_pricing(line),
        fixed_amount_cents=line.fixed_amount_cents,
    )


def fixed_tax(order: Order) -> FixedTax | None:
    """The tax that an order carries as an amount, or None where the tax table decides."""
    if order.fixed_tax_cents is None or order.fixed_tax_rate_percent is None:
        return None
    return FixedTax(
        cents=order.fixed_tax_cents,
        rate_percent=order.fixed_tax_rate_percent,
        is_included=bool(order.fixed_tax_is_included),
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
        stub=engine.Stub(order.stub),
        minimum_commitment_cents=order.minimum_commitment_cents,
        terms_sha256=order.terms_sha256,
        lines=tuple(map(_agreement_line, lines)),
        fixed_tax=fixed_tax(order),
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
        prepaid_expiry_months=line.prepaid_expiry_months,
        pricing=line.pricing,
        fixed_amount_cents=line.fixed_amount_cents,
    )


def _ramp(line: Line) -> tuple[engine.RampStep, ...]:
    if not is_ramp(line.ramp_schedule):
        return ()
    with _named(f"lines[{line.position}].ramp_schedule"):
        return ramps.parse(line.ramp_schedule)


def _pricing(line: Line) -> Package | Tiered | None:
    if line.pricing is None:
        return None
    with _named(f"lines[{line.position}].pricing"):
        return pricing.parse(line.pricing)


@contextmanager
def _named(field: str) -> Iterator[None]:
    """A refusal of the engine under the name of the order's own field."""
    try:
        yield
    except refusals.TermsRefused as refused:
        raise RefusedTerms(refused.message, field=field, rule=refused.code) from refused


def sha256(*, order: Order, lines: Sequence[Line]) -> str:
    """The hash of the terms, the same for the same terms whatever their order of keys or spelling of numbers."""
    return hashlib.sha256(text(order=order, lines=lines).encode()).hexdigest()


def text(*, order: Order, lines: Sequence[Line]) -> str:
    """What is hashed: the terms as JSON with sorted keys."""
    document = _document(order, lines)
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=Encoder)


def _document(order: Order, lines: Sequence[Line]) -> dict[str, object]:
    """The terms in one spelling. What only some doors sign is in it where they do."""
    tax = fixed_tax(order)
    own_tax: dict[str, object] = {"fixed_tax": [tax.cents, _plain(tax.rate_percent), tax.is_included]} if tax else {}
    return own_tax | {
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
        "stub": order.stub,
        "minimum_commitment_cents": order.minimum_commitment_cents,
        "lines": [line_document(line) for line in lines],
    }


def line_document(line: Line) -> dict[str, object]:
    """A line's terms in one spelling."""
    own_amount = {} if line.fixed_amount_cents is None else {"fixed_amount_cents": line.fixed_amount_cents}
    return own_amount | {
        "position": line.position,
        "catalog_item": line.catalog_item_id,
        "description": line.description,
        "qty": _plain(line.qty),
        "unit_price_cents": line.unit_price_cents,
        "billing_rule": line.billing_rule,
        "billing_timing": line.billing_timing,
        "ramp": [
            [
                step.from_month,
                None if step.qty is None else _plain(step.qty),
                step.unit_price_cents,
            ]
            for step in _ramp(line)
        ],
        "prepaid_expiry_months": line.prepaid_expiry_months,
        "pricing": line.pricing,
    }


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
