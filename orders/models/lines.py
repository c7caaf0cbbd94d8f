import pgtrigger
from django.db import models
from django.db.models import Q

from billing.engine.terms import Rule, Timing
from catalog.models import CatalogItem
from customers import checks, protections, tenancy
from customers.json_values import Decoder, Encoder
from orders.models.order import Order


def terms_frozen(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    return protections.refuse_with_parent(
        f"{str(operation).lower()}_frozen",
        parent="orders_order",
        key="order_id",
        frozen="p.signed_at IS NOT NULL OR p.approved_at IS NOT NULL",
        operation=operation,
        sentence="What a signed or approved order consists of never changes.",
    )


class Line(tenancy.TenantModel):
    """A line of an order: quantity, price per unit in minor units, and how it bills."""

    uid = models.UUIDField()
    order = tenancy.Reference(Order, related_name="lines")
    position = models.PositiveSmallIntegerField()
    catalog_item = tenancy.Reference(CatalogItem, null=True, blank=True, related_name="+")
    description = models.CharField(max_length=2000, blank=True)
    qty = models.DecimalField(max_digits=16, decimal_places=6)
    unit_price_cents = models.BigIntegerField()
    billing_rule = models.CharField(max_length=16, choices=[(r, r) for r in Rule], default=Rule.FLAT)
    billing_timing = models.CharField(max_length=16, choices=[(t, t) for t in Timing], blank=True)
    ramp_schedule = models.JSONField(null=True, blank=True, encoder=Encoder, decoder=Decoder)
    # When a prepaid block expires (R9) and how metered usage is priced (R22), where the line says so.
    prepaid_expiry_months = models.PositiveSmallIntegerField(null=True, blank=True)
    pricing = models.JSONField(null=True, blank=True, encoder=Encoder, decoder=Decoder)
    # The whole amount of a flat line where its door computes it by published arithmetic of its own.
    fixed_amount_cents = models.BigIntegerField(null=True, blank=True)
    line_total_cents = models.BigIntegerField()
    # The line's name in its door's words, and what the door echoes: no amount depends on these.
    reference = models.CharField(max_length=255, blank=True)
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)

    class Meta:
        constraints = (
            *tenancy.keys("line", "order", "catalog_item"),
            models.UniqueConstraint(fields=("business", "uid"), name="line_uid_once"),
            models.UniqueConstraint(fields=("business", "order", "position"), name="line_position_once"),
            checks.between(table="line", field="qty", low=0, high=checks.LARGEST_QTY),
            # Only metered usage may be estimated at nothing.
            models.CheckConstraint(
                condition=Q(qty__gt=0) | Q(billing_rule=Rule.USAGE_METERED), name="line_qty_positive"
            ),
            checks.between(table="line", field="unit_price_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS),
            *checks.cents("line", "line_total_cents", "fixed_amount_cents"),
            models.CheckConstraint(
                condition=Q(fixed_amount_cents=None) | Q(billing_rule=Rule.FLAT), name="line_fixed_amount_is_for_flat"
            ),
            checks.between(table="line", field="prepaid_expiry_months", low=1, high=600),
            checks.one_of(table="line", field="billing_rule", values=list(Rule)),
            checks.one_of(table="line", field="billing_timing", values=["", *Timing]),
            models.CheckConstraint(
                condition=Q(billing_timing="") | Q(billing_rule=Rule.RECURRING),
                name="line_timing_is_for_recurring",
            ),
        )
        triggers = (
            *map(terms_frozen, (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)),
            protections.refuse_truncate(sentence="The lines of orders are never emptied."),
        )

    def __str__(self) -> str:
        return f"{self.position + 1}. {self.description}"


class Party(tenancy.TenantModel):
    """Someone named on an order (billing, shipping, sold-to, ship-to), with the address as written there."""

    order = tenancy.Reference(Order, related_name="parties")
    role = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    company = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    line_1 = models.CharField(max_length=200, blank=True)
    line_2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=64, blank=True)
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)

    class Meta:
        verbose_name_plural = "parties"
        constraints = (
            *tenancy.keys("party", "order"),
            models.UniqueConstraint(fields=("business", "order", "role"), name="party_once_per_role"),
        )
        triggers = tuple(map(terms_frozen, (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)))

    def __str__(self) -> str:
        return f"{self.role}: {self.name}"

    @property
    def address_lines(self) -> list[str]:
        """The address as it is written on an envelope, without blank lines."""
        place = " ".join(filter(None, (self.postal_code, self.city, self.region)))
        return list(filter(None, (self.company, self.line_1, self.line_2, place, self.country)))
