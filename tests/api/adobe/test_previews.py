"""PREVIEW and its prices: nothing is stored, and the best level is taken."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from orders.licensing import levels
from orders.licensing.prices import Reduction, price
from orders.models import Order, Subscription
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, body, code, line
from tests.api.adobe.programme import ACROBAT, CREATIVE, TEAM
from tests.cast import Company


@pytest.fixture
def coterminous(api: Caller, shop: Company) -> Caller:
    """90 days before the anniversary, with the two discounts of the published sample."""
    from orders.licensing import accounts, queries

    account = queries.account_by_code(business=shop.business, code=api.customer)
    assert account is not None
    changes = {"coterm_date": date(2026, 4, 5)}
    accounts.update_account(account=account, changes=changes, by=shop.drafting, at=api.now)
    programme.flex(shop, "TEN_PERCENT", percent=Decimal(10))
    programme.flex(shop, "TWENTY_DOLLARS", amounts={("US", "USD"): 20_00})
    return api


SAMPLE = (
    line(f"{ACROBAT}01A12", 10, number=1, flexDiscountCodes=["TEN_PERCENT"]),
    line(f"{CREATIVE}02A12", 10, number=2, flexDiscountCodes=["TWENTY_DOLLARS"]),
)


def test_the_published_preview_to_the_cent(coterminous: Caller) -> None:
    """B-7"""
    preview = coterminous.placed("PREVIEW", *SAMPLE, fetch_price=True)

    assert (preview["orderId"], preview["status"]) == ("", "")
    assert "links" not in preview
    first, second = preview["lineItems"]
    assert first["offerId"] == "11073058CA02A12"
    assert (first["proratedDays"], second["proratedDays"]) == (90, 90)
    assert first["pricing"] == {
        "partnerPrice": 365,
        "discountedPartnerPrice": 328.50,
        "netPartnerPrice": 81.00,
        "lineItemPartnerPrice": 810.00,
    }
    assert second["pricing"] == {
        "partnerPrice": 365,
        "discountedPartnerPrice": 345.00,
        "netPartnerPrice": 85.068,
        "lineItemPartnerPrice": 850.68,
    }
    assert preview["pricingSummary"] == [{"totalLineItemPartnerPrice": 1660.68, "currencyCode": "USD"}]
    assert body(coterminous.get(coterminous.orders))["totalCount"] == 0
    assert not Order.objects.exists()
    assert not Subscription.objects.exists()


def test_what_is_previewed_is_what_is_billed(coterminous: Caller) -> None:
    lines = [{**SAMPLE[0], "offerId": f"{ACROBAT}02A12"}, SAMPLE[1]]

    coterminous.placed("NEW", *lines)

    assert Order.objects.get().total_cents == 1660_68
    assert [row.fixed_amount_cents for row in Order.objects.get().lines.order_by("position")] == [810_00, 850_68]


def test_without_fetch_price_there_are_no_prices(api: Caller) -> None:
    preview = api.placed("PREVIEW", line(TEAM))

    assert "pricingSummary" not in preview
    assert "pricing" not in preview["lineItems"][0]
    assert "proratedDays" not in preview["lineItems"][0]


def test_a_preview_echoes_the_reference_that_was_sent(api: Caller) -> None:
    assert api.placed("PREVIEW", line(TEAM), externalReferenceId="mine")["externalReferenceId"] == "mine"


@pytest.mark.parametrize(("sent", "quantity", "best"), [("04", 1, "01"), ("01", 10, "02"), ("02", 120, "04")])
def test_a_preview_takes_the_best_level_whatever_was_sent(api: Caller, sent: str, quantity: int, best: str) -> None:
    preview = api.placed("PREVIEW", line(f"{ACROBAT}{sent}A12", quantity))

    assert preview["lineItems"][0]["offerId"] == f"{ACROBAT}{best}A12"


def test_a_preview_fails_with_the_code_the_order_would_fail_with(api: Caller) -> None:
    wrong = line("NOPE")

    assert code(api.order("PREVIEW", wrong)) == code(api.order("NEW", wrong)) == (400, "2122")


@pytest.mark.parametrize(
    ("unit", "days", "quantity", "net", "whole"),
    [
        (299_99, 30, 1, "24.656", "24.65"),
        (345_00, 90, 10, "85.068", "850.68"),
        (328_50, 90, 10, "81.000", "810.00"),
        (1, 1, 1, "0.000", "0.00"),
        (365_00, 365, 599_000, "365.000", "218635000.00"),
    ],
)
def test_prices_are_truncated_from_exact_values(unit: int, days: int, quantity: int, net: str, whole: str) -> None:
    priced = price(unit_price_cents=unit, quantity=quantity, days=days, exponent=2, reduction=Reduction())

    assert (str(priced.net_price), str(priced.line_price)) == (net, whole)


def test_a_currency_without_minor_units_is_truncated_to_whole_ones() -> None:
    priced = price(unit_price_cents=1_000, quantity=3, days=100, exponent=0, reduction=Reduction())

    assert priced.line == Fraction(60_000, 73)
    assert (str(priced.line_price), priced.line_cents) == ("821", 821)


def test_a_discount_takes_no_more_than_there_is() -> None:
    off = Reduction(amount_cents=500)

    assert price(unit_price_cents=400, quantity=1, days=365, exponent=2, reduction=off).line_cents == 0


@pytest.mark.parametrize(
    ("quantity", "licence", "consumable"),
    [(1, 1, 1), (9, 1, 1), (10, 2, 1), (50, 3, 1), (100, 4, 1), (1_000, 4, 2), (2_500, 4, 3), (100_000, 4, 7)],
)
def test_tiers_begin_at_the_published_quantities(quantity: int, licence: int, consumable: int) -> None:
    assert levels.of_quantity(quantity=quantity, is_consumable=False) == licence
    assert levels.of_quantity(quantity=quantity, is_consumable=True) == consumable


@pytest.mark.parametrize(("segment", "name"), [("COM", "13"), ("GOV", "13"), ("EDU", "03")])
def test_schools_keep_the_plain_levels_under_a_commitment(segment: str, name: str) -> None:
    assert levels.level(tier=3, is_consumable=False, is_committed=True, market_segment=segment) == name


@pytest.mark.parametrize(
    ("tier", "name"), [(1, "T1"), (2, "TB"), (3, "TC"), (4, "TD"), (5, "TE"), (6, "TF"), (7, "TG")]
)
def test_consumables_have_names_of_their_own_under_a_commitment(tier: int, name: str) -> None:
    assert levels.level(tier=tier, is_consumable=True, is_committed=True, market_segment="EDU") == name
    assert levels.tier(name) == tier


def test_a_preview_under_the_same_correlation_id_is_the_first_one(api: Caller) -> None:
    api.now = timezone.now()
    sent = {"orderType": "PREVIEW", "lineItems": [line(TEAM)]}

    first = api.post(api.orders, sent, X_Correlation_Id="once")
    again = api.post(api.orders, {**sent, "lineItems": [line(TEAM, 5)]}, X_Correlation_Id="once")

    assert (again.status_code, again.content) == (201, first.content)


def test_prices_are_json_numbers(api: Caller) -> None:
    answer = api.order("PREVIEW", line(TEAM), fetch_price=True)

    assert b'"partnerPrice":299.99' in answer.content.replace(b": ", b":")
