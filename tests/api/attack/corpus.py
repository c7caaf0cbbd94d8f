"""Hostile requests to Day Zero's door, as data: what is sent and the status it deserves.

`{customer}` in a body stands for a customer who exists, so that nothing but the attack is wrong with it.
"""

from dataclasses import dataclass

ORDER = '{"customer_id": "{customer}", '


@dataclass(frozen=True, kw_only=True)
class Attack:
    name: str
    body: bytes = b""
    status: int = 422
    method: str = "POST"
    path: str = "/orders"
    content_type: str = "application/json"


def order(name: str, rest: str, status: int = 422) -> Attack:
    """An order that is fine but for its last members."""
    return Attack(name=name, body=(ORDER + rest + "}").encode("utf-8", "surrogatepass"), status=status)


def one_line(name: str, members: str, status: int = 422) -> Attack:
    """An order with one line that is fine but for its last members, which may replace nothing."""
    return order(name, f'"lines": [{{{members}}}]', status)


def field(name: str, value: str) -> Attack:
    return order(f"{name} {value[:40]}", f'"{name}": {value}')


def raw(name: str, body: bytes, status: int = 422) -> Attack:
    return Attack(name=name, body=body, status=status)


NUMBERS = [
    one_line("qty NaN", '"unit_price_cents": 1, "qty": NaN'),
    order("discount Infinity", '"discount_cents": Infinity'),
    order("discount -Infinity", '"discount_cents": -Infinity'),
    Attack(name="customer 1e400", body=b'{"customer_id": 1e400}'),
    Attack(name="customer a list", body=b'{"customer_id": ["x"]}'),
    field("project_id", "1e400"),
    one_line("qty text NaN", '"unit_price_cents": 1, "qty": "NaN"'),
    one_line("qty text sNaN", '"unit_price_cents": 1, "qty": "sNaN"'),
    one_line("qty text Infinity", '"unit_price_cents": 1, "qty": "Infinity"'),
    one_line("price 2^63", '"qty": 1, "unit_price_cents": 9223372036854775808'),
    one_line("price 10^30", '"qty": 1, "unit_price_cents": 1000000000000000000000000000000'),
    one_line("price of 5,000 digits", f'"qty": 1, "unit_price_cents": {"9" * 5_000}'),
    one_line("price 1e999999999", '"qty": 1, "unit_price_cents": 1e999999999'),
    one_line("qty 1e-999999999", '"unit_price_cents": 1, "qty": 1e-999999999'),
    field("term_months", "2147483648"),
    one_line("price with underscore", '"qty": 1, "unit_price_cents": "1_000"'),
    one_line("price full width", '"qty": 1, "unit_price_cents": "\uff11\uff12"'),
    one_line("price arabic", '"qty": 1, "unit_price_cents": "\u0663"'),
    one_line("qty too many decimals", '"unit_price_cents": 1, "qty": 0.30000000000000004'),
    one_line("qty true", '"unit_price_cents": 1, "qty": true'),
    one_line("price true", '"qty": 1, "unit_price_cents": true'),
    field("term_months", "true"),
    field("discount_cents", "false"),
    one_line("price below nothing", '"qty": 1, "unit_price_cents": -100'),
    field("discount_cents", "-1"),
    order("discount above the lines", '"discount_cents": 5, "lines": [{"qty": 1, "unit_price_cents": 4}]', 400),
    order(
        "a thousand lines at the maximum",
        '"lines": [' + ",".join(['{"qty": 9000, "unit_price_cents": 1000000000000}'] * 1_000) + "]",
        400,
    ),
    field("term_months", "0"),
    field("term_months", "-5"),
    field("term_months", "601"),
]
TEXTS = [
    one_line("NUL in a description", '"qty": 1, "unit_price_cents": 1, "description": "\\u0000"'),
    one_line("NUL in a ramp's value", '"qty": 1, "unit_price_cents": 1, "ramp_schedule": {"a": ["\\u0000"]}'),
    one_line("NUL in a ramp's key", '"qty": 1, "unit_price_cents": 1, "ramp_schedule": {"\\u0000": 1}'),
    one_line("surrogate in a ramp", '"qty": 1, "unit_price_cents": 1, "ramp_schedule": {"a": "\\ud800"}'),
    one_line("surrogate key", '"qty": 1, "unit_price_cents": 1, "ramp_schedule": {"\\udfff": 1}'),
    one_line("a ramp's number too exact", '"qty": 1, "unit_price_cents": 1, "ramp_schedule": {"a": 1e300}'),
    order("NUL in an unknown field", '"metadata": {"a": "\\u0000"}'),
    Attack(name="NUL as customer", body=b'{"customer_id": "\\u0000"}'),
    order("a raw surrogate", '"order_description": "\ud800"'),
    field("order_description", '"' + "x" * 2_001 + '"'),
    field("tax_treatment", '"' + "x" * 65 + '"'),
    order("a text of a million", '"note": "' + "x" * 1_000_000 + '"'),
    field("currency", '"XXX"'),
    field("currency", '"\uff35\uff33\uff24"'),
    field("currency", '"us"'),
    field("currency", "[]"),
]
DATES = [
    field("order_start_date", '"0001-01-01"'),
    field("order_start_date", '"9999-12-31"'),
    field("first_invoice_date", '"2026-02-30"'),
    field("first_invoice_date", '"0001-01-01T00:00:00+14:00"'),
    field("first_invoice_date", '"2026-01-01T00:00:00+99:99"'),
    field("order_start_date", "20260101"),
]
SHAPES = [
    raw("BOM", b'\xef\xbb\xbf{"customer_id": "{customer}"}'),
    raw("UTF-16", '{"customer_id": "x"}'.encode("utf-16")),
    raw("latin-1", b'{"customer_id": "{customer}", "order_description": "\xe9"}'),
    one_line("duplicate key", '"qty": 1, "unit_price_cents": 100, "unit_price_cents": 1'),
    raw("1,200 lists", b"[" * 1_200),
    raw("100,000 objects", b'{"a":' * 100_000),
    order("500 lists in metadata", '"metadata": ' + "[" * 500 + "]" * 500),
    order("10,000 lines", '"lines": [' + ",".join(['{"qty": 1, "unit_price_cents": 1}'] * 10_000) + "]"),
    order("30,000 keys", '"metadata": {' + ",".join(f'"k{n}": 1' for n in range(30_000)) + "}"),
    raw("3 MB", b" " * 3_000_000, 413),
    raw("a list", b"[]"),
    raw("null", b"null"),
    raw("a text", b'"x"'),
    raw("a number", b"1"),
    raw("two documents", b'{"customer_id": "{customer}"} {"customer_id": "{customer}"}'),
    raw("trailing comma", b'{"customer_id": "{customer}",}'),
    raw("a comment", b'{"customer_id": "{customer}"} // please'),
    raw("an empty text", b""),
    order("lines an object", '"lines": {"0": {"qty": 1, "unit_price_cents": 1}}'),
    order("lines of lists", '"lines": [[]]'),
    Attack(name="form", body=b"lines[0]qty=1", content_type="application/x-www-form-urlencoded", status=415),
    Attack(name="multipart", body=b"--x--", content_type="multipart/form-data; boundary=x", status=415),
    Attack(name="text", body=b'{"customer_id": "{customer}"}', content_type="text/plain", status=415),
    Attack(name="no type", body=b'{"customer_id": "{customer}"}', content_type="", status=415),
    Attack(name="charset", body=b"{}", content_type="application/json; charset=utf-16", status=415),
]
LISTS = [
    Attack(name="direction up", method="GET", path="/orders?direction=up"),
    Attack(name="direction NUL", method="GET", path="/orders?direction=%00"),
    Attack(name="sorted by a secret", method="GET", path="/customers?sort_by=email"),
    Attack(name="descending maybe", method="GET", path="/orders?descending=maybe"),
    Attack(name="counted by SQL", method="GET", path="/orders?include_total_count=1;select"),
    Attack(name="a cursor of 200 nines", method="GET", path=f"/time-entries?cursor={'9' * 200}"),
]
PATHS = [
    Attack(name="id abc", method="GET", path="/orders/abc", status=404),
    Attack(name="id NUL", method="GET", path="/orders/%00", status=404),
    Attack(name="id of 30 digits", method="GET", path=f"/orders/{'1' * 30}", status=404),
    Attack(name="id not UTF-8", method="GET", path="/orders/%FF%FE", status=404),
    Attack(name="id with a line break", method="GET", path="/orders/a%0Ab", status=404),
    Attack(name="send to NUL", path="/orders/%00/send", status=404),
    Attack(name="put to abc", method="PUT", path="/orders/abc", body=b"{}", status=404),
    Attack(name="cursor NUL", method="GET", path="/orders?cursor=%00"),
    Attack(name="cursor of a far row", method="GET", path=f"/orders?cursor={'9' * 190}"),
    Attack(name="limit 10^30", method="GET", path=f"/orders?limit={'9' * 30}"),
    Attack(name="status NUL", method="GET", path="/contracts?status=%00"),
    Attack(name="customer NUL", method="GET", path="/invoices?customer_id=%00"),
    Attack(name="put on the create route", method="PUT", body=b"{}", status=405),
    Attack(name="delete", method="DELETE", status=405),
    Attack(name="trace", method="TRACE", status=405),
    Attack(name="a verb of one's own", method="APPROVE", status=405),
]
CORPUS = [*NUMBERS, *TEXTS, *DATES, *SHAPES, *PATHS, *LISTS]
