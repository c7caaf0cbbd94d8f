"""The rows of seeded orders, a chunk at a time. Statements are run in the order in which they stand here.

Of twenty orders four are approved, one waits, two are drafts, five are rejected and eight cancelled. They begin on the
first of the month after they were made. Of an approved order's first months those that have begun are invoiced, and
seven in ten of those invoices are paid.
"""

CUSTOMERS = """
    INSERT INTO customers_customer (
        business_id, uid, name, legal_name, tax_id, email, phone, status, timezone, attributes, created_at, updated_at
    )
    SELECT %(business)s, gen_random_uuid(),
        (ARRAY['Harbor', 'Meridian', 'Copper', 'Tallgrass', 'Fennel', 'Lakeshore', 'Redwood', 'Sable', 'Orchard',
            'Kestrel'])[1 + n %% 10] || ' '
        || (ARRAY['Works', 'Health', 'Brewing', 'Energy', 'Foods', 'Museum', 'Outfitters', 'Insurance', 'Press',
            'Logistics'])[1 + n / 10 %% 10] || ' ' || lpad(n::text, greatest(6, length(n::text)), '0'),
        '', '', 'books' || n || '@example.com', '', 'active', '', '{}', %(begun)s, %(begun)s
    FROM generate_series(1, %(customers)s) n
"""
CUSTOMER_EVENTS = """
    INSERT INTO customers_event (
        business_id, subject_type, subject_id, action, channel, actor_name, request_id, at, before, after
    )
    SELECT c.business_id, 'customer', c.id, 'create', 'command', %(actor)s, '', c.created_at, '{}',
        jsonb_build_object('name', c.name, 'email', c.email, 'status', c.status)
    FROM customers_customer c WHERE c.business_id = %(business)s ORDER BY c.id
"""

# What an order is, by its place among all of them alone, so that chunks may be written at once.
PLACES = """
    SELECT p.*, greatest(0, least(%(months)s, CASE WHEN status = 'approved' THEN
        1 + 12 * (extract(year FROM %(today)s::date) - extract(year FROM start_date))
        + extract(month FROM %(today)s::date) - extract(month FROM start_date) ELSE 0 END))::int AS invoices
    FROM (
        SELECT m.*, (date_trunc('month', created_at AT TIME ZONE 'UTC') + interval '1 month')::date AS start_date,
            created_at + interval '1 minute' AS submitted_at, created_at + interval '2 minutes' AS decided_at
        FROM (
            SELECT n, n / 20 %% %(kinds_count)s AS place, n::bigint * 7919 %% %(customers)s AS buyer,
                %(at)s::timestamptz - interval '3 minutes' - interval '400 days' * (1 - n::float / %(orders)s)
                    AS created_at,
                (ARRAY['approved', 'cancelled', 'rejected', 'cancelled', 'draft', 'approved', 'cancelled', 'rejected',
                    'cancelled', 'submitted', 'approved', 'cancelled', 'rejected', 'cancelled', 'draft', 'approved',
                    'cancelled', 'rejected', 'cancelled', 'rejected'])[1 + n %% 20] AS status,
                CASE WHEN n / 20 %% 4 = 0 THEN 'staff' ELSE 'dayzero' END AS origin
            FROM generate_series(%(first)s::int, %(last)s::int) n
        ) m
    ) p
"""
COUNT_INVOICES = f"SELECT coalesce(sum(invoices), 0) FROM ({PLACES}) q"  # noqa: S608  # a constant

KINDS = """
    CREATE TEMP TABLE seed_kind ON COMMIT DROP AS
    SELECT * FROM jsonb_to_recordset(%(kinds)s::jsonb) AS k (
        place int, currency text, total_cents bigint, month_cents bigint, terms text, lines jsonb
    )
"""
KIND_LINES = """
    CREATE TEMP TABLE seed_line ON COMMIT DROP AS
    SELECT k.place, l.* FROM seed_kind k, jsonb_to_recordset(k.lines) AS l (
        position int, item bigint, item_uid uuid, description text, qty numeric, unit_price_cents bigint,
        total_cents bigint, month_cents bigint
    )
"""
PLACED = f"""
    CREATE TEMP TABLE seed_order ON COMMIT DROP AS
    SELECT q.*, k.currency, k.total_cents, k.month_cents, c.id AS customer_id, c.name AS customer_name,
        'ORD-' || lpad(q.n::text, greatest(6, length(q.n::text)), '0') AS number,
        CASE WHEN q.status IN ('draft', 'cancelled') THEN '' ELSE encode(sha256(convert_to(replace(replace(replace(
            k.terms, %(no_uid)s, q.uid::text), %(no_customer)s, c.id::text), %(no_day)s, q.start_date::text), 'UTF8'
        )), 'hex') END AS terms_sha256
    FROM (
        SELECT r.*, nextval('orders_order_id_seq') AS id, gen_random_uuid() AS uid,
            CASE WHEN r.status = 'approved' THEN nextval('billing_agreement_id_seq') END AS agreement_id
        FROM ({PLACES}) r
    ) q
    JOIN seed_kind k ON k.place = q.place
    JOIN (
        SELECT id, name, row_number() OVER (ORDER BY id) - 1 AS buyer
        FROM customers_customer WHERE business_id = %(business)s
    ) c ON c.buyer = q.buyer
"""  # noqa: S608  # a constant
ORDERS = """
    INSERT INTO orders_order (
        id, business_id, uid, number, origin, status, version, customer_id, description, order_start_date, term_months,
        discount_cents, tax_treatment, currency, stub, minimum_commitment_cents, subtotal_cents, total_cents, reference,
        tags, attributes, payment_status, fulfilment_status, contributor_ids, created_by_id, created_through_id,
        terms_sha256, submitted_at, signed_sha256, signer_name, signer_email, po_number, approved_channel, cancelled_at,
        failure_code, decision_reason, created_at, updated_at
    )
    SELECT o.id, %(business)s, o.uid, o.number, o.origin,
        CASE WHEN o.status = 'approved' THEN 'submitted' ELSE o.status END,
        CASE o.status WHEN 'draft' THEN 1 WHEN 'rejected' THEN 3 ELSE 2 END, o.customer_id, '', o.start_date,
        %(term_months)s, 0, '', o.currency, 'none', 0, o.total_cents, o.total_cents, '', '{}', '{}', 'unpaid',
        'unfulfilled', CASE WHEN o.origin = 'staff' THEN ARRAY[%(drafter)s]::bigint[] ELSE '{}' END,
        CASE WHEN o.origin = 'staff' THEN %(drafter)s END, CASE WHEN o.origin = 'dayzero' THEN %(credential)s END,
        o.terms_sha256, CASE WHEN o.status IN ('submitted', 'approved', 'rejected') THEN o.submitted_at END, '', '', '',
        '', '', CASE WHEN o.status = 'cancelled' THEN o.submitted_at END, '',
        CASE o.status WHEN 'rejected' THEN 'Too dear' WHEN 'cancelled' THEN 'Not wanted' ELSE '' END, o.created_at,
        CASE o.status WHEN 'draft' THEN o.created_at WHEN 'rejected' THEN o.decided_at ELSE o.submitted_at END
    FROM seed_order o ORDER BY o.n
"""
ORDER_LINES = """
    CREATE TEMP TABLE seed_order_line ON COMMIT DROP AS
    SELECT o.n, o.id AS order_id, o.agreement_id, gen_random_uuid() AS uid, l.*
    FROM seed_order o JOIN seed_line l ON l.place = o.place
"""
# Without it the planner takes these tables for all but empty.
KNOWN = "ANALYZE seed_kind, seed_line, seed_order, seed_order_line"
LINES = """
    INSERT INTO orders_line (
        business_id, uid, order_id, position, catalog_item_id, description, qty, unit_price_cents, billing_rule,
        billing_timing, line_total_cents, reference, attributes
    )
    SELECT %(business)s, l.uid, l.order_id, l.position, l.item, l.description, l.qty, l.unit_price_cents, 'recurring',
        'each_period', l.total_cents, '', '{}'
    FROM seed_order_line l ORDER BY l.n, l.position
"""
# Each order is told as its services would have told it: made, submitted, decided.
EVENTS = """
    INSERT INTO customers_event (
        business_id, subject_type, subject_id, action, channel, staff_member_id, credential_id, actor_name, request_id,
        at, before, after
    )
    SELECT %(business)s, 'order', o.id, e.action, e.channel, e.member, e.credential, e.actor, '', e.at, '{}', e.after
    FROM seed_order o,
        LATERAL (
            SELECT o.origin = 'staff' AS by_staff,
                CASE WHEN o.origin = 'staff' THEN 'admin' ELSE 'dayzero' END AS through
        ) how,
        LATERAL (
            SELECT 1 AS step, 'create' AS action, how.through AS channel,
                CASE WHEN how.by_staff THEN %(drafter)s::bigint END AS member,
                CASE WHEN NOT how.by_staff THEN %(credential)s::bigint END AS credential,
                CASE WHEN how.by_staff THEN %(drafter_name)s ELSE %(credential_name)s END AS actor,
                o.created_at AS at, jsonb_build_object(
                    'status', 'draft', 'version', 1, 'customer_id', o.customer_id, 'order_start_date', o.start_date,
                    'term_months', %(term_months)s::int, 'currency', o.currency, 'total_cents', o.total_cents,
                    'subtotal_cents', o.total_cents) AS after
            UNION ALL
            SELECT 2, 'submit', how.through, CASE WHEN how.by_staff THEN %(drafter)s::bigint END,
                CASE WHEN NOT how.by_staff THEN %(credential)s::bigint END,
                CASE WHEN how.by_staff THEN %(drafter_name)s ELSE %(credential_name)s END, o.submitted_at,
                jsonb_build_object('status', 'submitted', 'version', 2, 'terms_sha256', o.terms_sha256)
            WHERE o.status IN ('submitted', 'approved', 'rejected')
            UNION ALL
            SELECT 3, CASE o.status WHEN 'approved' THEN 'approve' ELSE 'reject' END, 'admin', %(approver)s::bigint,
                NULL, %(approver_name)s, o.decided_at, jsonb_build_object('status', o.status, 'version', 3)
            WHERE o.status IN ('approved', 'rejected')
            UNION ALL
            SELECT 3, 'cancel', how.through, CASE WHEN how.by_staff THEN %(drafter)s::bigint END,
                CASE WHEN NOT how.by_staff THEN %(credential)s::bigint END,
                CASE WHEN how.by_staff THEN %(drafter_name)s ELSE %(credential_name)s END, o.submitted_at,
                jsonb_build_object('status', 'cancelled', 'version', 2)
            WHERE o.status = 'cancelled'
        ) e
    ORDER BY o.n, e.step
"""
APPROVALS = """
    INSERT INTO orders_orderapproval (
        business_id, order_id, version, terms_sha256, submitted_at, approved_by_id, channel, role, limit_cents, reasons,
        at
    )
    SELECT %(business)s, o.id, 2, o.terms_sha256, o.submitted_at, %(approver)s, 'admin', 'approver', %(limit)s, '{}',
        o.decided_at
    FROM seed_order o WHERE o.status = 'approved' ORDER BY o.n
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
CHUNK = (
    *(KINDS, KIND_LINES, PLACED, ORDER_LINES, KNOWN, ORDERS, LINES, EVENTS, APPROVALS, AGREEMENTS, AGREEMENT_LINES),
    *(OPENED, APPROVED, DUE, INVOICES_KNOWN, INVOICES, INVOICE_LINES, CHARGES, ISSUED, PAYMENTS, PAID, INVOICE_EVENTS),
)
COUNTER = """
    INSERT INTO billing_invoicecounter (business_id, series, last_number, last_issued_at)
    VALUES (%(business)s, 'invoice', %(numbered)s, %(at)s)
"""
SEQUENCE = "SELECT setval(%(sequence)s::regclass, %(orders)s)"
TABLES = (
    *("customers_customer", "customers_event", "orders_order", "orders_line", "orders_orderapproval"),
    *("billing_agreement", "billing_agreementline", "billing_invoice", "billing_invoiceline", "billing_charge"),
    "billing_payment",
)
