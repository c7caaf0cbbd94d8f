"""The published arithmetic of a store: each component taxed and rounded by itself, half up."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.store_amounts import Amounts, Taxed, amounts

CENTS = st.integers(0, 10**12)
RATES = st.one_of(st.none(), st.decimals("0", "100", places=4))


def computed(
    goods: int, shipping: int = 0, payment: int = 0, discount: int = 0, rate: str | None = "22", **options: bool
) -> Amounts:
    return amounts(
        goods_cents=goods,
        shipping_cents=shipping,
        payment_cents=payment,
        discount_cents=discount,
        tax_rate_percent=None if rate is None else Decimal(rate),
        **{"is_tax_included": True, "is_freight_taxable": True, **options},
    )


def test_the_published_example() -> None:
    found = computed(5_000, shipping=1_200, discount=500)

    assert found.subtotal == Taxed(amount_cents=5_000, taxable_cents=4_098, tax_cents=902)
    assert found.shipping == Taxed(amount_cents=1_200, taxable_cents=984, tax_cents=216)
    assert found.discount == Taxed(amount_cents=-500, taxable_cents=-410, tax_cents=-90)
    assert found.total == Taxed(amount_cents=5_700, taxable_cents=4_672, tax_cents=1_028)
    assert found.total_with_taxes_cents == 5_700


def test_tax_on_top_is_added_to_the_total() -> None:
    found = computed(5_000, shipping=1_200, discount=500, is_tax_included=False)

    assert found.total == Taxed(amount_cents=5_700, taxable_cents=5_700, tax_cents=1_254)
    assert found.total_with_taxes_cents == 6_954


def test_a_half_goes_up_and_a_discount_mirrors_it() -> None:
    found = computed(50, discount=50, rate="1", is_tax_included=False)

    assert (found.subtotal.tax_cents, found.discount.tax_cents) == (1, -1)


def test_components_round_by_themselves_and_not_together() -> None:
    found = computed(2, shipping=2, payment=2, rate="20", is_tax_included=False)

    assert [part.tax_cents for part in found.components] == [0, 0, 0, 0]
    assert computed(6, rate="20", is_tax_included=False).total.tax_cents == 1


def test_freight_may_stay_untaxed() -> None:
    found = computed(5_000, shipping=1_200, is_freight_taxable=False)

    assert found.shipping == Taxed(amount_cents=1_200, taxable_cents=0, tax_cents=0)


def test_without_a_rate_nothing_is_taxed_and_none_is_signed() -> None:
    found = computed(5_000, rate=None)

    assert found.total == Taxed(amount_cents=5_000)
    assert found.fixed_tax is None


@settings(deadline=None)
@given(
    goods=CENTS,
    shipping=CENTS,
    payment=CENTS,
    share=st.integers(0, 100),
    rate=RATES,
    flags=st.tuples(st.booleans(), st.booleans()),
)
def test_tax_is_never_negative_and_never_more_than_what_is_paid(
    goods: int, shipping: int, payment: int, share: int, rate: Decimal | None, flags: tuple[bool, bool]
) -> None:
    found = amounts(
        goods_cents=goods,
        shipping_cents=shipping,
        payment_cents=payment,
        discount_cents=goods * share // 100,
        tax_rate_percent=rate,
        is_tax_included=flags[0],
        is_freight_taxable=flags[1],
    )

    assert 0 <= found.total.tax_cents <= found.total_with_taxes_cents
    assert found.total.amount_cents >= 0


@pytest.mark.parametrize("rate", ["0", "7", "19", "22", "8.875"])
def test_inside_and_on_top_agree_about_whole_amounts(rate: str) -> None:
    on_top = computed(1_000_000, rate=rate, is_tax_included=False)

    inside = computed(on_top.total_with_taxes_cents, rate=rate)

    assert inside.total.tax_cents == on_top.total.tax_cents
