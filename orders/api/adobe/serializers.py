"""What may be sent to Adobe's order and subscription endpoints."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from orders.api import fields
from orders.api.adobe.inputs import Currency, Faults, Flag, Identifier, Strict, Whole, blank
from orders.api.adobe.vocabulary import OrderType

MOST_LINES = 499
LONGEST_REFERENCE = 35
LONGEST_ID = 40
LARGEST_LINE_NUMBER = 999_999
RENEWING = (OrderType.RENEWAL, OrderType.PREVIEW_RENEWAL)
BUYING = (OrderType.NEW, OrderType.PREVIEW)


class LineInput(Strict):
    extLineItemNumber = Whole(min_value=0, max_value=LARGEST_LINE_NUMBER)  # Adobe's
    offerId = Identifier(required=False, max_length=LONGEST_ID)
    quantity = Whole(required=False, min_value=1, max_value=10**9)
    subscriptionId = Identifier(**blank, max_length=LONGEST_ID)
    currencyCode = Currency(**blank)
    deploymentId = Identifier(**blank, max_length=LONGEST_ID)
    discountCode = Identifier(**blank, max_length=LONGEST_ID)
    flexDiscountCodes = serializers.ListField(child=fields.Text(max_length=64), required=False, max_length=50)


class OrderInput(Strict):
    """Order resource without read-only fields."""

    externalReferenceId = fields.Text(**blank, max_length=LONGEST_REFERENCE)
    currencyCode = Currency(**blank, help_text="To be deprecated: use the line's.")
    orderType = fields.Choice(choices=list(OrderType))
    referenceOrderId = Identifier(**blank, max_length=LONGEST_ID, help_text="For returns only.")
    lineItems = fields.ObjectList(child=LineInput(), most=MOST_LINES, required=False)

    def rules(self, data: Mapping[str, Any], faults: Faults) -> None:
        """What each type of order needs, and does without."""
        given = data.get("orderType")
        order_type = given if isinstance(given, str) else ""
        if order_type == OrderType.RETURN and data.get("referenceOrderId", "") == "":
            faults.add("referenceOrderId", code="required")
        if order_type in set(OrderType) - {OrderType.RETURN} and data.get("referenceOrderId", "") != "":
            faults.add("referenceOrderId", code="unexpected")
        lines = data.get("lineItems", [])
        if lines == [] and order_type != OrderType.PREVIEW_RENEWAL:
            faults.add("lineItems", code="required")
        if isinstance(lines, list) and len(lines) <= MOST_LINES:
            _lines(order_type, lines, faults)


def _lines(order_type: str, lines: list[Any], faults: Faults) -> None:
    seen: set[object] = set()
    for index, line in enumerate(lines):
        if not isinstance(line, Mapping):
            continue
        for field in _missing(order_type, line):
            faults.add("lineItems", index, field, code="required")
        for field in _superfluous(order_type, line):
            faults.add("lineItems", index, field, code="unexpected")
        number = line.get("extLineItemNumber")
        if isinstance(number, int):
            if number in seen:
                faults.add("lineItems", index, "extLineItemNumber", code="duplicate")
            seen.add(number)


def _missing(order_type: str, line: Mapping[str, Any]) -> list[str]:
    """Fields that this type of order needs on a line."""
    needed = [] if order_type == OrderType.PREVIEW_RENEWAL else ["offerId", "quantity"]
    if order_type in RENEWING:
        needed.append("subscriptionId")
    if line.get("deploymentId", "") != "":
        needed.append("currencyCode")
    return [field for field in needed if _is_blank(line.get(field, ""))]


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _superfluous(order_type: str, line: Mapping[str, Any]) -> list[str]:
    """Fields that this type of order has no use for; blank ones pass."""
    if order_type not in set(OrderType):
        return []
    unwanted = [] if order_type in RENEWING else ["subscriptionId"]
    if order_type not in BUYING:
        unwanted.append("flexDiscountCodes")
    return [field for field in unwanted if line.get(field, "") not in ("", [])]


class OrderPatch(Strict):
    """Nothing of an order changes but the client's own reference."""

    unknown = "not_editable"
    externalReferenceId = fields.Text(allow_blank=True, max_length=LONGEST_REFERENCE)


class AutoRenewalInput(Strict):
    enabled = Flag(required=False)
    renewalQuantity = Whole(required=False)


class SubscriptionPatch(Strict):
    unknown = "unexpected"
    autoRenewal = AutoRenewalInput()


class SubscriptionInput(Strict):
    """A product that begins with the next term."""

    offerId = Identifier(max_length=LONGEST_ID)
    autoRenewal = AutoRenewalInput()
    currencyCode = Currency(**blank)
    deploymentId = Identifier(**blank, max_length=LONGEST_ID)

    def rules(self, data: Mapping[str, Any], faults: Faults) -> None:
        renewal = data.get("autoRenewal")
        if not isinstance(renewal, Mapping):
            return
        if "renewalQuantity" not in renewal:
            faults.add("autoRenewal", "renewalQuantity", code="required")
        if renewal.get("enabled") is False:
            faults.add("autoRenewal", "enabled", code="not_editable")
