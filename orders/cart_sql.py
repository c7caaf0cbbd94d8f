"""The SQL of beginning a cart, by hand: one prepared statement finds whom it is of, and draws its id."""

from customers import customers_sql, prepared
from customers.models import Business, Customer, CustomerCode
from orders.models import Cart

READS: prepared.Reads = {
    CustomerCode: ("customers_customercode", "business_id customer_id scheme code"),
    Customer: ("customers_customer", "id business_id uid merged_into_id"),
    Cart: ("orders_cart", "id"),
}
BEGIN = """
    SELECT c.id, c.uid, nextval('orders_cart_id_seq')
    FROM (SELECT %(business)s::bigint AS id) b
    OF_CODE
""".replace("OF_CODE", customers_sql.OF_CODE)


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def begin(*, business: Business, scheme: str, code: str) -> tuple[Customer | None, int]:
    """The customer that a scheme calls by this code, with its public id alone, and an id for a cart."""
    values = {"business": str(business.pk), "scheme": scheme, "code": code}
    pk, uid, cart_id = prepared.row(BEGIN, values, may_be_lost=True)
    return pk and prepared.known(Customer, id=pk, business_id=business.pk, uid=uid), cart_id
