"""bitbybit's words into the core's commands."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from customers import contacts, currencies
from customers.accounts import AddressWords
from orders.api.bitbybit import answers, errors, ids
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin, PartySpec

Values: TypeAlias = Mapping[str, Any]

ITEM_SCHEME = "uid"
PHONE_SCHEME = "bitbybit_phone"
EMAIL_SCHEME = "bitbybit_email"
SHIPPING = "shipping"


def variant_ids(values: Values) -> list[str]:
    """Our own ids of the variants that are ordered, line by line."""
    return [ids.read(ids.VARIANT, line["productVariantId"]) for line in values["lineItems"]]


def create_order(values: Values, *, customer: str, items: Mapping[str, Any], currency: str) -> CreateOrder:
    """The order of a validated body. Prices and titles come from the variants, as they are now."""
    return CreateOrder(
        origin=Origin.BITBYBIT,
        customer=customer,
        lines=tuple(
            _line(place, line, items=items, currency=currency) for place, line in enumerate(values["lineItems"])
        ),
        parties=(_party(values["shippingAddress"]),),
        tags=tuple(values.get("tags") or ()),
        attributes={"notes": values.get("notes") or ""},
    )


def customer_codes(*, phone: str | None, email: str | None, region: str = "") -> dict[str, str]:
    """What a customer is found by: the phone number in one spelling first, then the e-mail address."""
    codes = {
        PHONE_SCHEME: contacts.normalised_phone(phone, region=region) if phone else "",
        EMAIL_SCHEME: (email or "").lower(),
    }
    return {scheme: code for scheme, code in codes.items() if code}


def full_name(values: Values) -> str:
    """What the back office calls a customer."""
    names = " ".join(filter(None, (values.get("firstName"), values.get("lastName"))))
    return (names or values.get("email") or values.get("phoneNumber") or values.get("phone") or "").strip()


def names(values: Values) -> dict[str, object]:
    """Both names, as they are echoed."""
    return {name: values[name] or "" for name in ("firstName", "lastName") if name in values}


def addresses(values: Values) -> list[AddressWords] | None:
    """The addresses of a customer, or None when nothing is said of them."""
    return [_address(given) for given in values["addresses"]] if "addresses" in values else None


def cents(amount: Decimal, *, currency: str, field: str) -> int:
    """Major units in minor ones. Raises Invalid for a fraction that the currency does not have."""
    exact = currencies.to_minor(amount=amount, currency=currency)
    if exact != exact.to_integral_value():
        raise errors.invalid(field, f"has more decimals than {currency}")
    return int(exact)


def _line(place: int, line: Values, *, items: Mapping[str, Any], currency: str) -> LineSpec:
    code = ids.read(ids.VARIANT, line["productVariantId"])
    item = items.get(code)
    if item is None:
        raise errors.invalid(f"lineItems[{place}].productVariantId", "is unknown")
    return LineSpec(
        item=ItemRef(scheme=ITEM_SCHEME, code=code),
        qty=Decimal(line["quantity"]),
        unit_price_cents=item.unit_price_cents,
        description=item.name,
        attributes={"productVariant": answers.variant(item, currency=currency)},
    )


def _party(given: Values) -> PartySpec:
    return PartySpec(
        role=SHIPPING,
        name=f"{given['firstName']} {given['lastName']}",
        first_name=given["firstName"],
        last_name=given["lastName"],
        phone=given["phone"],
        line_1=given["address1"],
        line_2=given.get("address2") or "",
        city=given["city"],
        region=given["province"],
        postal_code=given["zip"],
        country=given.get("country") or "",
    )


def _address(given: Values) -> AddressWords:
    country = given.get("country") or ""
    return AddressWords(
        line_1=given["address1"],
        line_2=given.get("address2") or "",
        city=given.get("city") or "",
        region=given.get("province") or "",
        postal_code=given.get("zip") or "",
        first_name=given.get("firstName") or "",
        last_name=given.get("lastName") or "",
        phone=given.get("phone") or "",
        attributes={"country": country, "mainAddress": given["mainAddress"]},
    )
