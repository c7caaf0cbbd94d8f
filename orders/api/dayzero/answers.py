"""What Day Zero's clients get back. The same serializers render the answers and describe them in the OpenAPI."""

from decimal import Decimal
from typing import Any
from uuid import uuid5

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.services import EventResult
from billing.states import DrawdownStatus, SubmittedVia
from orders.api.dayzero import vocabulary
from orders.api.fields import FreeObject, NullableText
from orders.api.shapes import Shown


@extend_schema_field({"type": "string", "example": "2.5"})
class PlainQuantity(serializers.Field[Decimal, Any, str, Any]):
    """A quantity as text, without exponent or trailing zeros."""

    def to_representation(self, value: Decimal) -> str:
        return f"{value.normalize():f}"


@extend_schema_field({"type": "string", "enum": list(vocabulary.OrderStatus)})
class OrderStatusField(serializers.Field[Any, Any, str, Any]):
    def to_representation(self, value: Any) -> str:
        return vocabulary.order_status(status=value.status, is_signed=value.signed_at is not None)


@extend_schema_field({"type": "string", "enum": list(vocabulary.InvoiceStatus)})
class InvoiceStatusField(serializers.Field[Any, Any, str, Any]):
    def to_representation(self, value: Any) -> str:
        return vocabulary.invoice_status(status=value.status, amount_paid_cents=value.amount_paid_cents)


@extend_schema_field({"type": "string", "format": "uuid"})
class InvoiceLineId(serializers.Field[Any, Any, str, Any]):
    """An invoice line has no id of its own: its place on its invoice names it, for ever."""

    def to_representation(self, value: Any) -> str:
        return str(uuid5(value.invoice.uid, str(value.position)))


class OrderLineBody(Shown):
    id = serializers.UUIDField(source="uid")
    order_id = serializers.UUIDField(source="order.uid")
    position = serializers.IntegerField()
    catalog_item_id = serializers.UUIDField(source="catalog_item.uid", allow_null=True)
    description = NullableText()
    qty = PlainQuantity()
    unit_price_cents = serializers.IntegerField()
    billing_rule = serializers.CharField()
    billing_timing = NullableText()
    ramp_schedule = FreeObject(allow_null=True)
    line_total_cents = serializers.IntegerField()


class OrderBody(Shown):
    id = serializers.UUIDField(source="uid")
    business_id = serializers.UUIDField(source="business.uid")
    order_number = serializers.CharField(source="number")
    status = OrderStatusField(source="*")
    customer_id = serializers.UUIDField(source="customer.uid")
    project_id = serializers.UUIDField(source="project.uid", allow_null=True)
    order_description = NullableText(source="description")
    order_start_date = serializers.DateField(allow_null=True)
    first_invoice_date = serializers.DateField(allow_null=True)
    term_months = serializers.IntegerField(allow_null=True)
    discount_cents = serializers.IntegerField()
    tax_treatment = NullableText()
    currency = serializers.CharField()
    subtotal_cents = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    contract_id = serializers.UUIDField(source="agreement.uid", allow_null=True)
    sent_at = serializers.DateTimeField(source="submitted_at", allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    countersigned_at = serializers.DateTimeField(source="approved_at", allow_null=True)
    lines = OrderLineBody(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ContractBody(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uid")
    business_id = serializers.UUIDField(source="business.uid")
    order_id = serializers.UUIDField(source="order_uid")
    order_number = serializers.CharField()
    status = serializers.ChoiceField(choices=list(vocabulary.ContractStatus))
    customer_id = serializers.UUIDField(source="customer.uid")
    start_date = serializers.DateField(allow_null=True)
    first_invoice_date = serializers.DateField(source="anchor_date")
    term_months = serializers.IntegerField(allow_null=True)
    discount_cents = serializers.IntegerField()
    tax_treatment = NullableText()
    currency = serializers.CharField()
    next_invoice_date = serializers.DateField(source="next_due_date", allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class EventOutcomeBody(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Its place in the batch, from 0.")
    event_id = serializers.CharField(allow_null=True, help_text="Null where it is itself malformed.")
    result = serializers.ChoiceField(choices=list(EventResult))
    code = NullableText()
    reason = NullableText()


class DrawdownBody(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uid")
    contract_id = serializers.UUIDField(source="agreement_line.agreement.uid")
    order_line_id = serializers.UUIDField(source="agreement_line.order_line_uid")
    catalog_item_id = serializers.UUIDField(source="agreement_line.catalog_item_uid", allow_null=True)
    hours = PlainQuantity()
    entry_date = serializers.DateField()
    description = NullableText()
    submitted_by = NullableText()
    submitted_via = serializers.ChoiceField(choices=list(SubmittedVia))
    source_message_id = NullableText()
    status = serializers.ChoiceField(choices=list(DrawdownStatus))
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = NullableText()
    created_at = serializers.DateTimeField()


class TimeEntryBody(DrawdownBody):
    """Hours against a line, whatever its rule makes of them; a drawdown is one against a prepaid block."""


class ChangeOrderLineBody(serializers.Serializer[Any]):
    order_line_id = serializers.UUIDField(source="order_line_uid", help_text="An added line keeps it once approved.")
    is_added = serializers.BooleanField()
    catalog_item_id = serializers.UUIDField(source="catalog_item.uid", allow_null=True)
    description = NullableText()
    qty = PlainQuantity(allow_null=True)
    unit_price_cents = serializers.IntegerField(allow_null=True)
    billing_rule = NullableText()
    billing_timing = NullableText()
    ramp_schedule = FreeObject(allow_null=True)


class ChangeOrderBody(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uid")
    business_id = serializers.UUIDField(source="business.uid")
    contract_id = serializers.UUIDField(source="agreement.uid")
    order_id = serializers.UUIDField(source="agreement.order_uid")
    number = serializers.IntegerField(help_text="Counted per contract.")
    status = serializers.ChoiceField(choices=list(vocabulary.ChangeOrderStatus))
    description = NullableText()
    currency = serializers.CharField()
    value_delta_cents = serializers.IntegerField()
    delta_lines = FreeObject(allow_null=True)
    effective_date = serializers.DateField(allow_null=True)
    requested_date = serializers.DateField(allow_null=True)
    lines = ChangeOrderLineBody(many=True)
    countersigned_at = serializers.DateTimeField(source="approved_at", allow_null=True)
    rejected_at = serializers.DateTimeField(allow_null=True)
    rejection_reason = NullableText(source="decision_reason")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class InvoiceLineBody(serializers.Serializer[Any]):
    id = InvoiceLineId(source="*")
    order_line_id = serializers.UUIDField(source="agreement_line.order_line_uid", allow_null=True)
    kind = serializers.CharField()
    description = serializers.CharField()
    quantity = PlainQuantity(allow_null=True)
    unit_price_cents = serializers.IntegerField(allow_null=True)
    amount_cents = serializers.IntegerField()
    discount_cents = serializers.IntegerField()
    tax_cents = serializers.IntegerField()
    service_start = serializers.DateField(allow_null=True)
    service_end_exclusive = serializers.DateField(allow_null=True)


class InvoiceBody(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uid")
    invoice_number = serializers.CharField(source="number_text", allow_null=True)
    type = serializers.CharField()
    status = InvoiceStatusField(source="*")
    contract_id = serializers.UUIDField(source="agreement.uid")
    order_id = serializers.UUIDField(source="agreement.order_uid")
    customer_id = serializers.UUIDField(source="customer.uid")
    invoice_date = serializers.DateField()
    due_date = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    subtotal_cents = serializers.IntegerField()
    discount_cents = serializers.IntegerField()
    tax_cents = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    amount_paid_cents = serializers.IntegerField()
    amount_due_cents = serializers.IntegerField()
    line_items = InvoiceLineBody(many=True, source="lines")
    sent_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    moved_from_date = serializers.DateField(
        required=False,
        help_text="Only on a document that moved: its scheduled day, which lies in a closed period.",
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """An invoice of its scheduled date has the published shape and no key more."""
        shown: dict[str, Any] = super().to_representation(instance)
        if shown["moved_from_date"] is None:
            del shown["moved_from_date"]
        return shown


class WaterfallMonthBody(serializers.Serializer[Any]):
    month = serializers.DateField(source="month.month", help_text="Its first day.")
    currency = serializers.CharField()
    recognised_cents = serializers.IntegerField(source="month.recognised_cents")
    billed_cents = serializers.IntegerField(source="month.billed_cents")
    deferred_cents = serializers.IntegerField(source="month.deferred_cents", help_text="What its last day leaves.")


class ScheduledMonthBody(WaterfallMonthBody):
    contract_id = serializers.UUIDField(source="agreement.uid")
    currency = serializers.CharField(source="agreement.currency")


class CustomerBody(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uid")
    name = serializers.CharField()
    email = NullableText()
    status = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CatalogItemBody(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uid")
    name = serializers.CharField()
    description = NullableText()
    item_type = serializers.ChoiceField(choices=list(vocabulary.ItemType))
    unit_price = serializers.IntegerField(source="unit_price_cents")
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
