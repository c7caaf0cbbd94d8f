"""Commerce Layer: a cart that is filled, and one that only waits to be placed."""

import json
from typing import Any

from tests.api.commercelayer.caller import ADDRESS, MEDIA_TYPE, Caller, ask_for_token, client_of, data
from tests.cast import Company
from tests.prove.doors.door import Door, Scene
from tests.prove.judge import Rule
from tests.prove.requests import Sent, sent
from tests.stores import COUPON, SHIRT, store

BASE = "/commercelayer/api"
TOKEN_BASE = "/commercelayer/oauth"
WORDS = {"reference": "R", "metadata": {"a": 1, "b": ["c"]}}
ORDER = {
    **WORDS,
    "customer_email": "john@example.com",
    "language_code": "it",
    "shipping_country_code_lock": "IT",
    "coupon_code": COUPON,
    "cart_url": "https://shop.example/cart",
    "return_url": "https://shop.example/",
}
INTENTS = ("stripe_payments", "braintree_payments")
LINKS = {"order": ("orders", "{cart}")}


def document(type_: str, attributes: dict[str, Any], **links: tuple[str, str]) -> dict[str, Any]:
    """A request document; a link is a type and an id, and so is `itself`."""
    itself = links.pop("itself", ("", ""))
    linked = {name: {"data": {"type": kind, "id": id_}} for name, (kind, id_) in links.items()}
    found = {"type": type_, "attributes": attributes} | ({"id": itself[1]} if itself[1] else {})
    return {"data": found | ({"relationships": linked} if linked else {})}


def scene(company: Company) -> Scene:
    shop = store(company)
    api = Caller(company, market=1234)
    cart, ready = api.filled(), api.complete(shop)
    (line,) = data(api.get(f"/orders/{cart['id']}/line_items?filter[q][item_type_eq]=skus"))
    (shipment,) = data(api.get(f"/orders/{ready['id']}/shipments"))
    approved = api.change(api.placed(shop, quantity=1), {"_approve": 1})
    (shipped,) = data(api.get(f"/orders/{approved['id']}/shipments"))
    (method,) = data(api.get(f"/shipments/{shipment['id']}/available_shipping_methods"))
    (market,) = data(api.get("/markets"))
    return Scene(
        base=BASE,
        headers=api.headers,
        content_type=MEDIA_TYPE,
        names={
            "cart": cart["id"],
            "ready": ready["id"],
            "line": line["id"],
            "shipment": shipment["id"],
            "method": method["id"],
            "shipped": shipped["id"],
            "market": market["id"],
            "address": api.create("addresses", ADDRESS)["id"],
            "customer": api.create("customers", {"email": "c@example.com"})["id"],
        },
    )


def patch(type_: str, key: str, attributes: dict[str, Any], **links: tuple[str, str]) -> Sent:
    return sent("PATCH", f"/{type_}/{key}", document(type_, attributes, itself=(type_, key), **links))


REQUESTS = (
    *[sent("POST", "/orders", document("orders", ORDER, market=("markets", "{market}")))] * 3,
    *[patch("orders", "{cart}", ORDER, billing_address=("addresses", "{address}"))] * 3,
    patch("orders", "{ready}", {"_place": True, "_approve": 1}),
    patch("orders", "{ready}", {"_place": True, "_approve": True, "_capture": True, "_refund": True}),
    patch("orders", "{cart}", {"_update_taxes": 1, "_refresh": True, "_shipping_address_same_as_billing": 1}),
    patch("orders", "{cart}", {"_billing_address_clone_id": "{address}"}),
    *[sent("POST", "/line_items", document("line_items", {"sku_code": SHIRT, "quantity": 2, **WORDS}, **LINKS))] * 3,
    patch("line_items", "{line}", {"quantity": 3, **WORDS}),
    sent("DELETE", "/line_items/{line}"),
    sent("POST", "/addresses", document("addresses", {**ADDRESS, **WORDS, "line_2": "x", "company": "y"})),
    patch("addresses", "{address}", {**ADDRESS, "business": False}),
    sent("POST", "/customers", document("customers", {"email": "a@example.com", **WORDS})),
    patch("shipments", "{shipped}", {"_ship": True, "tracking_number": "1Z"}),
    patch("shipments", "{shipment}", {}, shipping_method=("shipping_methods", "{method}")),
    patch("customers", "{customer}", WORDS),
    sent("POST", "/wire_transfers", document("wire_transfers", WORDS, **LINKS)),
    sent("POST", "/credit_cards", document("credit_cards", {"display_number": "4242"}, **LINKS)),
    sent("POST", "/paypal_payments", document("paypal_payments", {"note_to_payer": "x"}, **LINKS)),
    *[sent("POST", f"/{kind}", document(kind, {"options": {"a": 1}}, **LINKS)) for kind in INTENTS],
    sent("POST", "/external_payments", document("external_payments", {"payment_source_token": "x"}, **LINKS)),
    sent("DELETE", "/orders/{cart}"),
    sent("GET", "/orders?page[size]=5&page[number]=1&sort=-created_at,number&include=line_items,customer"),
    sent("GET", "/orders?filter[q][status_eq]=pending&fields[orders]=number,status&include=shipments.shipping_method"),
    sent("GET", "/orders?filter[q][created_at_gt]=2026-01-01T00:00:00Z&filter[q][reference_start]=R"),
    sent("GET", "/line_items?filter[q][quantity_gteq]=1&filter[q][sku_code_in]=a,b"),
    sent("GET", "/skus?filter[q][code_or_name_cont]=x&page[size]=2"),
    sent("GET", "/prices?filter[q][amount_cents_lt]=100"),
    sent("GET", "/orders/{cart}/line_items?sort=quantity"),
    sent("GET", "/orders/{cart}?include=line_items.item,market"),
    sent("GET", "/orders/{cart}/relationships/line_items"),
)


def asking(company: Company) -> Scene:
    """A client that asks for a token."""
    store(company)
    client_id, secret = client_of(company)
    granted = ask_for_token(grant_type="client_credentials", client_id=client_id, client_secret=secret)
    return Scene(
        base=TOKEN_BASE,
        headers={},
        content_type="application/x-www-form-urlencoded",
        names={"client": client_id, "secret": secret, "refresh": json.loads(granted.content)["refresh_token"]},
    )


CLIENT = "client_id={client}&client_secret={secret}"
ASKED = {"grant_type": "client_credentials", "client_id": "{client}", "client_secret": "{secret}"}
RULE = Rule(
    shape=lambda body: isinstance(body, dict) and set(body) == {"errors"} and isinstance(body["errors"], list),
    content_type=MEDIA_TYPE,
)
TOKENS = Door(
    name="commercelayer tokens",
    base=TOKEN_BASE,
    rule=Rule(
        shape=lambda body: isinstance(body, dict) and set(body) == {"error", "error_description"}, elsewhere=RULE
    ),
    scene=asking,
    requests=(
        Sent(path="/token", body=f"grant_type=client_credentials&scope=market:1234&{CLIENT}"),
        Sent(path="/token", body="grant_type=refresh_token&refresh_token={refresh}&client_id={client}"),
        Sent(path="/token", body=json.dumps(ASKED), headers={"Content-Type": "application/json"}),
    ),
    readings=(),
)
DOOR = Door(
    name="commercelayer",
    base=BASE,
    rule=RULE,
    scene=scene,
    requests=REQUESTS,
    readings=tuple(sent("GET", path) for path in ("/orders?include=line_items,customer", "/addresses", "/customers")),
)
