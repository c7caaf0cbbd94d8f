"""Adobe's words and codes for what the programme does, and the other way round."""

from enum import StrEnum
from typing import Final

from orders.licensing.refusals import Refusal
from orders.licensing.vocabulary import LicenceOrderType, SubscriptionStatus
from orders.states import Status


class OrderType(StrEnum):
    """What may be posted."""

    NEW = "NEW"
    RETURN = "RETURN"
    PREVIEW = "PREVIEW"
    PREVIEW_RENEWAL = "PREVIEW_RENEWAL"
    RENEWAL = "RENEWAL"


PREVIEWS = frozenset({OrderType.PREVIEW, OrderType.PREVIEW_RENEWAL})
PLACED: dict[OrderType, LicenceOrderType] = {
    OrderType.NEW: LicenceOrderType.NEW,
    OrderType.PREVIEW: LicenceOrderType.NEW,
    OrderType.RETURN: LicenceOrderType.RETURN,
    OrderType.RENEWAL: LicenceOrderType.RENEWAL,
    OrderType.PREVIEW_RENEWAL: LicenceOrderType.RENEWAL,
}

COMPLETE: Final = "1000"
PENDING: Final = "1002"
INACTIVE: Final = "1004"
CANCELLED: Final = "1008"
SCHEDULED: Final = "1009"

ORDERS: dict[Status, str] = {
    Status.DRAFT: PENDING,
    Status.SUBMITTED: PENDING,
    Status.APPROVED: COMPLETE,
    Status.COMPLETED: COMPLETE,
    Status.CANCELLED: CANCELLED,
    Status.REJECTED: INACTIVE,
}
SUBSCRIPTIONS: dict[SubscriptionStatus, str] = {
    SubscriptionStatus.ACTIVE: COMPLETE,
    SubscriptionStatus.INACTIVE: INACTIVE,
    SubscriptionStatus.SCHEDULED: SCHEDULED,
}


def order_status(*, status: str, failure_code: str) -> str:
    """An order that failed says why by its code."""
    return failure_code if status == Status.FAILED else ORDERS[Status(status)]


# The published code, HTTP status and message of each refusal.
REFUSALS: dict[Refusal, tuple[str, int, str]] = {
    Refusal.UNKNOWN_CUSTOMER: ("1116", 404, "Invalid Customer"),
    Refusal.INVALID_FIELD: ("1117", 400, "Some fields are invalid"),
    Refusal.MISSING_FIELD: ("1122", 400, "Request is missing required fields"),
    Refusal.UNKNOWN_ORDER: ("2115", 404, "Invalid Customer or Order ID"),
    Refusal.QUANTITY_OUT_OF_RANGE: ("2120", 400, "Line item quantity is out of range"),
    Refusal.UNKNOWN_OFFER: ("2122", 400, "Offer ID is invalid"),
    Refusal.CURRENCY_NOT_FOR_REGION: ("2125", 400, "Currency is not available for the region"),
    Refusal.CURRENCY_NOT_FOR_OFFER: ("2128", 400, "Currency is not valid for Offer ID"),
    Refusal.NOT_ELIGIBLE: ("2129", 400, "Customer is not eligible to purchase Offer ID"),
    Refusal.RETURN_OFFER_DIFFERS: ("2130", 400, "Offer ID does not match original order"),
    Refusal.RETURN_LINE_DIFFERS: ("2131", 400, "extLineItemNumber does not match original order"),
    Refusal.RETURN_QUANTITY_DIFFERS: ("2132", 400, "Quantity does not match original order"),
    Refusal.RETURNED_ALREADY: ("2133", 400, "Line item has already been returned"),
    Refusal.RETURN_TOO_LATE: ("2134", 400, "Line item cannot be returned as the order already expired"),
    Refusal.NOTHING_RENEWS: (
        "2136",
        400,
        "Please review the renewal settings. Auto-renewal needs to be turned on for at least 1 quantity",
    ),
    Refusal.CURRENCY_NOT_ALIGNED: ("2137", 400, "Currency code not aligned"),
    Refusal.UNKNOWN_DEPLOYMENT: ("2138", 404, "Invalid Deployment"),
    Refusal.DEPLOYMENT_NOT_ALLOWED: ("2139", 400, "Deployment not allowed for this contract"),
    Refusal.CURRENCY_TWICE: ("2140", 400, "Order contains order level currency and line-item level currency"),
    Refusal.NO_ORDERS_TAKEN: ("5122", 400, "Order placement is currently unavailable. Please try again later."),
    Refusal.PROGRAMME_NOT_SOLD: ("2124", 400, "Distributor not allowed to sell the program"),
    Refusal.PARTNER_NOT_GLOBAL: ("1139", 400, "Partner is not enabled for global sales"),
    Refusal.CUSTOMER_NOT_GLOBAL: ("1140", 400, "Customer is not enabled for global sales"),
    Refusal.SEGMENT_NOT_GLOBAL: ("1142", 400, "Market segment is not allowed for global sales"),
    Refusal.FLEX_NOT_QUALIFIED: ("2141", 400, "Customer is not qualified for the Flexible Discount"),
    Refusal.FLEX_NOT_COMBINABLE: ("2144", 400, "Flexible Discount cannot be combined with other discounts"),
    Refusal.FLEX_ON_OTHER_PRODUCT: ("2145", 400, "Flexible Discount is not applicable to a non-base product"),
    Refusal.UNKNOWN_FLEX_CODE: ("2146", 400, "Invalid Flexible Discount Code"),
    Refusal.SEVERAL_FLEX_CODES: ("2147", 400, "Only one Flexible Discount Code is allowed per line item"),
    Refusal.SEVERAL_CURRENCIES_PRICED: ("2148", 400, "Pricing is not available for more than one currency"),
    Refusal.UNKNOWN_SUBSCRIPTION: ("3115", 404, "Invalid Customer or Subscription ID"),
    Refusal.RENEWAL_QUANTITY: ("3116", 400, "renewalQuantity is out of range"),
    Refusal.SUBSCRIPTION_INACTIVE: ("3119", 400, "Inactive subscription is not editable"),
    Refusal.INVALID_RENEWAL: ("3120", 400, "Update would create an invalid renewal"),
    Refusal.SUBSCRIPTION_ACTIVE: ("3121", 400, "Subscription is Active"),
    Refusal.OUTSIDE_RENEWAL_WINDOW: ("3122", 400, "Subscription is not within Renewal Window"),
    Refusal.RETURN_BELOW_MINIMUM: ("5133", 400, "Order cancellation not allowed below MOQ quantity"),
    Refusal.WRONG_HIGH_VOLUME_CODE: ("5135", 400, "Invalid Discount Code"),
}
# What the gateway answers before anything is looked at; none of it is kept for a repetition.
GATEWAY: dict[str, tuple[int, str]] = {
    "4115": (403, "Api Key is invalid or missing"),
    "4116": (401, "Authorization token is invalid or has expired"),
    "4117": (403, "Authorization token is missing"),
    "4118": (429, "Too many requests"),
    "4119": (400, "Correlation ID is Invalid or Missing"),
    "4120": (400, "Duplicate request id, same requestId has already been processed"),
    "4121": (403, "Not authorized to use this API"),
    "4122": (400, "This request is already being processed. Please wait a moment and try again."),
}
# Faults in the shape of a body, the first class that is found answers.
SHAPE: tuple[tuple[str, str], ...] = (
    ("1121", "Request contains additional unexpected fields."),
    ("1119", "Some fields are not editable"),
    ("1122", "Request is missing required fields"),
    ("1132", "Invalid value for search parameter"),
    ("1117", "Some fields are invalid"),
    ("2126", "externalReferenceId exceeds maximum character limit"),
    ("2119", "Too many line items"),
    ("2121", "Duplicate line item numbers"),
    ("2123", "extLineItemNumber is out of range"),
    ("2120", "Line item quantity is out of range"),
)
