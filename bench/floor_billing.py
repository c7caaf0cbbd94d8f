"""The floor of a billing run: the same rows by set-based statements, a chunk to a transaction."""

from datetime import date
from typing import Any

from django.db import connection, transaction

from bench.seed import NOON
from customers.models import Business

CHUNK = 500
CLAIM = """
    CREATE TEMP TABLE due ON COMMIT DROP AS
    SELECT a.*, nextval('billing_invoice_id_seq') AS invoice_id, row_number() OVER (ORDER BY a.id) AS n
    FROM (
        SELECT * FROM billing_agreement
        WHERE business_id = %(business)s AND status = 'active' AND next_due_date <= %(day)s
        ORDER BY next_due_date, id LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
    ) a
"""
INVOICES = """
    INSERT INTO billing_invoice (
        id, business_id, uid, type, status, agreement_id, customer_id, customer_name, order_number, currency,
        invoice_date, due_date, subtotal_cents, discount_cents, tax_cents, total_cents, tax_treatment, tax_mode,
        tax_rate_percent, amount_paid_cents, is_held, created_at, updated_at
    )
    SELECT d.invoice_id, d.business_id, gen_random_uuid(), 'invoice', 'draft', d.id, d.customer_id, d.customer_name,
        d.order_number, d.currency, d.next_due_date, d.next_due_date + d.net_days, s.cents, 0, 0, s.cents,
        d.tax_treatment, d.tax_mode, 0, 0, false, %(at)s, %(at)s
    FROM due d JOIN (
        SELECT agreement_id, sum(round(qty * unit_price_cents)) AS cents FROM billing_agreementline
        WHERE agreement_id IN (SELECT id FROM due) GROUP BY agreement_id
    ) s ON s.agreement_id = d.id
"""
LINES = """
    INSERT INTO billing_invoiceline (
        business_id, invoice_id, position, agreement_line_id, kind, description, quantity, unit_price_cents,
        amount_cents, discount_cents, tax_cents, service_start, service_end_exclusive
    )
    SELECT l.business_id, d.invoice_id, l.position, l.id, 'recurring', l.description || ' - period 1 of 12', l.qty,
        l.unit_price_cents, round(l.qty * l.unit_price_cents), 0, 0, d.next_due_date, %(next)s
    FROM due d JOIN billing_agreementline l ON l.agreement_id = d.id ORDER BY d.n, l.position
"""
CHARGES = """
    INSERT INTO billing_charge (
        business_id, agreement_line_id, period, kind, revision, invoice_line_id, amount_cents, discount_cents
    )
    SELECT l.business_id, l.agreement_line_id, 0, l.kind, 0, l.id, l.amount_cents, 0
    FROM billing_invoiceline l WHERE l.invoice_id IN (SELECT invoice_id FROM due) ORDER BY l.id
"""
EVENTS = """
    INSERT INTO customers_event (
        business_id, subject_type, subject_id, action, channel, actor_name, request_id, at, before, after
    )
    SELECT i.business_id, 'invoice', i.id, %(action)s, 'command', %(actor_name)s, '', %(at)s, '{}',
        jsonb_build_object('number', 'INV-' || lpad(i.number::text, greatest(6, length(i.number::text)), '0'),
            'status', i.status, 'invoice_date', i.invoice_date, 'due_date', i.due_date, 'total_cents', i.total_cents,
            'currency', i.currency)
    FROM billing_invoice i WHERE i.id IN (SELECT invoice_id FROM due) ORDER BY i.id
"""
NUMBERS = """
    INSERT INTO billing_invoicecounter AS c (business_id, series, last_number, last_issued_at)
    SELECT %(business)s, 'invoice', count(*), %(at)s FROM due
    ON CONFLICT (business_id, series) DO UPDATE SET last_number = c.last_number + excluded.last_number
    RETURNING last_number - (SELECT count(*) FROM due)
"""
ISSUE = """
    UPDATE billing_invoice i SET number = %(first)s + d.n, status = 'open', issued_at = %(at)s, sent_at = %(at)s
    FROM due d WHERE i.id = d.invoice_id
"""
SCHEDULE = """
    UPDATE billing_agreement a SET next_due_date = %(next)s, billed_through_date = %(day)s, updated_at = %(at)s
    FROM due d WHERE a.id = d.id
"""


class Floor:
    """The invoices of a day, issued for every agreement of a business."""

    def __init__(self, *, business: Business, day: date, following: date, actor_name: str) -> None:
        self._values: dict[str, Any] = {
            "business": business.pk,
            "day": day,
            "next": following,
            "at": NOON,
            "chunk": CHUNK,
            "actor_name": actor_name,
        }

    @transaction.atomic
    def bill_chunk(self) -> int:
        """Issue the next invoices; answers how many."""
        values = self._values
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, values)
            count = int(cursor.rowcount)
            if not count:
                return 0
            for statement in (INVOICES, LINES, CHARGES):
                cursor.execute(statement, values)
            cursor.execute(EVENTS, {**values, "action": "draft"})
            cursor.execute(NUMBERS, values)
            (first,) = cursor.fetchone() or (0,)
            cursor.execute(ISSUE, {**values, "first": first})
            cursor.execute(EVENTS, {**values, "action": "issue"})
            cursor.execute(SCHEDULE, values)
        return count
