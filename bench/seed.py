"""Agreements by the thousand, each of three monthly lines at prices of its own, straight into the tables."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from customers.models import Business, Customer

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
AGREEMENTS = """
    INSERT INTO billing_agreement (
        business_id, uid, order_uid, order_number, customer_id, customer_name, start_date, anchor_date, term_months,
        approved_on, currency, discount_cents, tax_treatment, tax_mode, stub, minimum_commitment_cents, timezone,
        net_days, terms_sha256, line_count, status, next_due_date, created_at, updated_at
    )
    SELECT %(business)s, gen_random_uuid(), gen_random_uuid(),
        'ORD-' || lpad(n::text, greatest(6, length(n::text)), '0'), %(customer)s, 'Customer',
        '2026-01-31', '2026-01-31', 12, '2026-01-05', 'USD', 0, '', 'none', 'none', 0, 'UTC', 30, repeat('0', 64), 3,
        'active', '2026-01-31', %(at)s, %(at)s
    FROM generate_series(1, %(count)s) n
"""
LINES = """
    INSERT INTO billing_agreementline (
        business_id, agreement_id, position, order_line_uid, description, qty, unit_price_cents, billing_rule,
        billing_timing, committed_qty, delivered_qty
    )
    SELECT a.business_id, a.id, p, gen_random_uuid(), 'Plan ' || p, p + 1,
        1000 + right(a.order_number, 3)::int + p, %(rule)s, %(timing)s,
        p + 1, 0
    FROM billing_agreement a, generate_series(0, 2) p WHERE a.business_id = %(business)s
"""


def agreements(*, count: int, rule: str = "recurring") -> Business:
    """A business of its own with so many agreements, the first period of each due on 2026-01-31.

    By another rule its lines are what only that rule bills.
    """
    business = Business.objects.create(uid=uuid4(), name="Bench", created_at=NOON)
    customer = Customer.objects.create(
        business=business, uid=uuid4(), name="Customer", email="books@example.com", created_at=NOON, updated_at=NOON
    )
    values: dict[str, Any] = {"business": business.pk, "customer": customer.pk, "count": count, "at": NOON}
    values |= {"rule": rule, "timing": "each_period" if rule == "recurring" else ""}
    with connection.cursor() as cursor:
        cursor.execute(AGREEMENTS, values)
        cursor.execute(LINES, values)
        cursor.execute("ANALYZE billing_agreement, billing_agreementline")
    return business
