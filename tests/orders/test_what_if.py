"""What a draft would have to say to need less: the policy's own answer at its own thresholds."""

from decimal import Decimal

import pytest

from billing.engine.terms import Rule as BillingRule
from orders import services
from orders.commands import ItemRef, LineSpec
from orders.models import Order
from orders.policies import Rule
from orders.services import approvals, what_if
from orders.services.forecasting import Forecast
from orders.services.policies import policy_in_force, rules_of
from tests import factories
from tests.cast import Company, at, draft, line, monthly

DISCOUNT = Rule(discount_above_percent=Decimal(5), people=2)
LONG = Rule(term_above_months=12, people=2)
LARGE = Rule(currency="USD", total_from_cents=100_000, people=2)
LARGER = Rule(currency="USD", total_from_cents=200_000, people=3)
FREE_TEXT = Rule(on_free_text=True, role="finance")
BELOW = Rule(on_below_catalog=True, role="finance")


def policy(company: Company, *rules: Rule) -> None:
    proposed = services.propose_policy(
        business=company.business, name="Standard", rules=rules, by=company.billing, at=at("2026-01-02")
    )
    services.approve_policy(policy=proposed, by=company.approving, at=at("2026-01-02"))


def forecast(company: Company, order: Order) -> Forecast:
    stored = Order.objects.for_business(company.business).get(pk=order.pk)
    return services.forecast(order=stored, lines=list(stored.lines.all()), by=company.drafting, at=at("2026-01-06"))


def told(company: Company, order: Order) -> list[str]:
    return list(forecast(company, order).instead)


def item(company: Company, *, unit_price_cents: int) -> ItemRef:
    found = factories.CatalogItemFactory.create(business=company.business, unit_price_cents=unit_price_cents)
    return ItemRef(scheme="uid", code=str(found.uid))


def test_a_discount_at_the_threshold_needs_one_person(acme: Company) -> None:
    policy(acme, DISCOUNT)

    seen = forecast(acme, draft(acme, line(unit_price_cents=90_000), discount_cents=4_680))

    assert seen.policy == "Standard r1"
    assert [(wanted.sentence[:36], wanted.reasons) for wanted in seen.wanted] == [
        ("It needs two different people with a", ("discount 5.2 % > 5 %",))
    ]
    (only,) = seen.instead
    assert only.startswith("With a contract discount of at most USD 45.00 (5 %), one person with a limit of at least")
    assert only.endswith("USD 855.00 would be enough.")


def test_what_is_told_is_what_the_policy_says_of_it(acme: Company) -> None:
    policy(acme, DISCOUNT)
    order = draft(acme, line(unit_price_cents=99_999), discount_cents=10_000)
    rules = rules_of(policy_in_force(business=acme.business, at=at("2026-01-06")))
    lines = list(order.lines.all())

    (instead,) = what_if.fewer(order=order, lines=lines, rules=rules, at=at("2026-01-06"))

    changed = draft(acme, line(unit_price_cents=99_999), discount_cents=99_999 - instead.facts.total_cents)
    one_more = draft(acme, line(unit_price_cents=99_999), discount_cents=changed.discount_cents + 1)
    at_that = approvals.need_of(order=changed, lines=list(changed.lines.all()), at=at("2026-01-06"))
    above = approvals.need_of(order=one_more, lines=list(one_more.lines.all()), at=at("2026-01-06"))
    assert (at_that.is_plain, above.is_plain) == (True, False)
    assert approvals.facts(order=changed, lines=list(changed.lines.all())) == instead.facts


def test_less_discount_that_lifts_the_contract_over_another_threshold_is_no_way_out(acme: Company) -> None:
    policy(acme, DISCOUNT, LARGE)

    assert told(acme, draft(acme, line(unit_price_cents=106_000), discount_cents=10_000)) == []


def test_a_shorter_term_is_priced_again(acme: Company) -> None:
    policy(acme, LONG)

    assert told(acme, draft(acme, monthly(), term_months=24)) == [
        "With a term of 12 months, one person with a limit of at least USD 1,200.00 would be enough."
    ]


def test_an_open_end_may_be_given_a_term(acme: Company) -> None:
    policy(acme, LONG)

    assert told(acme, draft(acme, monthly(), term_months=None)) == [
        "With a term of 12 months, one person with a limit of at least USD 1,200.00 would be enough."
    ]


def test_a_term_that_the_ramp_does_not_fit_is_no_way_out(acme: Company) -> None:
    policy(acme, LONG)
    ramp: dict[str, object] = {"steps": [{"from_month": 18, "qty": "2"}]}

    assert told(acme, draft(acme, line(rule=BillingRule.RECURRING, ramp=ramp), term_months=24)) == []


def test_two_kinds_of_change_together_where_one_is_not_enough(acme: Company) -> None:
    policy(acme, DISCOUNT, LARGE)

    both, *less = told(acme, draft(acme, line(unit_price_cents=200_000), discount_cents=20_000))

    assert both.startswith(
        "With a contract discount of at most USD 100.00 (5 %) and a contract below USD 1,000.00, one"
    )
    assert both.endswith("a limit of at least USD 999.99 would be enough.")
    assert less == []


def test_a_smaller_contract_needs_fewer_people_or_one(acme: Company) -> None:
    policy(acme, LARGE, LARGER)

    instead = told(acme, draft(acme, line(unit_price_cents=250_000)))

    assert instead == [
        "With a contract below USD 1,000.00, one person with a limit of at least USD 999.99 would be enough."
    ]


def test_where_some_rule_always_asks_less_is_told(acme: Company) -> None:
    policy(acme, Rule(role="finance"), DISCOUNT)

    (only,) = told(acme, draft(acme, line(), discount_cents=1_000))

    assert only.startswith("With a contract discount of at most USD 5.00 (5 %), one person with the role finance and")


def test_lines_from_the_catalog_at_its_prices(acme: Company) -> None:
    policy(acme, FREE_TEXT, BELOW)
    cheap = LineSpec(item=item(acme, unit_price_cents=12_000), qty=Decimal(2), unit_price_cents=10_000)

    free = told(acme, draft(acme, line()))
    below = told(acme, draft(acme, cheap))
    both = told(acme, draft(acme, line(), cheap))

    assert free == ["With every line from the catalog, one person with a limit of at least USD 100.00 would be enough."]
    assert below == [
        "With no price below the catalog's, one person with a limit of at least USD 240.00 would be enough."
    ]
    assert both[0].startswith("With every line from the catalog and no price below the catalog's, one person")


def test_a_cheap_step_of_a_ramp_is_lifted_too(acme: Company) -> None:
    policy(acme, BELOW)
    ramp: dict[str, object] = {"steps": [{"from_month": 2, "unit_price_cents": 5_000}, {"from_month": 3, "qty": "2"}]}
    ramped = LineSpec(
        item=item(acme, unit_price_cents=10_000),
        qty=Decimal(1),
        unit_price_cents=10_000,
        billing_rule=BillingRule.RECURRING,
        ramp_schedule=ramp,
    )

    assert told(acme, draft(acme, ramped)) == [
        "With no price below the catalog's, one person with a limit of at least USD 400.00 would be enough."
    ]


def test_no_discount_at_all_is_said_as_such(acme: Company) -> None:
    policy(acme, Rule(discount_above_percent=Decimal(0), people=2))

    assert told(acme, draft(acme, line(), discount_cents=1)) == [
        "With no contract discount, one person with a limit of at least USD 100.00 would be enough."
    ]


def test_rules_of_other_currencies_offer_nothing(acme: Company) -> None:
    policy(acme, DISCOUNT, Rule(currency="EUR", total_from_cents=1, people=3))

    (only,) = told(acme, draft(acme, line(), discount_cents=1_000))

    assert "contract discount" in only


@pytest.mark.parametrize("rules", [(), (Rule(people=2),)])
def test_where_nothing_is_asked_or_nothing_can_be_changed_nothing_is_told(
    acme: Company, rules: tuple[Rule, ...]
) -> None:
    if rules:
        policy(acme, *rules)

    assert told(acme, draft(acme, monthly(), discount_cents=1_000)) == []


def test_the_order_stays_as_it_is(acme: Company) -> None:
    policy(acme, DISCOUNT, LONG, BELOW)
    cheap = LineSpec(item=item(acme, unit_price_cents=12_000), qty=Decimal(2), unit_price_cents=10_000)
    order = draft(acme, cheap, discount_cents=2_000)
    before = Order.objects.values().get(), list(order.lines.values())

    forecast(acme, order)

    assert (Order.objects.values().get(), list(order.lines.values())) == before
