"""From what clients send to the changes that the services take."""

from collections.abc import Mapping
from typing import Any

from orders.commands import KEEP
from orders.services import CartChanges

WORDS = {
    "guest": "is_guest",
    "language_code": "language_code",
    "shipping_country_code_lock": "country_lock",
    "cart_url": "cart_url",
    "return_url": "return_url",
    "terms_url": "terms_url",
    "privacy_url": "privacy_url",
    "reference": "reference",
    "metadata": "metadata",
}
ADDRESS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "company": "company",
    "line_1": "line_1",
    "line_2": "line_2",
    "city": "city",
    "zip_code": "postal_code",
    "state_code": "region",
    "country_code": "country",
    "phone": "phone",
    "email": "email",
    "reference": "reference",
}
LINE = ("quantity", "name", "image_url", "reference", "metadata")


def cart_changes(
    *, sent: Mapping[str, Any], targets: Mapping[str, Any], addresses: Mapping[str, Any], saved_source: Any
) -> CartChanges:
    """What a document changes of an order; absent members keep what is there, null takes it away."""
    email = sent.get("customer_email", KEEP)
    return CartChanges(
        words=_renamed(sent, WORDS),
        customer=targets.get("customer", KEEP),
        customer_email=email if email is KEEP else email or None,
        is_signing_up=bool(sent.get("customer_password")),
        coupon_code=sent.get("coupon_code", KEEP),
        shipping_address=targets.get("shipping_address", KEEP),
        billing_address=targets.get("billing_address", KEEP),
        payment_method=targets.get("payment_method", KEEP),
        payment_source=targets.get("payment_source", KEEP),
        copy_shipping_from=addresses["_shipping_address_clone_id"],
        copy_billing_from=addresses["_billing_address_clone_id"],
        saved_source=saved_source,
        is_shipping_as_billing=bool(sent.get("_shipping_address_same_as_billing")),
        is_billing_as_shipping=bool(sent.get("_billing_address_same_as_shipping")),
        keeps_shipping_address=bool(sent.get("_save_shipping_address_to_customer_address_book")),
        keeps_billing_address=bool(sent.get("_save_billing_address_to_customer_address_book")),
        keeps_payment_source=bool(sent.get("_save_payment_source_to_customer_wallet")),
    )


def address(sent: Mapping[str, Any], *, known: Mapping[str, object]) -> dict[str, object]:
    """The words of an address; its notes and metadata are echoed beside what is known of them."""
    echoed = {name: sent[name] for name in ("notes", "billing_info", "metadata") if name in sent}
    return {**_renamed(sent, ADDRESS), "attributes": {**known, **echoed}}


def line(sent: Mapping[str, Any]) -> dict[str, object]:
    """The words of a line item."""
    return _renamed(sent, {name: name for name in LINE})


def _renamed(sent: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, object]:
    """Null is blank with us; a quantity is never null."""
    return {ours: "" if sent[theirs] is None else sent[theirs] for theirs, ours in names.items() if theirs in sent}
