"""Custom-made goods at the studio: what the VU door sells, three orders that came through it, and its key."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from billing import services as billing_services
from catalog import queries as catalog_queries
from catalog import recipes
from catalog import services as catalog_services
from catalog.models import ItemType
from customers import credentials
from customers import queries as customer_queries
from customers.actors import Actor, Channel
from customers.models import Business, StaffMember
from customers.permissions import Permission, Role
from orders import services, tracking
from orders.api.vu import intake, serializers, translate
from orders.commands import Origin, PackedLine, ShipMethod, ShipOrder
from orders.demo.desk import SYSTEM
from orders.models import Order

SKU = "SKU123"
RECIPE = "1609c0e8"
FACTORY = "factory123"
GROUND = ShipMethod(carrier_code="UPS", service_code="XY12")
IN_RECIPIENT = ("address_1", "city", "state_region", "postal_code", "country")
ADDRESS = {
    "address_1": "123 Main St",
    "city": "Ridgewood",
    "company_name": "Ridgewood Athletics",
    "country": "US",
    "first_name": "John",
    "last_name": "Smith",
    "postal_code": "07450",
    "state_region": "NJ",
}


def ways_in(*, business: Business, known: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The variables of the VU door; what they name is made where it is not there. A key that works is kept."""
    if not catalog_queries.items_by_code(business=business, scheme=translate.SKU_SCHEME, codes=[SKU]):
        _stock(business, at)
        _take_orders(business, at)
    key, secret = known.get("VU_KEY", ""), known.get("VU_SECRET", "")
    found = credentials.find(token=f"{key}_{secret}", door=Channel.VU)
    if found is None or found.business != business:
        issued = _issue(business, "Demo", at)
        key, secret = issued.key, issued.secret
    return {"VU_KEY": key, "VU_SECRET": secret, "VU_SKU": SKU, "VU_RECIPE_TOKEN": RECIPE}


def _stock(business: Business, at: datetime) -> None:
    catalog_services.create_item(
        business=business,
        name="Team jersey, customised",
        item_type=ItemType.INVENTORY,
        unit_price_cents=70_00,
        codes={translate.SKU_SCHEME: SKU},
        attributes={"sku": SKU, "upc": "UPC123"},
        by=SYSTEM,
        at=at,
    )
    body = {"number": "23", "name": "SMITH", "colour": "#1f4e79"}
    recipes.save_recipe(business=business, token=RECIPE, sku=SKU, body=body, by=SYSTEM, at=at)
    services.set_lead_time(business=business, factory_code=FACTORY, days=15, by=SYSTEM, at=at)
    services.set_lead_time(business=business, factory_code="", days=30, by=SYSTEM, at=at)
    services.set_transit_time(business=business, method=GROUND, days=22, by=SYSTEM, at=at)
    services.set_transit_time(business=business, method=ShipMethod(), days=10, by=SYSTEM, at=at)


def _take_orders(business: Business, at: datetime) -> None:
    """One that is new, one with a line on hold, and one that is accepted and left in part."""
    by = Actor.api(_issue(business, "Team shop", at).credential)
    _take("VU-1001", by, at)
    held = _take("VU-1002", by, at)
    services.hold_line(line=held.lines.get(position=0), reason="Artwork is missing", by=by, at=at)
    sent = _take("VU-1003", by, at)
    approver = StaffMember.objects.for_business(business).filter(role=Role.APPROVER).order_by("id")[0]
    services.approve_order(order=sent, by=Actor.staff(approver), at=at)
    billing_services.run_billing(
        business=business, as_of=customer_queries.today(business=business, at=at), by=SYSTEM, at=at
    )
    part = PackedLine(line=sent.lines.get(position=0).pk, quantity=Decimal(4))
    recipient = {"name": ADDRESS["company_name"], **{name: ADDRESS[name] for name in IN_RECIPIENT}}
    parcel = ShipOrder(
        lines=(part,),
        carrier_code="UPS",
        carrier_name="United Parcel Service",
        service_code="GND",
        service_name="Ground",
        tracking_number="1Z999AA10123456784",
        recipient=recipient,
        parcel={"weight": Decimal("1.5"), "length": 30, "height": 10, "width": 20},
    )
    services.ship(order=sent, command=parcel, by=by, at=at)


def _take(number: str, by: Actor, at: datetime) -> Order:
    body: dict[str, Any] = {
        "currency": "USD",
        "order_date": at.isoformat(),
        "order_number": number,
        "purchase_order_number": f"PO-{number}",
        "ship_method_carrier": GROUND.carrier_code,
        "ship_method_code": GROUND.service_code,
        "ship_method_description": "UPS Ground",
        "sales_channel": "b2b",
        "ship_to": {**ADDRESS, "account_number": "SHPTO123"},
        "sold_to": {**ADDRESS, "account_number": "SLDTO123"},
        "order_lines": [
            {
                "factory_code": FACTORY,
                "line_reference": f"{number}-1",
                "price": 70,
                "product_description": "Team jersey, customised",
                "quantity": 12,
                "recipe_token": RECIPE,
                "sku": SKU,
            }
        ],
    }
    values = serializers.OrderCreateBody().run_validation({"order": body})["order"]
    draft = intake.take_order(values=values, by=by, at=at)
    draft.store()
    assert by.credential is not None
    return tracking.orders(business=by.credential.business, origin=Origin.VU).get(pk=draft.order.pk)


def _issue(business: Business, name: str, at: datetime) -> credentials.IssuedCredential:
    return credentials.issue(
        business=business, door=Channel.VU, name=name, scopes=frozenset(Permission), at=at, by=SYSTEM
    )
