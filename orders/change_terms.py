"""The terms of a change order: as billing takes them, and as the document that is hashed and approved."""

import hashlib
import json
from collections.abc import Sequence

from billing.engine.terms import Rule, Timing
from billing.handover import AgreementLineTerms, ChangeTerms, LineAmendment
from billing.states import ChangePurpose
from customers.json_values import Encoder
from orders.models import ChangeOrder, ChangeOrderLine

# Purposes that say nothing without a line.
LINEWISE = frozenset({ChangePurpose.AMEND, ChangePurpose.CREDIT})


def to_agreement(*, change_order: ChangeOrder, lines: Sequence[ChangeOrderLine]) -> ChangeTerms | None:
    """What approval hands down to billing; None when the change order says nothing that could be billed."""
    needs_lines = change_order.purpose in LINEWISE and not change_order.ends
    if change_order.effective_date is None or (needs_lines and not lines):
        return None
    is_credit = change_order.purpose == ChangePurpose.CREDIT
    known = [line for line in lines if not line.is_added]
    return ChangeTerms(
        effective_on=change_order.effective_date,
        requested_on=change_order.requested_date,
        amended=() if is_credit else tuple(map(_amendment, known)),
        added=tuple(_added(line) for line in lines if line.is_added),
        ends=change_order.ends,
        purpose=ChangePurpose(change_order.purpose),
        term_months=change_order.term_months,
        credited=tuple(_amendment(line).position for line in known) if is_credit else (),
        reason=change_order.description[:1000],
    )


def sha256(*, change_order: ChangeOrder, lines: Sequence[ChangeOrderLine]) -> str:
    """The hash of everything that is approved."""
    document = _document(change_order, lines)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=Encoder)
    return hashlib.sha256(text.encode()).hexdigest()


def _amendment(line: ChangeOrderLine) -> LineAmendment:
    assert line.agreement_line is not None
    return LineAmendment(position=line.agreement_line.position, qty=line.qty, unit_price_cents=line.unit_price_cents)


def _added(line: ChangeOrderLine) -> AgreementLineTerms:
    assert line.qty is not None
    assert line.unit_price_cents is not None
    return AgreementLineTerms(
        # Where it comes to stand is known once it is agreed.
        position=0,
        order_line_uid=line.uid,
        catalog_item_uid=line.catalog_item.uid if line.catalog_item else None,
        description=line.description,
        qty=line.qty,
        unit_price_cents=line.unit_price_cents,
        billing_rule=Rule(line.billing_rule),
        billing_timing=Timing(line.billing_timing) if line.billing_timing else None,
        ramp_schedule=line.ramp_schedule,
    )


def _document(change_order: ChangeOrder, lines: Sequence[ChangeOrderLine]) -> dict[str, object]:
    days = (change_order.effective_date, change_order.requested_date)
    # What an amendment never says is left out, so that its hash stays what it was.
    more: dict[str, object] = {"ends": True} if change_order.ends else {}
    if change_order.purpose != ChangePurpose.AMEND:
        more |= {"purpose": change_order.purpose, "term_months": change_order.term_months}
    return more | {
        "change_order": str(change_order.uid),
        "agreement": change_order.agreement_id,
        "currency": change_order.currency,
        "description": change_order.description,
        "value_delta_cents": change_order.value_delta_cents,
        "delta_lines": change_order.delta_lines,
        "days": [day and day.isoformat() for day in days],
        "lines": list(map(line_document, lines)),
    }


def line_document(line: ChangeOrderLine) -> dict[str, object]:
    """A line's terms in one spelling."""
    return {
        "uid": str(line.uid),
        "position": line.position,
        "agreement_line": line.agreement_line_id,
        "catalog_item": line.catalog_item_id,
        "description": line.description,
        "qty": None if line.qty is None else f"{line.qty.normalize():f}",
        "unit_price_cents": line.unit_price_cents,
        "billing_rule": line.billing_rule,
        "billing_timing": line.billing_timing,
        "ramp_schedule": line.ramp_schedule,
    }
