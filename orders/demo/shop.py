"""A shop behind bitbybit's door: a product to order, a customer, a key, and an order that waits for approval."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from catalog import services as catalog_services
from catalog.models import CatalogItem
from catalog.services import Variant
from customers import credentials
from customers import services as customer_services
from customers.actors import Actor, Channel
from customers.models import Business, Customer
from customers.permissions import Permission
from orders import services
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin, PartySpec

PRODUCT = "Notebook, dotted"
SCHEME = "bitbybit_email"
EMAIL = "mira.hartono@example.com"
PHONE = "+628123456789"
SYSTEM = Actor.system(name="demo")
SHIPPING = PartySpec(
    role="shipping",
    name="Mira Hartono",
    first_name="Mira",
    last_name="Hartono",
    phone=PHONE,
    line_1="Jalan Sudirman 12",
    city="Jakarta",
    region="DKI Jakarta",
    postal_code="10220",
    country="Indonesia",
)


def access(*, business: Business, known: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The variables of this door. What is not there yet is made; a key that works is kept."""
    variant = CatalogItem.objects.for_business(business).filter(product__name=PRODUCT).order_by("id").first()
    customer = Customer.objects.for_business(business).filter(codes__scheme=SCHEME, codes__code=EMAIL).first()
    if variant is None or customer is None:
        variant, customer = _stock(business, at)
    return {
        "BITBYBIT_KEY": _working_key(business, known) or _key(business, at).token,
        "BITBYBIT_CUSTOMER_ID": f"cust_{customer.uid.hex}",
        "BITBYBIT_VARIANT_ID": f"var_{variant.uid.hex}",
    }


def _stock(business: Business, at: datetime) -> tuple[CatalogItem, Customer]:
    product = catalog_services.create_product(
        business=business,
        name=PRODUCT,
        tags=("paper",),
        variants=[
            Variant(name=f"{PRODUCT} - {size}", unit_price_cents=cents, attributes={"key": size, "sku": f"NB-{size}"})
            for size, cents in (("A5", 14_50), ("A4", 21_00))
        ],
        by=SYSTEM,
        at=at,
    )
    variant = CatalogItem.objects.for_business(business).filter(product=product).order_by("id")[0]
    customer = customer_services.find_or_create_customer(
        business=business,
        codes={"bitbybit_phone": PHONE, SCHEME: EMAIL},
        name="Mira Hartono",
        email=EMAIL,
        phone=PHONE,
        attributes={"firstName": "Mira", "lastName": "Hartono"},
        by=SYSTEM,
        at=at,
    )
    _order(business, variant, customer, at)
    return variant, customer


def _order(business: Business, variant: CatalogItem, customer: Customer, at: datetime) -> None:
    """One order from the shop, for staff to find on their desk."""
    by = Actor.api(_key(business, at).credential)
    order = services.create_order(
        business=business,
        command=CreateOrder(
            origin=Origin.BITBYBIT,
            customer=str(customer.uid),
            lines=(_line(variant),),
            parties=(SHIPPING,),
            tags=("online",),
            attributes={"notes": "For the spring workshop"},
        ),
        by=by,
        at=at,
    )
    services.submit_order(order=order, by=by, at=at)


def _line(variant: CatalogItem) -> LineSpec:
    shown = {"id": f"var_{variant.uid.hex}", "key": "A5", "price": Decimal("14.5"), "compareAtPrice": None}
    return LineSpec(
        item=ItemRef(scheme="uid", code=str(variant.uid)),
        qty=Decimal(40),
        unit_price_cents=variant.unit_price_cents,
        attributes={"productVariant": {**shown, "inventorySku": "NB-A5", "media": ""}},
    )


def _key(business: Business, at: datetime) -> credentials.IssuedCredential:
    return credentials.issue(
        business=business,
        door=Channel.BITBYBIT,
        name="Shop",
        scopes=frozenset({Permission.READ, Permission.DRAFT, Permission.SUBMIT}),
        by=SYSTEM,
        at=at,
    )


def _working_key(business: Business, known: Mapping[str, str]) -> str | None:
    token = known.get("BITBYBIT_KEY", "")
    credential = credentials.find(token=token, door=Channel.BITBYBIT)
    return token if credential and credential.business == business else None
