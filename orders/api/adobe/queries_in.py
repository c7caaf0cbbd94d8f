"""What may stand in the query of Adobe's lists; whatever else stands there is passed over."""

import re
from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

from orders.api import fields, number_fields
from orders.api.adobe.inputs import Country
from orders.licensing.vocabulary import MarketSegment

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z", re.ASCII)
FARTHEST = 10**9


class DayOrMoment(fields.Text):
    """A day, which is its midnight in UTC, or a moment that ends in Z."""

    default_error_messages = {"unparsable": "YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ is required."}

    def to_internal_value(self, data: object) -> Any:
        text = super().to_internal_value(data)
        try:
            if DATE.fullmatch(text):
                return datetime.fromisoformat(text).replace(tzinfo=UTC)
            if MOMENT.fullmatch(text):
                return datetime.fromisoformat(text)
        except ValueError:
            pass
        self.fail("unparsable")


class PageQuery(serializers.Serializer[Any]):
    """A page: a limit above the largest is taken for the largest."""

    limit = number_fields.StrictInteger(required=False, min_value=1, max_value=FARTHEST, default=25)
    offset = number_fields.StrictInteger(required=False, min_value=0, max_value=FARTHEST, default=0)


def named(name: str, fields_: dict[str, Any], base: type[serializers.Serializer[Any]]) -> type[Any]:
    """A serializer whose fields have hyphens in their names."""
    return type(name, (base,), fields_)


HistoryQuery = named(
    "HistoryQuery",
    {
        "order-type": fields.Choice(choices=["NEW", "TRANSFER", "RENEWAL"], required=False),
        "status": fields.Text(required=False, max_length=8),
        "offer-id": fields.Text(required=False, max_length=40),
        "reseller-id": fields.Text(required=False, max_length=40),
        "reference-order-id": fields.Text(required=False, max_length=40),
        "start-date": DayOrMoment(required=False),
        "end-date": DayOrMoment(required=False),
    },
    PageQuery,
)
DeploymentQuery = named(
    "DeploymentQuery", {"status": fields.Choice(choices=["1000", "1004"], required=False)}, PageQuery
)
FlexDiscountQuery = named(
    "FlexDiscountQuery",
    {
        "market-segment": fields.Choice(choices=list(MarketSegment)),
        "country": Country(),
        "offer-ids": fields.Text(required=False, max_length=4_000),
        "flex-discount-code": fields.Text(required=False, max_length=64),
        "flex-discount-id": fields.PublicId(required=False),
        "start-date": DayOrMoment(required=False),
        "end-date": DayOrMoment(required=False),
        "limit": number_fields.StrictInteger(required=False, min_value=1, max_value=FARTHEST, default=20),
    },
    PageQuery,
)
