"""What Day Zero's clients may send. Fields that are not named here are ignored."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from billing.engine import ramps, refusals
from billing.engine.terms import Line, Rule, TermsRefused, Timing
from billing.states import SubmittedVia
from customers import checks
from orders.api import fields, number_fields
from orders.api.dayzero import vocabulary
from orders.api.fields import optional, optional_text
from orders.api.invalid import InvalidInput
from orders.api.shapes import Sent

MOST_LINES = 1_000
MOST_EVENTS = 1_000
MOST_CHANGES = 50
LONGEST_EVENT_ID = 128
LONGEST_TEXT = 2_000
FIRST_LINE = "lines[0]."

DELTA = fields.FreeObject()


class OrderLineInput(Sent):
    catalog_item_id = fields.Text(**optional)
    description = fields.Text(**optional_text, max_length=LONGEST_TEXT)
    qty = number_fields.Quantity(help_text="Ordered quantity or hours; more than zero except on usage_metered.")
    unit_price_cents = number_fields.Cents(
        max_value=checks.LARGEST_UNIT_PRICE_CENTS, help_text="Per unit; on recurring lines per unit and month."
    )
    billing_rule = fields.Choice(choices=list(Rule), **optional)
    billing_timing = fields.Choice(choices=list(Timing), **optional, help_text="Recurring lines only.")
    ramp_schedule = fields.FreeObject(
        **optional, help_text='{"steps": [{"from_month": 1, "qty": "10", "unit_price_cents": 2000}]}'
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse at once what is wrong with a line by itself: a timing or a ramp that its rule does not take."""
        try:
            refusals.check_line(_signed(attrs))
        except TermsRefused as refused:
            field, _, _ = refused.field.removeprefix(FIRST_LINE).partition(".")
            message = refused.message.removeprefix(FIRST_LINE)
            raise serializers.ValidationError({field: [ErrorDetail(message, code=refused.code)]}) from refused
        return attrs


class OrderUpdate(Sent):
    """An absent field keeps its value, null clears it, and `lines` replaces all lines."""

    customer_id = fields.Text(required=False)
    project_id = fields.Text(**optional)
    order_description = fields.Text(**optional_text, max_length=LONGEST_TEXT)
    order_start_date = fields.PlainDate(**optional)
    first_invoice_date = fields.PlainDate(**optional, help_text="Anchors the term clock.")
    term_months = number_fields.StrictInteger(**optional, min_value=1, max_value=600, help_text="Null: open-ended.")
    discount_cents = number_fields.Cents(**optional)
    tax_treatment = fields.Text(**optional_text, max_length=64)
    lines = fields.ObjectList(child=OrderLineInput(), most=MOST_LINES, **optional)


class OrderCreate(OrderUpdate):
    """A new draft order; only the customer is required."""

    customer_id = fields.Text()
    currency = fields.CurrencyCode(**optional, help_text="ISO 4217; without one the currency of the business.")


class SignInput(serializers.Serializer[Any]):
    signer_name = fields.Text(**optional_text, max_length=200)
    signer_email = fields.Text(**optional_text, max_length=254)
    signed_at = fields.Moment(**optional)


class InvoicingInput(serializers.Serializer[Any]):
    as_of = fields.PlainDate(**optional, help_text="Without one, today in the time zone of the business.")


class VoidInput(serializers.Serializer[Any]):
    reason = fields.Text(**optional_text, max_length=1_000)


class EffectiveInput(serializers.Serializer[Any]):
    effective_on = fields.PlainDate(**optional, help_text="Without one, today in the time zone of the business.")


class ResumeInput(serializers.Serializer[Any]):
    resumed_on = fields.PlainDate(**optional, help_text="Without one, today in the time zone of the business.")


class UsageEventInput(serializers.Serializer[Any]):
    event_id = fields.Text(max_length=LONGEST_EVENT_ID, help_text="The first event of a line with an id wins.")
    order_line_id = fields.PublicId()
    occurred_at = fields.Moment()
    quantity = number_fields.Quantity()
    corrects = fields.Text(
        **optional, max_length=LONGEST_EVENT_ID, help_text="The event of the same line that this one replaces."
    )


class EventList(fields.ObjectList):
    """Each event by itself: what is wrong with a malformed one takes its place and refuses no other."""

    def run_child_validation(self, data: Any) -> list[Any]:
        return [self._event(sent) for sent in data]

    def _event(self, sent: Any) -> dict[str, Any] | InvalidInput:
        assert isinstance(self.child, serializers.Serializer)
        try:
            event: dict[str, Any] = self.child.run_validation(sent)
        except serializers.ValidationError as refused:
            return InvalidInput(serializer=self.child, place="event", sent=sent, detail=refused.detail)
        return event


class UsageBatchInput(serializers.Serializer[Any]):
    events = EventList(child=UsageEventInput(), most=MOST_EVENTS)


class DrawdownInput(serializers.Serializer[Any]):
    order_line_id = fields.PublicId(**optional, help_text="Without one, the only line that hours count on.")
    catalog_item_id = fields.PublicId(**optional)
    hours = number_fields.Quantity()
    entry_date = fields.PlainDate()
    description = fields.Text(**optional_text, max_length=LONGEST_TEXT)
    submitted_by = fields.Text(**optional_text, max_length=254)
    submitted_via = fields.Choice(choices=list(SubmittedVia), **optional)
    source_message_id = fields.Text(**optional_text, max_length=254, help_text="The same message is taken once.")

    def validate_hours(self, hours: Decimal) -> Decimal:
        if not hours:
            raise serializers.ValidationError("hours must be more than zero", code="nothing")
        return hours


class InboundHoursInput(DrawdownInput):
    contract_id = fields.Text()


class TimeEntryInput(DrawdownInput):
    """Hours worked against a line: units of a per_unit line, a drawdown from a prepaid_block."""

    contract_id = fields.Text()


class ChangedLineInput(serializers.Serializer[Any]):
    order_line_id = fields.PublicId()
    qty = number_fields.Quantity(**optional)
    unit_price_cents = number_fields.Cents(**optional, max_value=checks.LARGEST_UNIT_PRICE_CENTS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("qty") is None and attrs.get("unit_price_cents") is None:
            raise serializers.ValidationError("qty or unit_price_cents must be given", code="nothing")
        return attrs


class DeltaLinesInput(serializers.Serializer[Any]):
    """What changes from a day on. An object without any of these keys is kept as it came, and is never approved."""

    effective_date = fields.PlainDate(help_text="The first day of the new terms; a past one is settled back to it.")
    requested_date = fields.PlainDate(**optional, help_text="Without one, today; no document is dated before it.")
    changed_lines = fields.ObjectList(child=ChangedLineInput(), most=MOST_CHANGES, **optional)
    added_lines = fields.ObjectList(
        child=OrderLineInput(), most=MOST_CHANGES, **optional, help_text="They share grid and end of the term."
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The parts that are understood, and under `as_sent` all of it, word for word."""
        sent = DELTA.to_internal_value(data) if isinstance(data, dict) else data
        if isinstance(sent, dict) and not sent.keys() & self.fields.keys():
            return {"as_sent": sent}
        values: dict[str, Any] = super().to_internal_value(sent)
        return {**values, "as_sent": sent}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what would be overlooked: another key, a line named twice, no line at all."""
        if "effective_date" not in attrs:
            return attrs
        if others := sorted(attrs["as_sent"].keys() - self.fields.keys()):
            raise serializers.ValidationError(
                f"delta_lines takes {', '.join(self.fields)} only, not {others[0][:40]}", code="unknown"
            )
        changed, added = attrs.get("changed_lines") or [], attrs.get("added_lines") or []
        if not changed and not added:
            raise serializers.ValidationError("delta_lines needs changed_lines or added_lines", code="nothing")
        if len({UUID(line["order_line_id"]) for line in changed}) < len(changed):
            raise serializers.ValidationError("changed_lines names a line twice", code="twice")
        return attrs


class ChangeOrderCreate(serializers.Serializer[Any]):
    contract_id = fields.Text()
    description = fields.Text(**optional_text, max_length=LONGEST_TEXT)
    value_delta_cents = number_fields.Cents(
        min_value=-checks.LARGEST_CENTS,
        help_text="What delta_lines add to the committed value, before discount and tax; of an open-ended contract, "
        "to one period.",
    )
    delta_lines = DeltaLinesInput(**optional)


class RejectInput(serializers.Serializer[Any]):
    reason = fields.Text(**optional_text, max_length=1_000)


class CustomerInput(serializers.Serializer[Any]):
    name = fields.Text(max_length=200)
    email = fields.Email(max_length=254)


class CatalogItemInput(serializers.Serializer[Any]):
    name = fields.Text(max_length=200)
    description = fields.Text(**optional_text, max_length=LONGEST_TEXT)
    item_type = fields.Choice(choices=list(vocabulary.ItemType), **optional)
    unit_price = number_fields.Cents(max_value=checks.LARGEST_UNIT_PRICE_CENTS, **optional, help_text="In cents.")


def _signed(line: dict[str, Any]) -> Line:
    """A line as the engine reads it, as if it were the only one."""
    schedule = line.get("ramp_schedule")
    return Line(
        position=0,
        description="",
        qty=line["qty"],
        unit_price_cents=line["unit_price_cents"],
        rule=Rule(line.get("billing_rule") or Rule.FLAT),
        timing=Timing(line["billing_timing"]) if line.get("billing_timing") else None,
        ramp=ramps.parse(schedule) if schedule and "steps" in schedule else (),
    )
