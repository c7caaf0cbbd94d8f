"""Hostile requests to Commerce Layer's door, as data: what is sent and the status it deserves.

`{order}` stands for the id of an order that exists, so that nothing but the attack is wrong with it.
"""

from tests.api.attack.corpus import Attack

MEDIA_TYPE = "application/vnd.api+json"
LINKED = '"relationships": {"order": {"data": {"type": "orders", "id": "{order}"}}}'


def raw(name: str, body: bytes, status: int = 400) -> Attack:
    return Attack(name=name, body=body, status=status, content_type=MEDIA_TYPE)


def order(name: str, attributes: str, status: int = 422) -> Attack:
    """An order that is fine but for these attributes."""
    text = f'{{"data": {{"type": "orders", "attributes": {{{attributes}}}}}}}'
    return raw(name, text.encode("utf-8", "surrogatepass"), status)


def line(name: str, attributes: str, status: int = 422) -> Attack:
    """A line item that is fine but for these attributes, which may replace nothing."""
    text = f'{{"data": {{"type": "line_items", "attributes": {{{attributes}}}, {LINKED}}}}}'
    return Attack(name=name, body=text.encode(), status=status, path="/line_items", content_type=MEDIA_TYPE)


def get(name: str, path: str, status: int = 404) -> Attack:
    return Attack(name=name, method="GET", path=path, status=status, content_type=MEDIA_TYPE)


SKU = '"sku_code": "TSHIRTMM000000FFFFFFXLXX", '
NUMBERS = [
    line("quantity NaN", SKU + '"quantity": NaN', 400),
    line("quantity Infinity", SKU + '"quantity": Infinity', 400),
    line("quantity text NaN", SKU + '"quantity": "NaN"'),
    line("quantity 2^63", SKU + '"quantity": 9223372036854775808', 400),
    line("quantity of 5,000 digits", SKU + f'"quantity": {"9" * 5_000}', 400),
    line("quantity 10^15", SKU + '"quantity": 1000000000000000'),
    line("quantity 1e999999999", SKU + '"quantity": 1e999999999', 400),
    line("quantity 1e300", SKU + '"quantity": 1e300'),
    line("quantity a half", SKU + '"quantity": 0.5'),
    line("quantity below nothing", SKU + '"quantity": -1'),
    line("quantity true", SKU + '"quantity": true'),
    line("quantity full width", SKU + '"quantity": "\uff11\uff12"'),
    line("quantity with underscore", SKU + '"quantity": "1_0"'),
    line("quantity a list", SKU + '"quantity": [1]'),
    line("a price of one's own", SKU + '"quantity": 1, "unit_amount_cents": 1', 400),
    order("metadata too exact", '"metadata": {"a": 1e300}'),
    order("trigger a half", '"_refresh": 0.5'),
    order("trigger a list", '"_refresh": [1]'),
]
TEXTS = [
    order("NUL in a reference", '"reference": "\\u0000"', 400),
    order("NUL in metadata", '"metadata": {"a": ["\\u0000"]}', 400),
    order("NUL in a key of metadata", '"metadata": {"\\u0000": 1}', 400),
    order("surrogate in metadata", '"metadata": {"a": "\\ud800"}', 400),
    order("a raw surrogate", '"reference": "\ud800"', 400),
    order("NUL in an unknown attribute", '"x": "\\u0000"', 400),
    order("a long reference", f'"reference": "{"x" * 256}"'),
    order("a text of a million", f'"reference": "{"x" * 1_000_000}"', 400),
    order("a coupon that is SQL", '"coupon_code": "\' OR 1=1 --"'),
    order("an e-mail with a line break", '"customer_email": "a@example.com\\nBcc: b@example.com"'),
    order("a script for an address", '"return_url": "javascript:alert(1)"'),
    order("a url without end", f'"cart_url": "https://{"x" * 3_000}"'),
    order("a broken url", '"cart_url": "http://[::1"'),
    order("a country that is none", '"shipping_country_code_lock": "ZZ"'),
    order("a language full width", '"language_code": "\uff45\uff4e"'),
    order("an unknown clone", '"_customer_payment_source_id": "abcdefghij"'),
]
SHAPES = [
    raw("BOM", b'\xef\xbb\xbf{"data": {"type": "orders"}}'),
    raw("UTF-16", '{"data": {"type": "orders"}}'.encode("utf-16")),
    raw("latin-1", b'{"data": {"type": "orders", "attributes": {"reference": "\xe9"}}}'),
    raw("duplicate key", b'{"data": {"type": "orders", "type": "orders"}}'),
    raw("1,200 lists", b"[" * 1_200),
    raw("100,000 objects", b'{"a":' * 100_000),
    raw("3 MB", b" " * 3_000_000, 413),
    raw(
        "30,000 keys",
        ('{"data": {"type": "orders"}, "meta": {' + ",".join(f'"k{n}": 1' for n in range(30_000)) + "}}").encode(),
    ),
    raw("a list", b"[]"),
    raw("null", b"null"),
    raw("a text", b'"x"'),
    raw("two documents", b'{"data": {"type": "orders"}} {}'),
    raw("trailing comma", b'{"data": {"type": "orders",}}'),
    raw("a comment", b'{"data": {"type": "orders"}} // please'),
    raw("data a text", b'{"data": "orders"}'),
    raw("type a list", b'{"data": {"type": ["orders"]}}'),
    raw("type null", b'{"data": {"type": null}}'),
    raw("relationships a list", b'{"data": {"type": "orders", "relationships": []}}'),
    raw("linkage a number", b'{"data": {"type": "orders", "relationships": {"market": {"data": 1}}}}'),
    raw(
        "linkage of numbers",
        b'{"data": {"type": "orders", "relationships": {"market": {"data": {"type": "markets", "id": 1}}}}}',
    ),
    raw(
        "linkage to a path",
        b'{"data": {"type": "orders", "relationships": {"market": {"data": {"type": "markets", "id": "../x"}}}}}',
        404,
    ),
    Attack(name="form", body=b"data[type]=orders", content_type="application/x-www-form-urlencoded", status=415),
    Attack(name="multipart", body=b"--x--", content_type="multipart/form-data; boundary=x", status=415),
    Attack(name="plain json", body=b'{"data": {"type": "orders"}}', content_type="application/json", status=415),
    Attack(name="no type", body=b'{"data": {"type": "orders"}}', content_type="", status=415),
    Attack(name="charset", body=b"{}", content_type=f"{MEDIA_TYPE}; charset=utf-16", status=415),
    Attack(name="extension", body=b"{}", content_type=f"{MEDIA_TYPE}; ext=bulk", status=415),
]
PATHS = [
    get("id abc", "/orders/abc"),
    get("id NUL", "/orders/%00"),
    get("id of 30 digits", f"/orders/{'1' * 30}"),
    get("id of 5,000 letters", f"/orders/{'a' * 5_000}"),
    get("id not UTF-8", "/orders/%FF%FE"),
    get("id with a line break", "/orders/a%0Ab"),
    get("relationship NUL", "/orders/{order}/%00"),
    get("relationship unknown", "/orders/{order}/relationships/x"),
    get("page of 30 digits", f"/orders?page[number]={'9' * 30}", 400),
    get("page NUL", "/orders?page[size]=%00", 400),
    get("page full width", "/orders?page[size]=%EF%BC%91", 400),
    get("filter NUL", "/orders?filter[q][reference_eq]=%00", 400),
    get("filter of 30 digits", f"/orders?filter[q][number_eq]={'9' * 30}", 400),
    get("filter across models", "/orders?filter[q][customer__business__name_start]=a", 400),
    get("filter on a secret", "/orders?filter[q][created_through__token_sha256_eq]=a", 400),
    get("filter a moment far away", "/orders?filter[q][created_at_gt]=9999-12-31T23:59:59-23:59", 400),
    get("filter without end", f"/orders?filter[q][reference_in]={','.join('abc' * 300)}", 400),
    get("sort by a secret", "/orders?sort=created_through__token_sha256", 400),
    get("include the business", "/orders?include=business", 400),
    get("include for ever", "/orders?include=" + ".".join(["line_items", "order"] * 50), 400),
    get("fields of the business", "/orders?fields[businesses]=name", 400),
    Attack(name="put", method="PUT", path="/orders/{order}", body=b"{}", status=405, content_type=MEDIA_TYPE),
    Attack(name="delete all", method="DELETE", status=405, content_type=MEDIA_TYPE),
    Attack(name="trace", method="TRACE", status=405, content_type=MEDIA_TYPE),
    Attack(name="a verb of one's own", method="APPROVE", status=405, content_type=MEDIA_TYPE),
]
CORPUS = [*NUMBERS, *TEXTS, *SHAPES, *PATHS]
