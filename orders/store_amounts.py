"""The published arithmetic of a store's order: four components, each taxed and rounded by itself, half up."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billing.engine import money
from billing.engine.tax import FixedTax


@dataclass(frozen=True, kw_only=True, slots=True)
class Taxed:
    """An amount, the part of it that is taxed, and the tax, in minor units."""

    amount_cents: int = 0
    taxable_cents: int = 0
    tax_cents: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Amounts:
    """The components of an order (the discount is negative) and their sums. Nothing charges fees yet."""

    subtotal: Taxed
    shipping: Taxed
    payment_method: Taxed
    discount: Taxed
    is_tax_included: bool
    tax_rate_percent: Decimal | None

    @property
    def components(self) -> tuple[Taxed, ...]:
        """What the totals add up."""
        return self.subtotal, self.shipping, self.payment_method, self.discount

    @property
    def total(self) -> Taxed:
        """Each column of the components, added up."""
        return Taxed(
            amount_cents=sum(part.amount_cents for part in self.components),
            taxable_cents=sum(part.taxable_cents for part in self.components),
            tax_cents=sum(part.tax_cents for part in self.components),
        )

    @property
    def total_with_taxes_cents(self) -> int:
        """What the customer pays: the total when tax is inside it, else with the tax on top."""
        total = self.total
        return total.amount_cents if self.is_tax_included else total.amount_cents + total.tax_cents

    @property
    def fixed_tax(self) -> FixedTax | None:
        """The tax as the order signs it, or None where nothing is taxed."""
        if self.tax_rate_percent is None:
            return None
        return FixedTax(
            cents=self.total.tax_cents, rate_percent=self.tax_rate_percent, is_included=self.is_tax_included
        )


def amounts(
    *,
    goods_cents: int,
    shipping_cents: int,
    payment_cents: int,
    discount_cents: int,
    tax_rate_percent: Decimal | None,
    is_tax_included: bool,
    is_freight_taxable: bool,
) -> Amounts:
    """What an order comes to; `discount_cents` is positive here and no more than the goods."""
    rate = None if tax_rate_percent is None else Fraction(tax_rate_percent) / 100

    def taxed(cents: int, *, is_taxable: bool = True) -> Taxed:
        if rate is None or not is_taxable:
            return Taxed(amount_cents=cents)
        return _taxed(cents, rate, is_included=is_tax_included)

    return Amounts(
        subtotal=taxed(goods_cents),
        shipping=taxed(shipping_cents, is_taxable=is_freight_taxable),
        payment_method=taxed(payment_cents),
        discount=taxed(-discount_cents),
        is_tax_included=is_tax_included,
        tax_rate_percent=tax_rate_percent,
    )


def _taxed(cents: int, rate: Fraction, *, is_included: bool) -> Taxed:
    if is_included:
        taxable = money.round_half_away(cents / (1 + rate))
        return Taxed(amount_cents=cents, taxable_cents=taxable, tax_cents=cents - taxable)
    return Taxed(amount_cents=cents, taxable_cents=cents, tax_cents=money.round_half_away(cents * rate))
