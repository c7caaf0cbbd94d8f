"""Acceptance cases to write into a file: a plan of 100.00 a month for three months, approved and billed in January."""

import copy
import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]

JANUARY: Json = {
    "type": "invoice",
    "date": "2026-01-31",
    "subtotal_cents": 10_000,
    "tax_cents": 0,
    "total_cents": 10_000,
    "lines": [
        {
            "description": "Plan - period 1 of 3",
            "amount_cents": 10_000,
            "order_line": 0,
            "kind": "recurring",
            "service_start": "2026-01-31",
            "service_end_exclusive": "2026-02-28",
        }
    ],
}

PLAN: Json = {
    "id": "P1",
    "title": "Plan",
    "rules": ["R1"],
    "settings": {},
    "tax_table": {},
    "order": {
        "customer_id": "cus_1",
        "order_start_date": "2026-01-31",
        "first_invoice_date": "2026-01-31",
        "term_months": 3,
        "discount_cents": 0,
        "tax_treatment": "none",
        "currency": "USD",
        "lines": [
            {
                "catalog_item_id": "plan",
                "description": "Plan",
                "qty": "1",
                "unit_price_cents": 10_000,
                "billing_rule": "recurring",
                "billing_timing": "each_period",
            }
        ],
    },
    "events": [{"type": "approve", "on": "2026-01-31"}, {"type": "run_billing", "as_of": "2026-01-31"}],
    "expect": {"invoices": [JANUARY]},
}


def plan(**parts: object) -> Json:
    """The plan with some of its parts replaced."""
    return copy.deepcopy({**PLAN, **parts})


def plan_order(**fields: object) -> Json:
    """The plan's order with some of its fields replaced."""
    return copy.deepcopy({**PLAN["order"], **fields})


def line(**fields: object) -> Json:
    """The plan's line with some of its fields replaced."""
    return copy.deepcopy({**PLAN["order"]["lines"][0], **fields})


def invoice(**fields: object) -> Json:
    """January's invoice with some of its fields replaced."""
    return copy.deepcopy({**JANUARY, **fields})


def invoice_line(**fields: object) -> Json:
    """The line of January's invoice with some of its fields replaced."""
    return copy.deepcopy({**JANUARY["lines"][0], **fields})


def written(directory: Path, *cases: Json) -> Path:
    path = directory / "cases.json"
    path.write_text(json.dumps(cases))
    return path
