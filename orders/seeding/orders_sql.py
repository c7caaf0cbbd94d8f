"""The rows of seeded orders and their customers, a chunk at a time.

Of twenty orders four are approved, one waits, two are drafts, five are rejected and eight cancelled. They begin on the
first of the month after they were made.
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
# In the order in which they are run.
STORED = KINDS, KIND_LINES, PLACED, ORDER_LINES, KNOWN, ORDERS, LINES, EVENTS, APPROVALS
SEQUENCE = "SELECT setval(%(sequence)s::regclass, %(orders)s)"
