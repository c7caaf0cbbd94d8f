"""The SQL of finding one customer, by hand: what most orders begin with, by a prepared statement."""

from functools import cache
from uuid import UUID

from customers import prepared
from customers.models import Business, Customer, CustomerCode

READS: prepared.Reads = {
    Customer: ("customers_customer", "id business_id uid merged_into_id"),
    CustomerCode: ("customers_customercode", "business_id customer_id scheme code"),
}
BY_UID = """
    SELECT {} FROM customers_customer named
    JOIN customers_customer c ON c.business_id = named.business_id AND c.id = coalesce(named.merged_into_id, named.id)
    WHERE named.business_id = %(business)s::bigint AND named.uid = %(uid)s::uuid
"""
BY_CODE = """
    SELECT {} FROM customers_customercode k
    JOIN customers_customer c ON c.business_id = k.business_id AND c.id = k.customer_id AND c.merged_into_id IS NULL
    WHERE k.business_id = %(business)s::bigint AND k.scheme = %(scheme)s::text AND k.code = %(code)s::text
"""
# The same beside whatever else is found of a business `b`, whether or not there is one.
OF_CODE = """
    LEFT JOIN customers_customercode k
        ON k.business_id = b.id AND k.scheme = %(scheme)s::text AND k.code = %(code)s::text
    LEFT JOIN customers_customer c ON c.business_id = b.id AND c.id = k.customer_id AND c.merged_into_id IS NULL
"""


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def by_uid(*, business: Business, uid: UUID) -> Customer | None:
    """The customer with this public id, or who stands for it since a merge."""
    return _one(BY_UID, business=str(business.pk), uid=str(uid))


def by_code(*, business: Business, scheme: str, code: str) -> Customer | None:
    """The customer that a scheme calls by this code, unless it was merged into another one."""
    return _one(BY_CODE, business=str(business.pk), scheme=scheme, code=code)


def _one(statement: str, **values: str) -> Customer | None:
    found = prepared.row(_with_columns(statement), values, only_reads=True)
    customer: Customer | None = prepared.whole(Customer, found) if found else None
    return customer


@cache
def _with_columns(statement: str) -> str:
    return statement.format(prepared.columns(Customer, of="c"))
