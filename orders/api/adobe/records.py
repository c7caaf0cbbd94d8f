"""Customers, subscriptions and deployments as Adobe's clients get them back, key by key in the published order."""

from datetime import date
from typing import Any

from orders.api.adobe import vocabulary
from orders.api.adobe.bodies import Body, moment, place_of, self_link, where_given
from orders.api.adobe.vocabulary import COMPLETE, INACTIVE
from orders.licensing import queries, renewing
from orders.licensing.vocabulary import HIGH_VOLUME_TAG, SubscriptionStatus


def subscription(row: Any, *, programme: Any, today: date) -> Body:
    """A subscription; its renewal quantity is there where it is explicit."""
    customer_id = row.account.code
    actions = ["MANUAL_RENEWAL"] if renewing.may_renew_late(subscription=row, programme=programme, today=today) else []
    return {
        "subscriptionId": row.code,
        "offerId": row.offer.code,
        "currentQuantity": row.quantity,
        "autoRenewal": {
            "enabled": row.is_auto_renewed,
            **where_given(renewalQuantity=row.renewal_quantity),
        },
        "currencyCode": row.currency,
        **where_given(deploymentId=place_of(row)),
        "creationDate": moment(row.created_at),
        "renewalDate": row.renewal_date.isoformat(),
        "status": vocabulary.SUBSCRIPTIONS[SubscriptionStatus(row.status)],
        "allowedActions": actions,
        "links": self_link(f"/v3/customers/{customer_id}/subscriptions/{row.code}"),
    }


def customer(account: Any) -> Body:
    """A customer with its levels and its anniversary."""
    has_code = HIGH_VOLUME_TAG in account.tags and account.high_volume_code
    licences: Body = {"offerType": "LICENSE", "level": account.licence_level}
    return {
        "externalReferenceId": account.reference,
        "customerId": account.code,
        "resellerId": account.reseller,
        "globalSalesEnabled": account.is_global_sales_enabled,
        "companyProfile": {
            **account.profile,
            "companyName": account.customer.name,
            "marketSegment": account.market_segment,
        },
        "discounts": [
            {**licences, **({"discountCode": account.high_volume_code} if has_code else {})},
            {"offerType": "CONSUMABLES", "level": account.consumable_level},
        ],
        "cotermDate": account.coterm_date.isoformat() if account.coterm_date else "",
        "tags": list(account.tags),
        "benefits": _benefits(account),
        "creationDate": moment(account.created_at),
        "status": COMPLETE if queries.is_active(account) else INACTIVE,
        "links": self_link(f"/v3/customers/{account.code}"),
    }


def _benefits(account: Any) -> list[Body]:
    if account.commitment_start_date is None:
        return []
    commitment: Body = {
        "startDate": account.commitment_start_date.isoformat(),
        "endDate": account.commitment_end_date.isoformat(),
        "status": "COMMITTED",
        "minimumQuantities": [
            {"offerType": kind, "quantity": quantity}
            for kind, quantity in (
                ("LICENSE", account.committed_licences),
                ("CONSUMABLES", account.committed_consumables),
            )
            if quantity
        ],
    }
    return [{"type": "THREE_YEAR_COMMIT", "commitment": commitment}]


def deployment(row: Any, *, customer_id: str) -> Body:
    """A place that a customer buys for."""
    return {
        "deploymentId": row.reference,
        "status": INACTIVE if row.attributes.get("is_closed") else COMPLETE,
        "companyProfile": {
            "address": {
                "country": str(row.country),
                "region": row.region,
                "city": row.city,
                "addressLine1": row.line_1,
                "addressLine2": row.line_2,
                "postalCode": row.postal_code,
                "phoneNumber": row.phone,
            }
        },
        "creationDate": moment(row.created_at),
        "links": self_link(f"/v3/customers/{customer_id}/deployments/{row.reference}"),
    }
