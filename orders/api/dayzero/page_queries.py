"""What the addresses of Day Zero's lists may ask for."""

from typing import Any

from rest_framework import serializers

from billing.states import DrawdownStatus
from orders.api import fields, number_fields
from orders.api.dayzero import vocabulary


class PageQuery(serializers.Serializer[Any]):
    cursor = fields.Text(required=False, max_length=200)
    limit = number_fields.StrictInteger(required=False, min_value=1, max_value=100, default=50)
    direction = fields.Choice(
        choices=list(vocabulary.Direction),
        required=False,
        default=vocabulary.Direction.NEXT,
        help_text="From the cursor on, or the page before it.",
    )
    sort_by = fields.Choice(choices=["created_at"], required=False)
    descending = fields.Truth(required=False, default=True, help_text="Newest first.")
    include_total_count = fields.Truth(required=False, default=False)


class LongPageQuery(PageQuery):
    """Of lists whose rows are short."""

    limit = number_fields.StrictInteger(required=False, min_value=1, max_value=1_000, default=50)


class OrderQuery(PageQuery):
    status = fields.Choice(choices=list(vocabulary.OrderStatus), required=False)
    customer_id = fields.PublicId(required=False)


class ContractQuery(PageQuery):
    status = fields.Choice(choices=list(vocabulary.ContractStatus), required=False)
    customer_id = fields.PublicId(required=False)


class DrawdownQuery(LongPageQuery):
    status = fields.Choice(choices=list(DrawdownStatus), required=False)


class TimeEntryQuery(DrawdownQuery):
    contract_id = fields.PublicId(required=False)


class ChangeOrderQuery(PageQuery):
    status = fields.Choice(choices=list(vocabulary.ChangeOrderStatus), required=False)
    contract_id = fields.PublicId(required=False)


class InvoiceQuery(PageQuery):
    status = fields.Choice(choices=list(vocabulary.InvoiceStatus), required=False)
    customer_id = fields.PublicId(required=False)
    contract_id = fields.PublicId(required=False)


class ScheduleQuery(serializers.Serializer[Any]):
    contract_id = fields.PublicId(required=False)
    limit = number_fields.StrictInteger(required=False, min_value=1, max_value=500, default=100)
    offset = number_fields.StrictInteger(required=False, min_value=0, max_value=1_000_000, default=0)
