"""bitbybit: an order, its customer, and a variant to order."""

from tests.api.bitbybit.caller import ADDRESS, BASE, Caller
from tests.cast import Company
from tests.prove.doors.door import Door, Scene
from tests.prove.judge import Rule
from tests.prove.requests import sent

CUSTOMER = {"firstName": "Ada", "lastName": "Byron", "phone": "+62 811", "email": "ada@example.com"}
REST = {
    "lineItems": [{"productVariantId": "{variant}", "quantity": 2}],
    "shippingAddress": {**ADDRESS, "address2": "3rd floor"},
    "notes": "Leave at the door",
    "tags": ["online"],
}
PLACE = {**ADDRESS, "address2": "x", "mainAddress": True}


def scene(company: Company) -> Scene:
    api = Caller(company)
    variant = api.variant()
    order = api.created(variant=variant)
    return Scene(
        base=BASE,
        headers=api.headers,
        names={"variant": variant, "customer": api.customer_id, "order": str(order["id"])},
    )


REQUESTS = (
    *[sent("POST", "/orders", {"customer": CUSTOMER, **REST})] * 4,
    *[sent("POST", "/orders", {"customerId": "{customer}", **REST})] * 2,
    sent("POST", "/orders", {"customer": CUSTOMER, **REST}, Idempotency_Key="key-1"),
    sent("PUT", "/orders/{order}", {"status": "cancelled", "notes": "x"}),
    sent("PUT", "/orders/{order}", {"fulfillmentStatus": "fulfilled", "financialStatus": "paid", "notes": "x"}),
    sent("POST", "/customers", {**CUSTOMER, "phoneNumber": "+6281", "addresses": [PLACE]}),
    sent(
        "PUT",
        "/customers/{customer}",
        {"firstName": "A", "phoneNumber": "+62", "email": "x@b.example", "addresses": [PLACE]},
    ),
    sent("DELETE", "/customers/{customer}"),
    sent(
        "POST",
        "/products",
        {"name": "Shirt", "description": "x", "variants": [{"title": "M", "price": 75_000.5, "sku": "S", "stock": 3}]},
    ),
    sent("GET", "/orders?page=1&limit=5&limit=9&search=a"),
    sent("GET", "/customers?page=1&limit=5&search=a"),
    sent("GET", "/orders/{order}"),
    sent("GET", "/customers/{customer}"),
)
DOOR = Door(
    name="bitbybit",
    base=BASE,
    rule=Rule(
        shape=lambda body: (
            isinstance(body, dict) and set(body) == {"error"} and set(body["error"]) == {"code", "message"}
        )
    ),
    scene=scene,
    requests=REQUESTS,
    readings=tuple(sent("GET", path) for path in ("/orders", "/customers")),
)
