"""Hostile requests to VU's door, as data: the published order with one thing wrong, and the status it deserves."""

import json
from typing import Any

from tests.api.attack.corpus import Attack
from tests.api.vu.caller import line, order

GOOD = json.dumps(order()).encode()


def raw(name: str, body: bytes, status: int = 422) -> Attack:
    return Attack(name=name, body=body, status=status)


def written(name: str, member: str, value: str, status: int = 422) -> Attack:
    """The order with the value of one of its members written just so."""
    body = json.dumps(order(**{member: "@@"})).replace('"@@"', value)
    return Attack(name=f"{member} {name}", body=body.encode("utf-8", "surrogatepass"), status=status)


def in_line(name: str, member: str, value: str, status: int = 422) -> Attack:
    """The same for a member of its line."""
    body = json.dumps(order(line(**{member: "@@"}))).replace('"@@"', value)
    return Attack(name=f"line {member} {name}", body=body.encode("utf-8", "surrogatepass"), status=status)


def in_ship_to(name: str, member: str, value: str) -> Attack:
    ship_to = {**order()["order"]["ship_to"], member: "@@"}
    body = json.dumps(order(ship_to=ship_to)).replace('"@@"', value)
    return Attack(name=f"ship_to {member} {name}", body=body.encode("utf-8", "surrogatepass"))


def sent(name: str, method: str, path: str, value: Any, status: int = 422) -> Attack:
    return Attack(name=name, method=method, path=path, body=json.dumps(value).encode(), status=status)


NUMBERS = [
    in_line("NaN", "price", "NaN"),
    in_line("Infinity", "price", "Infinity"),
    in_line("text NaN", "price", '"NaN"'),
    in_line("text sNaN", "price", '"sNaN"'),
    in_line("text Infinity", "price", '"Infinity"'),
    in_line("2^63", "price", "9223372036854775808"),
    in_line("10^30", "price", "1" + "0" * 30),
    in_line("of 5,000 digits", "price", "9" * 5_000),
    in_line("1e999999999", "price", "1e999999999"),
    in_line("1e-999999999", "price", "1e-999999999"),
    in_line("with underscore", "price", '"1_000"'),
    in_line("full width", "price", '"\uff11\uff12"'),
    in_line("arabic", "price", '"\u0663"'),
    in_line("true", "price", "true"),
    in_line("below nothing", "price", "-0.01"),
    in_line("too exact", "price", "0.30000000000000004"),
    in_line("blank", "price", '""'),
    in_line("above all bounds", "price", "10000000001"),
    in_line("nothing", "quantity", "0"),
    in_line("1e400", "quantity", "1e400"),
    in_line("true", "quantity", "true"),
    in_line("2^31", "quantity", "2147483648"),
    in_line("a list", "sku", '["SKU123"]'),
    in_line("an object", "recipe_token", "{}"),
    in_line("a number", "recipe_token", "16090000"),
    sent(
        "a thousand lines at the maximum",
        "POST",
        "/orders",
        order(*(line(line_reference=str(n), price=10**10, quantity=9_000) for n in range(1_000))),
    ),
]
TEXTS = [
    written("NUL", "note", '"\\u0000"'),
    written("NUL", "order_number", '"\\u0000"'),
    written("surrogate", "note", '"\\ud800"'),
    written("raw surrogate", "note", '"\ud800"'),
    written("of 10,001 characters", "note", '"' + "x" * 10_001 + '"'),
    written("of 256 characters", "order_number", '"' + "x" * 256 + '"'),
    written("turned around", "order_number", '"a\u202eb"'),
    written("zero width", "order_number", '"a\u200bb"'),
    written("not composed", "order_number", '"e\u0301"'),
    written("of two lines", "order_number", '"a\\nb"'),
    written("with an escape", "order_number", '"a\\u001b[31m"'),
    written("full width", "currency", '"\uff35\uff33\uff24"'),
    written("unknown", "currency", '"XXX"'),
    written("a list", "currency", "[]"),
    written("NUL in a value", "custom_attributes", '{"a": ["\\u0000"]}'),
    written("NUL in a key", "custom_attributes", '{"\\u0000": 1}'),
    written("surrogate key", "custom_attributes", '{"\\udfff": 1}'),
    written("a number too exact", "custom_attributes", '{"a": 1e300}'),
    written("a list", "custom_attributes", "[]"),
    written("NUL in b2b", "b2b", '{"organization": {"name": "\\u0000"}}'),
    written("NUL in a tag", "tags", '["\\u0000"]'),
    written("a tag of 65", "tags", '["' + "x" * 65 + '"]'),
    written("a hundred and one", "tags", json.dumps([str(n) for n in range(101)])),
    written("a blank one", "tags", '[" "]'),
    written("a text", "tags", '"tag1"'),
    written("objects", "tags", "[{}]"),
    in_line("NUL in a value", "custom_attributes", '{"a": "\\u0000"}'),
    in_line("NUL", "line_reference", '"\\u0000"'),
    in_line("of 65 characters", "sku", '"' + "x" * 65 + '"'),
    in_ship_to("NUL", "account_number", '"\\u0000"'),
    in_ship_to("blank", "account_number", '""'),
    in_ship_to("of 65 characters", "account_number", '"' + "x" * 65 + '"'),
    in_ship_to("of 201 characters", "address_1", '"' + "x" * 201 + '"'),
    in_ship_to("three letters", "country", '"USA"'),
    in_ship_to("a number", "postal_code", "7450"),
    in_ship_to("no address", "email", '"me"'),
]
DATES = [
    written("0001", "order_date", '"0001-01-01T00:00:00Z"'),
    written("9999", "order_date", '"9999-12-31T00:00:00Z"'),
    written("+99:99", "order_date", '"2026-01-01T00:00:00+99:99"'),
    written("0001+14", "order_date", '"0001-01-01T00:00:00+14:00"'),
    written("a number", "order_date", "20260101"),
    in_line("0001", "customer_requested_date", '"0001-01-01"'),
    in_line("30 February", "customer_requested_date", '"2026-02-30"'),
]
SHAPES = [
    raw("BOM", b"\xef\xbb\xbf" + GOOD),
    raw("UTF-16", GOOD.decode().encode("utf-16")),
    raw("latin-1", GOOD.replace(b"Sample", b"\xe9")),
    raw("duplicate key", GOOD.replace(b'{"order": {', b'{"order": {"note": "a", ')),
    raw("1,200 lists", b"[" * 1_200),
    raw("100,000 objects", b'{"a":' * 100_000),
    written("500 lists", "custom_attributes", '{"a": ' + "[" * 500 + "]" * 500 + "}"),
    written("60,000 keys", "custom_attributes", json.dumps({f"k{n}": 1 for n in range(60_000)})),
    written("10,000", "order_lines", json.dumps([{}] * 10_000)),
    written("an object", "order_lines", "{}"),
    written("of lists", "order_lines", "[[]]"),
    written("none", "order_lines", "[]"),
    raw("9 MB", b" " * 9_000_000, 413),
    raw("a list", b"[]"),
    raw("null", b"null"),
    raw("a text", b'"x"'),
    raw("order a list", b'{"order": []}'),
    raw("order null", b'{"order": null}'),
    raw("a bare order", json.dumps(order()["order"]).encode()),
    raw("two documents", GOOD + GOOD),
    raw("the document's own, unrepaired", GOOD[1:]),
    raw("a comment", GOOD + b" // please"),
    raw("nothing", b""),
    Attack(name="form", body=b"order[note]=x", content_type="application/x-www-form-urlencoded", status=415),
    Attack(name="multipart", body=b"--x--", content_type="multipart/form-data; boundary=x", status=415),
    Attack(name="text", body=GOOD, content_type="text/plain", status=415),
    Attack(name="no type", body=GOOD, content_type="", status=415),
    Attack(name="charset", body=GOOD, content_type="application/json; charset=utf-16", status=415),
]
PATHS = [
    *(
        Attack(name=f"{path} {key} {value[:10]}", method="GET", path=f"/{path}?{key}={value}", status=404)
        for path, key in (("orders", "order_number"), ("order_lines", "line_reference"), ("orders", "id"))
        for value in ("abc", "%00", "1" * 30, "%FF%FE", "a%0Ab", "-1", "%ED%A0%80", "")
    ),
    Attack(name="account NUL", method="GET", path="/sold_to_accounts?account_number=%00", status=404),
    Attack(name="recipe NUL", method="GET", path="/recipes/%00", status=404),
    Attack(name="tracking NUL", method="GET", path="/fulfillments?tracking_number=%00", status=404),
    sent("put to nobody", "PUT", "/orders?id=abc", {"order": {}}, 404),
    sent("put without a key", "PUT", "/orders", {"order": {}}, 404),
    Attack(name="delete without a key", method="DELETE", path="/orders", status=404),
    sent("tags for nobody", "POST", "/orders/tags?id=%00", {"tags": ["a"]}, 404),
    sent("bulk with an id of 16 digits", "POST", "/orders/tags/bulk", {"orders": [{"id": 10**15}], "tags": []}, 404),
    sent("bulk with NUL", "POST", "/orders/tags/bulk", {"orders": [{"order_number": "\0"}], "tags": []}),
    sent("bulk without keys", "POST", "/orders/tags/bulk", {"orders": [{}], "tags": []}, 404),
    sent("bulk of 251", "POST", "/orders/tags/bulk", {"orders": [{"id": 1}] * 251, "tags": []}),
    sent("a fulfillment of nothing", "POST", "/fulfillments", {"fulfillment": {}}),
    Attack(name="limit 10^30", method="GET", path=f"/orders?limit={'9' * 30}"),
    Attack(name="since 10^30", method="GET", path=f"/orders?since_id={'9' * 30}"),
    Attack(name="status NUL", method="GET", path="/orders?status=%00"),
    Attack(name="tags NUL", method="GET", path="/orders?with_tags=%00"),
    Attack(name="numbers NUL", method="GET", path="/orders?order_numbers=%00"),
    Attack(name="trace", method="TRACE", status=405),
    Attack(name="patch", method="PATCH", body=b"{}", status=405),
    Attack(name="a verb of one's own", method="APPROVE", status=405),
    Attack(name="nowhere", method="GET", path="/admin", status=404),
]
CORPUS = [*NUMBERS, *TEXTS, *DATES, *SHAPES, *PATHS]
