"""Orders as Adobe's clients get them back, key by key in the published order."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from orders import queries as order_queries
from orders.api.adobe import vocabulary
from orders.api.adobe.vocabulary import COMPLETE, INACTIVE, OrderType
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
        **where_given(deploymentId=place_of(line), discountCode=line.discount_code, flexDiscounts=flex),
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
        **where_given(deploymentId=place_of(line), discountCode=line.discount_code, flexDiscounts=flex),
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
                **where_given(deploymentId=place_of(line)),
            },
        }
        for line in quote.lines
        if line.offer.growth_quantity
    ]


def self_link(uri: str) -> Body:
    """The link of a resource to itself."""
    return {"self": _link(uri)}


def page_links(*, path: str, query: Mapping[str, str], limit: int, offset: int, total: int) -> Body:
    """The links of a page: itself, and its neighbours where there are any."""
    kept = "".join(f"&{name}={quote(value)}" for name, value in query.items() if name not in ("limit", "offset"))
    links = self_link(f"{path}?limit={limit}&offset={offset}{kept}")
    if offset + limit < total:
        links["next"] = _link(f"{path}?limit={limit}&offset={offset + limit}{kept}")
    if offset > 0:
        links["prev"] = _link(f"{path}?limit={limit}&offset={max(0, offset - limit)}{kept}")
    return links


def _link(uri: str) -> Body:
    """A link as published: server-relative, below the mount."""
    return {"uri": uri, "method": "GET", "headers": []}


def moment(at: datetime) -> str:
    """UTC to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def place_of(row: Any) -> str:
    """The id of the deployment that a line or a subscription is for; blank for none."""
    return row.deployment.reference if row.deployment else ""


def where_given(**members: object) -> Body:
    """Members that are there only when there is something to say."""
    return {name: value for name, value in members.items() if value}
