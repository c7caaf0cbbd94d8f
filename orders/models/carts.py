"""An order while a shopper still fills it: its cart, the cart's lines, and what it is paid with."""

from django.db import models
from django.db.models import Q

from catalog.models import CatalogItem, Discount, Market, PaymentMethod, ShippingMethod, SourceType
from customers import checks, tenancy
from customers.json_values import Decoder, Encoder
from customers.models import Address
from orders.models.order import Order


class PaymentSource(tenancy.TenantModel):
    """What an order is paid with. We charge nobody: the store's own gateway does, and says so here."""

    order = tenancy.Reference(Order, related_name="payment_sources")
    source_type = models.CharField(max_length=32, choices=SourceType)
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    # Kept for the customer's next order.
    is_saved = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("payment_source", "order"),
            checks.one_of(table="payment_source", field="source_type", values=SourceType.values),
        )

    def __str__(self) -> str:
        return f"{self.get_source_type_display()} of {self.order_id}"


class Cart(tenancy.TenantModel):
    """What a store knows of its order beside the core's terms, which are written from it at every change.

    The amounts are the components of the published arithmetic, in minor units, each taxed and rounded by itself.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, db_constraint=False, related_name="cart")
    market = tenancy.Reference(Market, related_name="+")
    token = models.CharField(max_length=32)
    is_guest = models.BooleanField(default=True)
    # A customer and something to buy: drafts with both are pending.
    is_pending = models.BooleanField(default=False)
    has_customer = models.BooleanField(default=False)
    language_code = models.CharField(max_length=2, default="en")
    country_lock = models.CharField(max_length=2, blank=True)
    cart_url = models.CharField(max_length=2000, blank=True)
    return_url = models.CharField(max_length=2000, blank=True)
    terms_url = models.CharField(max_length=2000, blank=True)
    privacy_url = models.CharField(max_length=2000, blank=True)
    metadata = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)

    coupon = tenancy.Reference(Discount, null=True, blank=True, related_name="+")
    shipping_address = tenancy.Reference(Address, null=True, blank=True, related_name="+")
    billing_address = tenancy.Reference(Address, null=True, blank=True, related_name="+")
    shipping_method = tenancy.Reference(ShippingMethod, null=True, blank=True, related_name="+")
    payment_method = tenancy.Reference(PaymentMethod, null=True, blank=True, related_name="+")
    payment_source = tenancy.Reference(PaymentSource, null=True, blank=True, related_name="+")

    goods_cents = models.BigIntegerField(default=0)
    shipping_cents = models.BigIntegerField(default=0)
    payment_cents = models.BigIntegerField(default=0)
    discount_cents = models.BigIntegerField(default=0)
    is_tax_included = models.BooleanField()
    tax_rate_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    is_freight_taxable = models.BooleanField(default=True)

    payment_updated_at = models.DateTimeField(null=True, blank=True)
    fulfilment_updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            *tenancy.keys(
                "cart",
                "order",
                "market",
                "coupon",
                "shipping_address",
                "billing_address",
                "shipping_method",
                "payment_method",
                "payment_source",
            ),
            models.UniqueConstraint(fields=("business", "token"), name="cart_token_once"),
            *checks.cents("cart", "goods_cents", "shipping_cents", "payment_cents", "discount_cents"),
            models.CheckConstraint(
                condition=Q(discount_cents__lte=models.F("goods_cents")), name="cart_discount_within_goods"
            ),
            checks.between(table="cart", field="tax_rate_percent", low=0, high=100),
        )

    def __str__(self) -> str:
        return self.token


class CartLine(tenancy.TenantModel):
    """Something in a cart. It keeps its id while the order's lines are written anew at every change."""

    cart = tenancy.Reference(Cart, related_name="lines")
    item = tenancy.Reference(CatalogItem, related_name="+")
    sku_code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    image_url = models.CharField(max_length=2000, blank=True)
    quantity = models.PositiveIntegerField()
    unit_price_cents = models.BigIntegerField()
    reference = models.CharField(max_length=255, blank=True)
    metadata = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("cart_line", "cart", "item"),
            checks.between(table="cart_line", field="quantity", low=1, high=int(checks.LARGEST_QTY)),
            checks.between(table="cart_line", field="unit_price_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS),
        )

    def __str__(self) -> str:
        return f"{self.quantity} of {self.sku_code}"

    @property
    def total_cents(self) -> int:
        """Quantity times price."""
        return self.quantity * self.unit_price_cents
