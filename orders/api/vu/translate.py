"""VU's words into the core's commands, and back where a snapshot keeps them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from customers import currencies
from customers.accounts import AddressWords
from orders.api.vu.answers import stamp
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin, PackedLine, PartySpec, ShipMethod, ShipOrder

Values: TypeAlias = Mapping[str, Any]

SKU_SCHEME = "vu_sku"
ACCOUNT_SCHEME = "vu_sold_to"
TEXTS = ("note", "purchase_order_number", "sales_order_number")
SHIP_METHOD = ("ship_method_carrier", "ship_method_code", "ship_method_description")


def create_order(values: Values, *, customer: str, parties: tuple[PartySpec, ...]) -> CreateOrder:
    """The order that a validated body asks for: flat lines, billed once the order is approved."""
    return CreateOrder(
        origin=Origin.VU,
        customer=customer,
        currency=values["currency"],
        lines=tuple(_line(line, values["currency"]) for line in values["order_lines"]),
        parties=parties,
        reference=values["order_number"],
        tags=tuple(values.get("tags") or ()),
        attributes={
            **{name: values.get(name) or "" for name in TEXTS},
            **{name: values[name] for name in (*SHIP_METHOD, "sales_channel")},
            "custom_attributes": values.get("custom_attributes") or {},
            "order_date": stamp(values["order_date"]),
            **({"b2b": values["b2b"]} if values.get("b2b") is not None else {}),
        },
    )


def changes(values: Values) -> dict[str, object]:
    """What an update changes of what is echoed: an absent field stays, null empties it."""
    empty = {**dict.fromkeys(TEXTS, ""), "custom_attributes": {}}
    known = (*TEXTS, *SHIP_METHOD, "custom_attributes")
    return {name: empty[name] if values[name] is None else values[name] for name in known if name in values}


def ship_method(values: Values) -> ShipMethod:
    return ShipMethod(carrier_code=values["ship_method_carrier"], service_code=values["ship_method_code"])


def factories(values: Values) -> list[str]:
    return [line.get("factory_code") or "" for line in values["order_lines"]]


def address(values: Values) -> AddressWords:
    """An account's address as written, whole."""
    return AddressWords(
        first_name=values["first_name"],
        last_name=values["last_name"],
        company=values.get("company_name") or "",
        email=values.get("email") or "",
        phone=values.get("phone") or "",
        line_1=values["address_1"],
        line_2=values.get("address_2") or "",
        city=values["city"],
        region=values["state_region"],
        postal_code=values["postal_code"],
        country=values["country"],
        attributes={
            "account_number": values["account_number"],
            **{name: values[name] or "" for name in ("alternate_name", "parent_account_number") if name in values},
        },
    )


def account_name(values: Values) -> str:
    """What a sold-to account is called: its company, else its person."""
    return (values.get("company_name") or f"{values['first_name']} {values['last_name']}")[:200]


def party(role: str, written: AddressWords, account: Any) -> PartySpec:
    """The address as it is written on the order, with the account that it belongs to as it is now."""
    return PartySpec(
        role=role,
        name=(written.company or f"{written.first_name} {written.last_name}")[:200],
        email=account.email,
        first_name=written.first_name,
        last_name=written.last_name,
        company=written.company,
        phone=written.phone,
        line_1=written.line_1,
        line_2=written.line_2,
        city=written.city,
        region=written.region,
        postal_code=written.postal_code,
        country=written.country,
        attributes={
            "account_number": written.attributes["account_number"],
            "account_id": account.pk,
            "created_at": stamp(account.created_at),
            "updated_at": stamp(account.updated_at),
        },
    )


def ship_order(values: Values, *, lines: tuple[PackedLine, ...]) -> ShipOrder:
    return ShipOrder(
        lines=lines,
        **{name: values[name] for name in ("carrier_code", "carrier_name", "service_code", "service_name")},
        tracking_number=values["tracking_number"],
        recipient=dict(values["recipient"]),
        parcel={"weight": values["weight"], **values["dimensions"]},
    )


def cents(price: Decimal, currency: str) -> int:
    """A price in minor units, exactly; the serializer has refused what is no whole number of them."""
    return int(currencies.to_minor(amount=price, currency=currency))


def _line(line: Values, currency: str) -> LineSpec:
    day = line.get("customer_requested_date")
    return LineSpec(
        item=ItemRef(scheme=SKU_SCHEME, code=line["sku"]),
        description=line["product_description"],
        qty=Decimal(line["quantity"]),
        unit_price_cents=cents(line["price"], currency),
        reference=line.get("line_reference") or "",
        attributes={
            "custom_attributes": line.get("custom_attributes") or {},
            "customer_requested_date": day.isoformat() if day else None,
            "recipe_token": line["recipe_token"],
            "sku": line["sku"],
            "tags": line.get("tags") or [],
            "upc": line.get("upc"),
        },
    )
