"""Coupons of stores: which hold, what they take off, and their uses, which are counted when an order is placed."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from django.db.models import F, Q

from billing.engine import money
from catalog.models import Discount, DiscountItem, DiscountKind, DiscountValue
from customers.models import Business
from orders import errors
from orders.models import CartLine

SCHEME = "commercelayer"
SHORTEST = 8


def holding(at: datetime) -> Q:
    """The discounts whose time is now and whose uses are not over."""
    started = Q(starts_at=None) | Q(starts_at__lte=at)
    running = Q(ends_at=None) | Q(ends_at__gt=at)
    return started & running & (Q(usage_limit=None) | Q(usage_count__lt=F("usage_limit")))


def find(*, business: Business, code: str, at: datetime) -> Discount:
    """The coupon of this code, if it holds. Raises UnknownCoupon."""
    coupons = Discount.objects.for_business(business).filter(holding(at), scheme=SCHEME, code=code)
    found = coupons.first() if len(code) >= SHORTEST else None
    if found is None:
        raise errors.UnknownCoupon(f"{code} is not a coupon that is valid now.", field="coupon_code")
    return found


def amount(*, coupon: Discount, lines: Sequence[CartLine], currency: str, country: str | None, at: datetime) -> int:
    """What a coupon takes off these lines, at most what they cost; one whose time is over takes nothing."""
    coupons = Discount.objects.for_business(coupon.business)
    if not coupons.filter(holding(at), pk=coupon.pk).exists():
        return 0
    items = set(
        DiscountItem.objects.for_business(coupon.business).filter(discount=coupon).values_list("item", flat=True)
    )
    cost = sum(line.total_cents for line in lines if not items or line.item_id in items)
    if coupon.kind == DiscountKind.PERCENTAGE:
        percent = Fraction(coupon.percent or 0)
        return min(cost, money.round_half_away(cost * percent / 100))
    return min(cost, _value(coupon, currency=currency, country=country or ""))


def use(*, coupon: Discount, at: datetime) -> None:
    """Count one use, if one is left. Raises UnknownCoupon when others were faster."""
    left = Discount.objects.for_business(coupon.business).filter(holding(at), pk=coupon.pk)
    if left.update(usage_count=F("usage_count") + 1) != 1:
        raise errors.UnknownCoupon(f"{coupon.code} is no longer valid.", field="coupon_code")


def give_back(*, coupon: Discount) -> None:
    """Take one use back: its order came to nothing."""
    used = Discount.objects.for_business(coupon.business).filter(pk=coupon.pk, usage_count__gt=0)
    used.update(usage_count=F("usage_count") - 1)


def _value(coupon: Discount, *, currency: str, country: str) -> int:
    """The fixed amount for a country, else the one for any."""
    values = DiscountValue.objects.for_business(coupon.business).filter(discount=coupon, currency=currency)
    found = values.filter(country__in=("", country)).order_by("-country").values_list("amount_cents", flat=True).first()
    return found or 0
