"""Why an invoice has its amounts, as Day Zero's clients get it; `billing.explanation_fields` gives the values."""

from typing import Any

from rest_framework import serializers


class RuleBody(serializers.Serializer[Any]):
    rule = serializers.CharField(help_text="Its number, such as R4.")
    name = serializers.CharField()


class WorkingInputBody(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField(help_text="Days are half-open, `[start, end)`; amounts are in cents.")


class WorkingBody(serializers.Serializer[Any]):
    formula = serializers.CharField()
    inputs = WorkingInputBody(many=True)
    exact = serializers.CharField(help_text="Before rounding: a whole number, or a fraction such as `390000/31`.")
    rounded_cents = serializers.IntegerField(help_text="Rounded once, half away from zero.")


class DeductionBody(serializers.Serializer[Any]):
    what = serializers.CharField(help_text="An earlier booking of the same line and period, or a part that stays.")
    amount_cents = serializers.IntegerField()
    working = WorkingBody(allow_null=True)


class ShareBody(serializers.Serializer[Any]):
    among = serializers.CharField()
    parts = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    exact = serializers.CharField()
    remainder_rank = serializers.IntegerField(help_text="1 is the largest remainder.")
    extra_cents = serializers.IntegerField(help_text="What the remainder got on top of the part rounded down.")
    amount_cents = serializers.IntegerField()


class DiscountWorkingBody(serializers.Serializer[Any]):
    shares = ShareBody(many=True)
    working = WorkingBody(allow_null=True)
    given_before_cents = serializers.IntegerField()
    amount_cents = serializers.IntegerField()


class ExplainedChargeBody(serializers.Serializer[Any]):
    period = serializers.IntegerField(help_text="Counted from 0; -1 is the lead-in.")
    service_start = serializers.DateField()
    service_end_exclusive = serializers.DateField()
    revision = serializers.IntegerField()
    amount_cents = serializers.IntegerField(help_text="The target, rounded, less all that is in `less`.")
    discount_cents = serializers.IntegerField()
    target = WorkingBody()
    less = DeductionBody(many=True)
    discount = DiscountWorkingBody(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())
    is_reproduced = serializers.BooleanField()


class ExplainedTaxBody(serializers.Serializer[Any]):
    treatment = serializers.CharField()
    mode = serializers.CharField()
    rate_percent = serializers.CharField()
    net_cents = serializers.IntegerField()
    working = WorkingBody()
    share = ShareBody()
    is_reproduced = serializers.BooleanField()


class ExplainedLineBody(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Its place on the document, counted from 1.")
    kind = serializers.CharField()
    description = serializers.CharField()
    amount_cents = serializers.IntegerField()
    discount_cents = serializers.IntegerField()
    tax_cents = serializers.IntegerField()
    rules = RuleBody(many=True)
    charges = ExplainedChargeBody(many=True)
    tax = ExplainedTaxBody(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())
    is_reproduced = serializers.BooleanField(help_text="Every amount comes out again from what is recorded.")
    text = serializers.ListField(child=serializers.CharField(), help_text="The same in words.")


class ExplanationBody(serializers.Serializer[Any]):
    invoice_id = serializers.UUIDField()
    invoice_number = serializers.CharField(allow_null=True)
    type = serializers.CharField()
    invoice_date = serializers.DateField()
    currency = serializers.CharField()
    total_cents = serializers.IntegerField()
    made_at = serializers.DateTimeField(help_text="The moment whose terms, changes and usage count.")
    is_reproduced = serializers.BooleanField()
    lines = ExplainedLineBody(many=True)
