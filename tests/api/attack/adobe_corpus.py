"""Hostile requests to Adobe's door, as data. `{line}` stands for a line with which nothing is wrong."""

from tests.api.attack.corpus import Attack

LINE = '{"extLineItemNumber": 1, "offerId": "40000001CA01A12", "quantity": 1, "currencyCode": "USD"}'
ORDERS = "/customers/9876543210/orders"
CUSTOMER = "/customers/9876543210"


def raw(name: str, body: bytes, status: int = 400) -> Attack:
    return Attack(name=name, body=body, status=status, path=ORDERS)


def order(name: str, rest: str, status: int = 400) -> Attack:
    """An order that is fine but for its last members."""
    body = '{"orderType": "NEW", "lineItems": [{line}], ' + rest + "}"
    return raw(name, body.replace("{line}", LINE).encode("utf-8", "surrogatepass"), status)


def member(name: str, value: str, status: int = 400) -> Attack:
    """An order whose only line has this one member too, or instead."""
    given = f'{{"{name}": {value}, ' + ", ".join(
        part for part in LINE.strip("{}").split(", ") if not part.startswith(f'"{name}"')
    )
    body = f'{{"orderType": "NEW", "lineItems": [{given}}}]}}'
    return raw(f"{name} {value[:40]}", body.encode("utf-8", "surrogatepass"), status)


def get(name: str, path: str, status: int) -> Attack:
    return Attack(name=name, method="GET", path=path, status=status)


NUMBERS = [
    member("quantity", value)
    for value in (
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "1e999999999",
        "1e-999999999",
        "9223372036854775808",
        "1000000000000000000000000000000",
        "9" * 5_000,
        "2147483648",
        '"1_000"',
        '"\uff11\uff12"',
        '"\u0663"',
        "1.5",
        "true",
        "-100",
        "0",
        "[]",
        "{}",
        "null",
    )
] + [member("extLineItemNumber", value) for value in ("1e400", "-1", "1000000", "true", '"1"', "0.1", "null")]
TEXTS = [
    member("offerId", '"\\u0000"'),
    member("offerId", '"\\ud800"'),
    member("offerId", "1e400"),
    member("offerId", '["x"]'),
    member("offerId", '"' + "x" * 41 + '"'),
    member("offerId", '"1\u202e2"'),
    member("currencyCode", '"usd"'),
    member("currencyCode", '"XXX"'),
    member("currencyCode", '"\uff35\uff33\uff24"'),
    member("currencyCode", "[]"),
    member("deploymentId", '"\\u0000"'),
    member("deploymentId", '"1; DROP TABLE"'),
    member("discountCode", '"\\u0000"'),
    member("flexDiscountCodes", '"TEN"'),
    member("flexDiscountCodes", '["\\u0000"]'),
    member("flexDiscountCodes", "[1]"),
    order("reference NUL", '"externalReferenceId": "\\u0000"'),
    order("reference a raw surrogate", '"externalReferenceId": "\ud800"'),
    order("reference too long", '"externalReferenceId": "' + "x" * 36 + '"'),
    order("a key that is NUL", '"\\u0000": 1'),
    order("a text of a million", '"note": "' + "x" * 1_000_000 + '"'),
]
SHAPES = [
    raw("BOM", b'\xef\xbb\xbf{"orderType": "NEW"}'),
    raw("UTF-16", '{"orderType": "NEW"}'.encode("utf-16")),
    raw("latin-1", b'{"orderType": "NEW", "externalReferenceId": "\xe9"}'),
    order("a duplicate key", '"externalReferenceId": "1", "externalReferenceId": "2"'),
    raw("1,200 lists", b"[" * 1_200),
    raw("100,000 objects", b'{"a":' * 100_000),
    order("500 lists", '"metadata": ' + "[" * 500 + "]" * 500),
    raw("10,000 lines", ('{"orderType": "NEW", "lineItems": [' + ",".join([LINE] * 10_000) + "]}").encode(), 400),
    raw("3 MB", b" " * 3_000_000, 413),
    raw("a list", b"[]"),
    raw("null", b"null"),
    raw("a text", b'"x"'),
    raw("a number", b"1"),
    raw("two documents", b'{"orderType": "NEW"} {"orderType": "NEW"}'),
    raw("an empty body", b""),
    raw("lines an object", b'{"orderType": "NEW", "lineItems": {"0": {}}}'),
    raw("lines of lists", b'{"orderType": "NEW", "lineItems": [[]]}'),
    raw("lines null", b'{"orderType": "NEW", "lineItems": null}'),
    raw("order type a list", b'{"orderType": ["NEW"], "lineItems": [{}]}'),
    order("reserved fields", '"status": "1000", "orderId": "1", "customerId": "2", "tenant_id": 2, "total": 1'),
    Attack(
        name="form", body=b"orderType=NEW", path=ORDERS, content_type="application/x-www-form-urlencoded", status=415
    ),
    Attack(name="text", body=b"{}", path=ORDERS, content_type="text/plain", status=415),
    Attack(name="no type", body=b"{}", path=ORDERS, content_type="", status=415),
    Attack(name="charset", body=b"{}", path=ORDERS, content_type="application/json; charset=utf-16", status=415),
]
PATHS = [
    get("order abc", f"{ORDERS}/abc", 404),
    get("order NUL", f"{ORDERS}/%00", 404),
    get("order of 30 digits", f"{ORDERS}/{'1' * 30}", 404),
    get("order not UTF-8", f"{ORDERS}/%FF%FE", 404),
    get(
        "order full width",
        f"{ORDERS}/%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96%EF%BC%97%EF%BC%98%EF%BC%99%EF%BC%90",
        404,
    ),
    get("customer NUL", "/customers/%00", 404),
    get("customer not UTF-8", "/customers/%FF/orders", 404),
    Attack(name="post to customer NUL", path="/customers/%00/orders", body=b"{}", status=404),
    Attack(name="post to a customer of 3,000 digits", path=f"/customers/{'1' * 3_000}/orders", body=b"{}", status=404),
    Attack(
        name="patch subscription NUL",
        method="PATCH",
        path=f"{CUSTOMER}/subscriptions/%00",
        body=b'{"autoRenewal": {"enabled": true}}',
        status=404,
    ),
    get("deployment NUL", f"{CUSTOMER}/deployments/%00", 404),
    get("offer NUL", f"{ORDERS}?offer-id=%00", 400),
    get("second offer NUL", f"{ORDERS}?offer-id=%00&offer-id=x", 400),
    get("status NUL", f"{ORDERS}?status=%00", 400),
    get("limit 10^30", f"{ORDERS}?limit={'9' * 30}", 400),
    get("offset 10^30", f"{ORDERS}?offset={'9' * 30}", 400),
    get("start of the year 1", f"{ORDERS}?start-date=0000-01-01", 400),
    get("flex code NUL", "/flex-discounts?market-segment=COM&country=US&flex-discount-code=%00", 400),
    get("flex offers NUL", "/flex-discounts?market-segment=COM&country=US&offer-ids=%00", 400),
    Attack(name="put", method="PUT", path=ORDERS, body=b"{}", status=405),
    Attack(name="delete", method="DELETE", path=ORDERS, status=405),
    Attack(name="trace", method="TRACE", path=ORDERS, status=405),
    Attack(name="a verb of one's own", method="APPROVE", path=ORDERS, status=405),
    Attack(
        name="RETURN of NUL",
        path=ORDERS,
        status=400,
        body=('{"orderType": "RETURN", "referenceOrderId": "\\u0000", "lineItems": [' + LINE + "]}").encode(),
    ),
    Attack(
        name="price list NUL",
        path="/pricelist",
        status=400,
        body=b'{"region": "\\u0000", "marketSegment": "COM", "currency": "USD"}',
    ),
    Attack(
        name="customer with a NUL",
        path="/customers",
        status=400,
        body=b'{"companyProfile": {"companyName": "\\u0000"}}',
    ),
]
CORPUS = [*NUMBERS, *TEXTS, *SHAPES, *PATHS]
