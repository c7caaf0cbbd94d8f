"""What is sold, at which prices, and what takes something off them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from rest_framework import serializers

from customers import currencies
from customers.permissions import Permission
from orders.api import fields
from orders.api.adobe import answers, bodies, queries_in
from orders.api.adobe.door import AdobeViewSet
from orders.api.adobe.inputs import Currency, Strict
from orders.api.endpoint import Endpoint, Values
from orders.licensing import price_lists, quotes
from orders.licensing.refusals import LicensingRefused, Refusal
from orders.licensing.vocabulary import MarketSegment

LARGEST_FLEX_PAGE = 50
LARGEST_PRICE_PAGE = 1_000


class PriceListFilters(Strict):
    offerId = fields.Text(required=False, max_length=40)


class PriceListInput(Strict):
    region = fields.Text(max_length=32)
    marketSegment = fields.Choice(choices=list(MarketSegment))
    priceListType = fields.Choice(choices=["STANDARD"], required=False)
    currency = Currency()
    priceListMonth = fields.Text(required=False, max_length=6)
    filters = PriceListFilters(required=False)
    includeOfferAttributes = serializers.ListField(child=fields.Text(max_length=64), required=False, max_length=50)


class PriceListViews(AdobeViewSet):
    @Endpoint(
        permission=Permission.READ,
        body=PriceListInput(),
        answer=answers.PriceListBody(),
        message="Price list",
    )
    def create(self, values: Values) -> object:
        """Today's prices of a region, segment and currency. `limit` and `offset` are in the query."""
        query = queries_in.PageQuery(data=self.request.query_params.dict())
        if not query.is_valid():
            raise LicensingRefused(Refusal.INVALID_FIELD, fields=list(query.errors))
        limit, offset = min(query.validated_data["limit"], LARGEST_PRICE_PAGE), query.validated_data["offset"]
        wanted = values.get("filters", {}).get("offerId", "")
        found = price_lists.listed(
            business=self.business,
            region=values["region"],
            market_segment=values["marketSegment"],
            currency=values["currency"],
            on=quotes.pacific(self.now),
            offer_ids=[wanted] if wanted else (),
        )
        page = found[offset : offset + limit]
        return {
            "priceListMonth": values.get("priceListMonth", ""),
            "marketSegment": values["marketSegment"],
            "region": values["region"],
            "currency": values["currency"],
            "totalCount": len(found),
            "count": len(page),
            "offset": offset,
            "limit": limit,
            "offers": [_offer(listed) for listed in page],
        }


class FlexDiscountViews(AdobeViewSet):
    @Endpoint(
        permission=Permission.READ,
        query=queries_in.FlexDiscountQuery(),
        answer=answers.FlexDiscountPage(),
        message="Flexible discounts",
    )
    def list(self, values: Values) -> object:
        """The flexible discounts of a segment and country. An id excludes the other optional filters."""
        others = {"offer-ids", "flex-discount-code", "start-date", "end-date"} & set(values)
        if "flex-discount-id" in values and others:
            raise LicensingRefused(Refusal.INVALID_FIELD, fields=sorted(others))
        rows = price_lists.flex_discounts(
            business=self.business,
            market_segment=values["market-segment"],
            country=values["country"],
            start=values.get("start-date", self.now),
            end=values.get("end-date", self.now),
            offer_ids=[code for code in values.get("offer-ids", "").split(",") if code],
            code=values.get("flex-discount-code", ""),
            uid=values.get("flex-discount-id", ""),
        )
        show = partial(_discount, country=values["country"])
        path = "/v3/flex-discounts"
        return self.page(rows, values, most=LARGEST_FLEX_PAGE, path=path, name="flexDiscounts", show=show)


def _offer(listed: Any) -> Mapping[str, object]:
    offer = listed.offer
    return {
        "offerId": offer.code,
        "productFamily": offer.item.name,
        "productType": offer.offer_type,
        "levelDetails": offer.level,
        "firstOrderDate": offer.first_order_date.isoformat() if offer.first_order_date else "",
        "lastOrderDate": offer.last_order_date.isoformat() if offer.last_order_date else "",
        "partnerPrice": listed.price,
    }


def _discount(row: Any, *, country: str) -> Mapping[str, object]:
    is_percentage = row.kind == "percentage"
    values = (
        [{"value": row.percent}]
        if is_percentage
        else [
            {
                "country": country,
                "currency": value.currency,
                "value": currencies.to_major(cents=value.amount_cents, currency=value.currency),
            }
            for value in row.values.all()
            if value.country in ("", country)
        ]
    )
    return {
        "id": str(row.uid),
        "code": row.code,
        "name": row.name,
        "startDate": bodies.moment(row.starts_at) if row.starts_at else "",
        "endDate": bodies.moment(row.ends_at) if row.ends_at else "",
        "status": "ACTIVE",
        "qualification": {"baseOfferIds": [item.offer.code for item in row.items.all()]},
        "outcomes": [{"type": "PERCENTAGE_DISCOUNT" if is_percentage else "FIXED_DISCOUNT", "discountValues": values}],
    }
