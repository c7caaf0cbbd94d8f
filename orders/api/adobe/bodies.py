"""Orders as Adobe's clients get them back, key by key in the published order."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from orders import queries as order_queries
from orders.api.adobe import vocabulary
from orders.api.adobe.vocabulary import COMPLETE, INACTIVE, OrderType
from orders.licensing.prices import DAYS_OF_A_TERM
from orders.licensing.quotes import Quote, QuotedLine
from orders.licensing.requests import OrderRequest
from orders.licensing.vocabulary import LicenceOrderType

Body = dict[str, object]


def order(found: Any, *, with_links: bool = True) -> Body:
    """A stored order."""
    core, account = found.order, found.account
    status = vocabulary.order_status(status=core.status, failure_code=core.failure_code)
    order_id = order_queries.code_of_number(core.number)
    body: Body = {
        "externalReferenceId": core.reference,
        "orderId": order_id,
        "customerId": account.code,
        "orderType": found.order_type,
        "referenceOrderId": order_queries.code_of_number(found.original.order.number) if found.original else "",
        "currencyCode": found.sent_currency or core.currency,
        "creationDate": moment(core.created_at),
        "status": status,
        "source": found.source,
        "lineItems": [_line(line, core, status) for line in found.lines.all()],
    }
    return {**body, "links": self_link(f"/v3/customers/{account.code}/orders/{order_id}")} if with_links else body


def _line(line: Any, core: Any, status: str) -> Body:
    known = line.subscription and (core.approved_at or line.licence_order.order_type != LicenceOrderType.NEW)
    flex = [{**row, "result": "SUCCESS"} for row in line.flex_discounts]
    return {
        "extLineItemNumber": line.number,
        "offerId": line.offer.code,
        "quantity": line.quantity,
        "subscriptionId": line.subscription.code if known else "",
        "status": vocabulary.CANCELLED if line.returned_at else status,
        "currencyCode": core.currency,
        **where_given(
            deploymentId=line.deployment.reference if line.deployment else "",
            discountCode=line.discount_code,
            flexDiscounts=flex,
        ),
    }


def preview(quote: Quote, *, request: OrderRequest, order_type: OrderType, customer_id: str, at: datetime) -> Body:
    """An order that is not stored: it has neither id nor status nor links."""
    is_renewal = order_type == OrderType.PREVIEW_RENEWAL
    body: Body = {
        "externalReferenceId": request.reference,
        "orderId": "",
        "customerId": customer_id,
        "orderType": order_type,
        "referenceOrderId": "",
        "currencyCode": quote.currency,
        "creationDate": moment(at),
        "status": "",
        "source": "API",
        "lineItems": [_quoted(line, is_renewal=is_renewal, with_prices=request.with_prices) for line in quote.lines],
    }
    if request.with_prices:
        total = sum(line.priced.line_price for line in quote.lines if line.priced)
        body["pricingSummary"] = [{"totalLineItemPartnerPrice": total, "currencyCode": quote.currency}]
    return body


def _quoted(line: QuotedLine, *, is_renewal: bool, with_prices: bool) -> Body:
    status = (COMPLETE if line.renews else INACTIVE) if is_renewal else ""
    flex = [{"id": str(line.flex.uid), "code": line.flex.code, "result": "SUCCESS"}] if line.flex else []
    body: Body = {
        "extLineItemNumber": line.number,
        "offerId": line.offer.code,
        "quantity": line.quantity,
        "subscriptionId": line.subscription.code if line.subscription else "",
        "status": status,
        "currencyCode": line.currency,
        **where_given(
            deploymentId=line.deployment.reference if line.deployment else "",
            discountCode=line.discount_code,
            flexDiscounts=flex,
        ),
    }
    if with_prices and line.priced:
        body |= {
            "proratedDays": line.days,
            "pricing": {
                "partnerPrice": line.priced.partner_price,
                "discountedPartnerPrice": line.priced.discounted_price,
                "netPartnerPrice": line.priced.net_price,
                "lineItemPartnerPrice": line.priced.line_price,
            },
        }
    return body


def eligible_offers(quote: Quote) -> list[Body]:
    """High-growth offers among the lines of a renewal, and what a customer must do for them."""
    return [
        {
            "offerId": line.offer.code,
            "renewalCode": f"MOQ_{line.offer.growth_quantity}",
            "eligibilityCriteria": {
                "minQuantity": line.offer.growth_quantity,
                "additionalCriteria": ["THREE_YEAR_COMMIT"],
                **where_given(deploymentId=line.deployment.reference if line.deployment else ""),
            },
        }
        for line in quote.lines
        if line.offer.growth_quantity
    ]


def self_link(uri: str) -> Mapping[str, object]:
    """The link of a resource to itself, below the mount."""
    return {"self": {"uri": uri, "method": "GET", "headers": []}}


def moment(at: datetime) -> str:
    """UTC to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def term_start(coterm_date: date | None) -> date | None:
    """The first day of the current term."""
    return coterm_date - timedelta(days=DAYS_OF_A_TERM) if coterm_date else None


def where_given(**members: object) -> Body:
    """Members that are there only when there is something to say."""
    return {name: value for name, value in members.items() if value}
