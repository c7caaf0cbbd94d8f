"""What the programme refuses, each with a stable code; a door puts it in its own numbers."""

from collections.abc import Iterable
from enum import StrEnum

from orders.errors import OrderError


class Refusal(StrEnum):
    UNKNOWN_CUSTOMER = "unknown_customer"
    INVALID_FIELD = "invalid_field"
    MISSING_FIELD = "missing_field"
    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_SUBSCRIPTION = "unknown_subscription"
    UNKNOWN_DEPLOYMENT = "unknown_deployment"
    QUANTITY_OUT_OF_RANGE = "quantity_out_of_range"
    UNKNOWN_OFFER = "unknown_offer"
    NOT_ELIGIBLE = "not_eligible"
    CURRENCY_TWICE = "currency_twice"
    CURRENCY_NOT_ALIGNED = "currency_not_aligned"
    CURRENCY_NOT_FOR_OFFER = "currency_not_for_offer"
    CURRENCY_NOT_FOR_REGION = "currency_not_for_region"
    SEVERAL_CURRENCIES_PRICED = "several_currencies_priced"
    NO_ORDERS_TAKEN = "no_orders_taken"
    PROGRAMME_NOT_SOLD = "programme_not_sold"
    PARTNER_NOT_GLOBAL = "partner_not_global"
    CUSTOMER_NOT_GLOBAL = "customer_not_global"
    SEGMENT_NOT_GLOBAL = "segment_not_global"
    DEPLOYMENT_NOT_ALLOWED = "deployment_not_allowed"
    WRONG_HIGH_VOLUME_CODE = "wrong_high_volume_code"
    SEVERAL_FLEX_CODES = "several_flex_codes"
    UNKNOWN_FLEX_CODE = "unknown_flex_code"
    FLEX_ON_OTHER_PRODUCT = "flex_on_other_product"
    FLEX_NOT_COMBINABLE = "flex_not_combinable"
    FLEX_NOT_QUALIFIED = "flex_not_qualified"
    RETURN_OFFER_DIFFERS = "return_offer_differs"
    RETURN_LINE_DIFFERS = "return_line_differs"
    RETURN_QUANTITY_DIFFERS = "return_quantity_differs"
    RETURNED_ALREADY = "returned_already"
    RETURN_TOO_LATE = "return_too_late"
    RETURN_BELOW_MINIMUM = "return_below_minimum"
    NOTHING_RENEWS = "nothing_renews"
    RENEWAL_QUANTITY = "renewal_quantity"
    SUBSCRIPTION_INACTIVE = "subscription_inactive"
    INVALID_RENEWAL = "invalid_renewal"
    SUBSCRIPTION_ACTIVE = "subscription_active"
    OUTSIDE_RENEWAL_WINDOW = "outside_renewal_window"


class Ineligible(StrEnum):
    """Why an offer is not for this customer."""

    ADD_ON = "INELIGIBLE_ADD_ON"
    CONSUMED = "INELIGIBLE_CONSUMED"
    SWITCH = "INELIGIBLE_SWITCH"
    MARKET_SEGMENT = "INELIGIBLE_MARKET_SEGMENT"
    CUSTOMER = "CUSTOMER_NOT_ELIGIBLE_FOR_PURCHASE"


class LicensingRefused(OrderError):
    """A refusal with what it concerns: fields by path, or lines by number with a reason each."""

    code = "licensing_refused"

    def __init__(self, refusal: Refusal, *, lines: Iterable[tuple[int, str]] = (), fields: Iterable[str] = ()) -> None:
        self.refusal = refusal
        self.lines = tuple(lines)
        self.fields = tuple(fields)
        super().__init__(f"Refused: {refusal}.")


def refuse_any(refusal: Refusal, faulty: Iterable[int | tuple[int, str]]) -> None:
    """Refuse if there are any faulty lines, naming all of them."""
    lines = [(fault, "") if isinstance(fault, int) else fault for fault in faulty]
    if lines:
        raise LicensingRefused(refusal, lines=lines)
