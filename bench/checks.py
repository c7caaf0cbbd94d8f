"""What must hold of the books after a run: as many rows as there should be, amounts that add up, gapless numbers."""

from typing import Any

from django.db import connection

from customers.models import Business

LINES = 3
BOOKS = """
    SELECT i.invoices, i.numbered, i.first, i.last, l.lines, c.charges, e.events, i.cents, l.cents, c.cents, o.cents
    FROM (SELECT count(*) AS invoices, count(DISTINCT number) AS numbered, min(number) AS first, max(number) AS last,
            sum(total_cents) AS cents FROM billing_invoice WHERE business_id = %(business)s) i,
        (SELECT count(*) AS lines, sum(amount_cents) AS cents
            FROM billing_invoiceline WHERE business_id = %(business)s) l,
        (SELECT count(*) AS charges, sum(amount_cents) AS cents
            FROM billing_charge WHERE business_id = %(business)s) c,
        (SELECT count(*) AS events FROM customers_event WHERE business_id = %(business)s) e,
        (SELECT sum(round(qty * unit_price_cents)) AS cents
            FROM billing_agreementline WHERE business_id = %(business)s) o
"""


def check(*, business: Business, invoices: int) -> None:
    """Stop unless a business was billed one whole period: all of it, once, to the cent."""
    with connection.cursor() as cursor:
        cursor.execute(BOOKS, {"business": business.pk})
        found: tuple[Any, ...] = cursor.fetchone() or ()
    counts, (invoiced, *cents) = found[:7], found[7:]
    expected = (invoices, invoices, 1, invoices, LINES * invoices, LINES * invoices, 2 * invoices)
    if counts != expected or any(sums != invoiced for sums in cents):
        raise SystemExit(f"The books do not add up: rows {counts}, expected {expected}; sums {found[7:]}.")
