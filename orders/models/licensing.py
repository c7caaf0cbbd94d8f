"""What a licensing programme adds to customers, orders and lines, and the subscriptions that orders open."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from billing.models import AgreementLine
from catalog.models import LicenceOffer
from customers import checks, protections, tenancy
from customers.json_values import Decoder, Encoder
from customers.models import Address, Customer
from orders.licensing.vocabulary import (
    LEVELS,
    SUBSCRIPTION_MOVES,
    LicenceOrderType,
    MarketSegment,
    Source,
    SubscriptionStatus,
)
from orders.models.lines import Line
from orders.models.order import Order


class LicenceAccount(tenancy.TenantModel):
    """A customer in a licensing programme: its anniversary, its volume levels and what it may buy.

    `coterm_date` is the day on which everything it has renews; none before its first completed order. A three-year
    commitment holds from its start up to, and without, its end.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.PROTECT, db_constraint=False, related_name="licence_account"
    )
    code = models.CharField(max_length=40)
    market_segment = models.CharField(max_length=3, choices=[(s, s) for s in MarketSegment])
    country = models.CharField(max_length=2)
    coterm_date = models.DateField(null=True, blank=True)
    licence_level = models.CharField(max_length=2, default="01")
    consumable_level = models.CharField(max_length=2, default="T1")
    commitment_start_date = models.DateField(null=True, blank=True)
    commitment_end_date = models.DateField(null=True, blank=True)
    committed_licences = models.PositiveIntegerField(default=0)
    committed_consumables = models.PositiveIntegerField(default=0)
    high_volume_code = models.CharField(max_length=40, blank=True)
    tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    is_global_sales_enabled = models.BooleanField(default=False)
    reference = models.CharField(max_length=35, blank=True)
    reseller = models.CharField(max_length=40, blank=True)
    profile = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "licence customer"
        constraints = (
            *tenancy.keys("licence_account", "customer"),
            models.UniqueConstraint(fields=("business", "code"), name="licence_account_code_once"),
            checks.one_of(table="licence_account", field="market_segment", values=list(MarketSegment)),
            checks.one_of(table="licence_account", field="licence_level", values=LEVELS),
            checks.one_of(table="licence_account", field="consumable_level", values=LEVELS),
            models.CheckConstraint(
                condition=Q(commitment_start_date=None, commitment_end_date=None)
                | Q(
                    commitment_start_date__isnull=False,
                    commitment_end_date__isnull=False,
                    commitment_start_date__lt=models.F("commitment_end_date"),
                ),
                name="licence_account_commitment_is_a_period",
            ),
        )
        indexes = (models.Index(fields=("business", "coterm_date"), name="licence_account_by_coterm"),)

    def __str__(self) -> str:
        return self.code


class Subscription(tenancy.TenantModel):
    """What a customer has of a product until `renewal_date`. Without a quantity of its own a renewal follows it."""

    code = models.CharField(max_length=40)
    account = tenancy.Reference(LicenceAccount, related_name="subscriptions")
    offer = tenancy.Reference(LicenceOffer, related_name="+")
    base_code = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    deployment = tenancy.Reference(Address, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=16, choices=[(s, s.title()) for s in SubscriptionStatus])
    quantity = models.PositiveIntegerField()
    # Of consumables: how many of them are used up in this term, and so can no longer come back.
    consumed_quantity = models.PositiveIntegerField(default=0)
    is_auto_renewed = models.BooleanField(default=True)
    renewal_quantity = models.PositiveIntegerField(null=True, blank=True)
    renewal_date = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    # The line that billed it last; none while it waits for its first term.
    agreement_line = tenancy.Reference(AgreementLine, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("subscription", "account", "offer", "deployment", "agreement_line"),
            models.UniqueConstraint(fields=("business", "code"), name="subscription_code_once"),
            models.UniqueConstraint(
                fields=("business", "account", "base_code", "currency", "deployment"),
                condition=Q(status=SubscriptionStatus.ACTIVE),
                nulls_distinct=False,
                name="subscription_active_once_per_product",
            ),
            checks.one_of(table="subscription", field="status", values=list(SubscriptionStatus)),
            checks.between(table="subscription", field="quantity", low=0, high=10**9),
            checks.between(table="subscription", field="renewal_quantity", low=1, high=10**9),
            models.CheckConstraint(
                condition=~Q(status=SubscriptionStatus.ACTIVE) | Q(quantity__gte=1, ended_on=None),
                name="subscription_active_has_something",
            ),
            models.CheckConstraint(
                condition=Q(consumed_quantity__lte=models.F("quantity")),
                name="subscription_consumed_up_to_what_it_has",
            ),
        )
        indexes = (
            models.Index(
                fields=("business", "renewal_date"),
                condition=Q(status__in=(SubscriptionStatus.ACTIVE, SubscriptionStatus.SCHEDULED)),
                name="subscription_to_renew",
            ),
        )
        triggers = (
            protections.refuse_moves_but(
                "status_moves",
                field="status",
                allowed=SUBSCRIPTION_MOVES,
                sentence="A subscription moves along its table of states only.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} of {self.base_code}"


class LicenceOrder(tenancy.TenantModel):
    """What a licensing programme says of an order beside its terms."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, db_constraint=False, related_name="licence")
    account = tenancy.Reference(LicenceAccount, related_name="orders")
    order_type = models.CharField(max_length=16, choices=[(t, t) for t in LicenceOrderType])
    source = models.CharField(max_length=16, choices=[(s, s) for s in Source])
    # The currency of the whole order as it was sent; blank where only its lines had one.
    sent_currency = models.CharField(max_length=3, blank=True)
    original = tenancy.Reference("self", null=True, blank=True, related_name="returns")

    class Meta:
        constraints = (
            *tenancy.keys("licence_order", "order", "account", "original"),
            checks.one_of(table="licence_order", field="order_type", values=list(LicenceOrderType)),
            checks.one_of(table="licence_order", field="source", values=list(Source)),
            checks.together(
                table="licence_order",
                name="return_names_its_original",
                left=Q(order_type=LicenceOrderType.RETURN),
                right=Q(original__isnull=False),
            ),
        )
        indexes = (models.Index(fields=("business", "account", "-id"), name="licence_order_of_account"),)

    def __str__(self) -> str:
        return f"{self.order_type} {self.order_id}"


class LicenceLine(tenancy.TenantModel):
    """What a licensing programme says of an order line. One return at most claims a line: `returned_by`."""

    line = models.OneToOneField(Line, on_delete=models.PROTECT, db_constraint=False, related_name="licence")
    licence_order = tenancy.Reference(LicenceOrder, related_name="lines")
    number = models.PositiveIntegerField()
    offer = tenancy.Reference(LicenceOffer, related_name="+")
    quantity = models.PositiveIntegerField()
    deployment = tenancy.Reference(Address, null=True, blank=True, related_name="+")
    subscription = tenancy.Reference(Subscription, null=True, blank=True, related_name="lines")
    discount_code = models.CharField(max_length=40, blank=True)
    flex_discounts = models.JSONField(default=list, blank=True, encoder=Encoder, decoder=Decoder)
    prorated_days = models.PositiveSmallIntegerField(default=365)
    returned_by = tenancy.Reference(LicenceOrder, null=True, blank=True, related_name="returned_lines")
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            *tenancy.keys(
                "licence_line", "line", "licence_order", "offer", "deployment", "subscription", "returned_by"
            ),
            models.UniqueConstraint(fields=("business", "licence_order", "number"), name="licence_line_number_once"),
            checks.between(table="licence_line", field="number", low=0, high=999_999),
            checks.between(table="licence_line", field="quantity", low=1, high=10**9),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(returned_by__isnull=False), name="licence_line_returned_by_an_order"
            ),
        )
        triggers = (
            protections.refuse(
                "returned_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__returned_at__isnull=False)
                & protections.changed("returned_at", "returned_by"),
                sentence="What is returned stays returned.",
            ),
            protections.refuse(
                "returned_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__returned_by__isnull=False, new__returned_by__isnull=False)
                & protections.changed("returned_by"),
                sentence="A line that one return has claimed is of no other one.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.offer_id}"
