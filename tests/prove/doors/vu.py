"""VU: an order of two lines of which one is partly shipped, and the accounts that came with it."""

from tests.api.vu.caller import PARCEL, Caller, basic, line, order, stocked
from tests.cast import Company
from tests.prove.doors.door import Door, Scene
from tests.prove.judge import Rule
from tests.prove.requests import sent

BASE = "/vu/api/v1"
ACCOUNT = {**order()["order"]["sold_to"], "account_number": "NEW1", "email": "a@example.com", "alternate_name": "Bay"}
PLACE = {**ACCOUNT, "account_number": "NEW2", "parent_account_number": "SLDTO123"}
VARIANT = {"price": 12.5, "sku": "SKU9", "name": "Small", "upc": "UPC9"}
PRODUCT = {"name": "Cap", "product_category": "hats", "b2b": True, "product_variants_attributes": [VARIANT]}
CHANGED = {"note": "x", "purchase_order_number": "po", "ship_method_carrier": "UPS", "custom_attributes": {"a": 1}}


def scene(company: Company) -> Scene:
    stocked(company)
    api = Caller(company)
    assert api.post("/sold_to_accounts", {"sold_to_account": {**ACCOUNT, "account_number": "OLD1"}}).status_code == 200
    created = api.create(line(quantity=5), line(line_reference="second"), order_number="first")
    assert api.post("/ship_to_accounts", {"ship_to_account": {**PLACE, "account_number": "OLD2"}}).status_code == 200
    return Scene(
        base=BASE,
        headers={"Authorization": basic(api.key, api.secret)},
        names={
            "order": str(created["id"]),
            "line": str(created["order_lines"][0]["id"]),
        },
    )


REQUESTS = (
    *[sent("POST", "/orders", order())] * 4,
    sent("POST", "/orders", order(line(), line(line_reference="b"), b2b={"a": 1}), Idempotency_Key="key-1"),
    sent("PUT", "/orders?id={order}", {"order": CHANGED}),
    sent("PUT", "/orders?order_number=first", {"order": CHANGED}),
    sent("DELETE", "/orders?id={order}"),
    sent("POST", "/orders/tags?id={order}", {"tags": ["a", "b"]}),
    sent("DELETE", "/orders/tags?id={order}", {"tags": ["tag1"]}),
    sent("DELETE", "/orders/tags/bulk", {"tags": ["tag1"], "orders": [{"order_number": "first"}]}),
    sent("POST", "/orders/tags/bulk", {"tags": ["a"], "orders": [{"order_number": "first"}]}),
    sent(
        "PUT", "/order_lines?line_reference=second", {"order_line": {"purchase_order_number": "x", "status": "on_hold"}}
    ),
    *[
        sent(
            "POST",
            "/fulfillments",
            {"fulfillment": {**PARCEL, "order_lines": [{"line_reference": "second", "quantity": 1}]}},
        )
    ]
    * 2,
    sent("POST", "/products", PRODUCT),
    sent("POST", "/sold_to_accounts", {"sold_to_account": ACCOUNT}),
    sent("POST", "/ship_to_accounts", {"ship_to_account": PLACE}),
    sent("POST", "/sold_to_accounts/batch", {"sold_to_accounts": [ACCOUNT, {**ACCOUNT, "account_number": "NEW3"}]}),
    sent("POST", "/ship_to_accounts/batch", {"ship_to_accounts": [PLACE]}),
    sent("PUT", "/ship_to_accounts?account_number=SHPTO123", {"ship_to_account": {"alternate_name": "Bay"}}),
    *[
        sent("DELETE", path)
        for path in ("/sold_to_accounts?account_number=OLD1", "/ship_to_accounts?account_number=OLD2")
    ],
    sent("PUT", "/sold_to_accounts?account_number=SLDTO123", {"sold_to_account": {"city": "Paris", "country": "FR"}}),
    sent(
        "GET", "/orders?limit=5&since_id=0&status=new_order&with_tags=tag1&without_tags=x&ids={order}&order_numbers=a"
    ),
    sent("GET", "/orders?id={order}"),
    sent("GET", "/order_lines?limit=5&line_references=second"),
    sent("GET", "/sold_to_accounts?limit=5&since_id=0"),
    sent("GET", "/ship_to_accounts?account_number=SHPTO123"),
    sent("GET", "/fulfillments?limit=5&since_id=0"),
    sent("GET", "/recipes/1609c0e8"),
)
DOOR = Door(
    name="vu",
    base=BASE,
    rule=Rule(
        shape=lambda body: isinstance(body, dict) and set(body) == {"errors"} and isinstance(body["errors"], str)
    ),
    scene=scene,
    requests=REQUESTS,
    readings=tuple(sent("GET", path) for path in ("/orders", "/order_lines", "/sold_to_accounts", "/ship_to_accounts")),
)
