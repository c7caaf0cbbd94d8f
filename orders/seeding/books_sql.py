"""The rows of the books that follow from a chunk of seeded orders, once these are stored.

Of an approved order's first months those that have begun are invoiced, and seven in ten of those invoices are paid.
"""

AGREEMENTS = """
    INSERT INTO billing_agreement (
        id, business_id, uid, order_uid, order_number, customer_id, customer_name, start_date, anchor_date, term_months,
        approved_on, currency, discount_cents, tax_treatment, tax_mode, stub, minimum_commitment_cents, timezone,
        net_days, terms_sha256, line_count, status, next_due_date, billed_through_date, created_at, updated_at
    )
    SELECT o.agreement_id, %(business)s, gen_random_uuid(), o.uid, o.number, o.customer_id, o.customer_name,
        o.start_date, o.start_date, %(term_months)s, (o.decided_at AT TIME ZONE 'UTC')::date, o.currency, 0, '', 'none',
        'none', 0, 'UTC', 30, o.terms_sha256, 2, 'active', (o.start_date + o.invoices * interval '1 month')::date,
        CASE WHEN o.invoices > 0 THEN (o.start_date + (o.invoices - 1) * interval '1 month')::date END, o.decided_at,
        CASE WHEN o.invoices > 0 THEN %(at)s ELSE o.decided_at END
    FROM seed_order o WHERE o.status = 'approved' ORDER BY o.n
"""
AGREEMENT_LINES = """
    INSERT INTO billing_agreementline (
        business_id, agreement_id, position, order_line_uid, catalog_item_uid, description, qty, unit_price_cents,
        billing_rule, billing_timing, committed_qty, delivered_qty
    )
    SELECT %(business)s, l.agreement_id, l.position, l.uid, l.item_uid, l.description, l.qty, l.unit_price_cents,
        'recurring', 'each_period', l.qty, 0
    FROM seed_order_line l WHERE l.agreement_id IS NOT NULL ORDER BY l.n, l.position
"""
OPENED = """
    INSERT INTO customers_event (
        business_id, subject_type, subject_id, action, channel, staff_member_id, actor_name, request_id, at, before,
        after
    )
    SELECT %(business)s, 'agreement', o.agreement_id, 'open', 'admin', %(approver)s, %(approver_name)s, '',
        o.decided_at, '{}', jsonb_build_object('order', o.number, 'terms_sha256', o.terms_sha256)
    FROM seed_order o WHERE o.status = 'approved' ORDER BY o.n
"""
APPROVED = """
    UPDATE orders_order r SET status = 'approved', version = 3, approved_at = o.decided_at,
        approved_by_id = %(approver)s, approved_channel = 'admin', agreement_id = o.agreement_id,
        updated_at = o.decided_at
    FROM seed_order o WHERE o.status = 'approved' AND r.id = o.id AND r.business_id = %(business)s
"""
DUE = """
    CREATE TEMP TABLE seed_invoice ON COMMIT DROP AS
    SELECT d.*, nextval('billing_invoice_id_seq') AS id, %(numbered)s + row_number() OVER (ORDER BY d.n, d.period)
        AS number, (d.n / 20 + d.period) %% 10 < 7 AS is_paid
    FROM (
        SELECT o.n, o.agreement_id, o.customer_id, o.customer_name, o.number AS order_number, o.currency, o.month_cents,
            period, (o.start_date + period * interval '1 month')::date AS invoice_date,
            (o.start_date + (period + 1) * interval '1 month')::date AS ends
        FROM seed_order o, generate_series(0, o.invoices - 1) period
    ) d
"""
INVOICES_KNOWN = "ANALYZE seed_invoice, billing_agreementline"
INVOICES = """
    INSERT INTO billing_invoice (
        id, business_id, uid, type, status, agreement_id, customer_id, customer_name, order_number, currency,
        invoice_date, due_date, subtotal_cents, discount_cents, tax_cents, total_cents, tax_treatment, tax_mode,
        tax_rate_percent, amount_paid_cents, is_held, created_at, updated_at
    )
    SELECT i.id, %(business)s, gen_random_uuid(), 'invoice', 'draft', i.agreement_id, i.customer_id, i.customer_name,
        i.order_number, i.currency, i.invoice_date,
        i.invoice_date + 30, i.month_cents, 0, 0, i.month_cents, '', 'none', 0, 0, false, %(at)s, %(at)s
    FROM seed_invoice i ORDER BY i.number
"""
INVOICE_LINES = """
    INSERT INTO billing_invoiceline (
        business_id, invoice_id, position, agreement_line_id, kind, description, quantity, unit_price_cents,
        amount_cents, discount_cents, tax_cents, service_start, service_end_exclusive
    )
    SELECT %(business)s, i.id, l.position, l.id, 'recurring',
        l.description || ' - period ' || i.period + 1 || ' of ' || %(term_months)s, l.qty, l.unit_price_cents,
        round(l.qty * l.unit_price_cents), 0, 0, i.invoice_date, i.ends
    FROM seed_invoice i
    JOIN billing_agreementline l ON l.business_id = %(business)s AND l.agreement_id = i.agreement_id
    ORDER BY i.number, l.position
"""
CHARGES = """
    INSERT INTO billing_charge (
        business_id, agreement_line_id, period, kind, revision, invoice_line_id, amount_cents, discount_cents
    )
    SELECT l.business_id, l.agreement_line_id, i.period, l.kind, 0, l.id, l.amount_cents, 0
    FROM seed_invoice i JOIN billing_invoiceline l ON l.business_id = %(business)s AND l.invoice_id = i.id ORDER BY l.id
"""
ISSUED = """
    UPDATE billing_invoice r SET number = i.number, status = 'open', issued_at = %(at)s, sent_at = %(at)s
    FROM seed_invoice i WHERE r.id = i.id AND r.business_id = %(business)s
"""
PAYMENTS = """
    INSERT INTO billing_payment (
        business_id, customer_id, invoice_id, amount_cents, currency, received_date, method, reference, reversal_reason,
        created_at
    )
    SELECT %(business)s, i.customer_id, i.id, i.month_cents, i.currency, least(%(today)s::date, i.invoice_date + 20),
        'bank_transfer', '', '', %(at)s
    FROM seed_invoice i WHERE i.is_paid ORDER BY i.number
"""
PAID = """
    UPDATE billing_invoice r SET status = 'paid', amount_paid_cents = r.total_cents
    FROM seed_invoice i WHERE i.is_paid AND r.id = i.id AND r.business_id = %(business)s
"""
INVOICE_EVENTS = """
    INSERT INTO customers_event (
        business_id, subject_type, subject_id, action, channel, actor_name, request_id, at, before, after
    )
    SELECT %(business)s, 'invoice', i.id, e.action, 'command', %(actor)s, '', %(at)s, '{}', e.after
    FROM seed_invoice i, LATERAL (
        SELECT 1 AS step, 'issue' AS action, jsonb_build_object(
            'number', 'INV-' || lpad(i.number::text, greatest(6, length(i.number::text)), '0'), 'status', 'open',
            'invoice_date', i.invoice_date, 'due_date', i.invoice_date + 30,
            'total_cents', i.month_cents, 'currency', i.currency) AS after
        UNION ALL
        SELECT 2, 'pay', jsonb_build_object('status', 'paid', 'amount_paid_cents', i.month_cents,
            'currency', i.currency, 'payment_cents', i.month_cents, 'reference', '', 'reason', '')
        WHERE i.is_paid
    ) e
    ORDER BY i.number, e.step
"""
# In the order in which they are run.
STORED = (
    *(AGREEMENTS, AGREEMENT_LINES, OPENED, APPROVED),
    *(DUE, INVOICES_KNOWN, INVOICES, INVOICE_LINES, CHARGES, ISSUED, PAYMENTS, PAID, INVOICE_EVENTS),
)
COUNTER = """
    INSERT INTO billing_invoicecounter (business_id, series, last_number, last_issued_at)
    VALUES (%(business)s, 'invoice', %(numbered)s, %(at)s)
"""
