"""What a policy asks for: rules and facts in, who is needed out, to the last cent and percent."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from orders import policies
from orders.policies import Demand, Facts, Hand, Rule

FINANCE = Rule(currency="EUR", total_from_cents=5_000_000, discount_above_percent=Decimal(5), role="finance", people=2)
ANA = Hand(person=1, role="approver", limit_cents=10_000_000)
BEA = Hand(person=2, role="finance", limit_cents=10_000_000)
CLEO = Hand(person=3, role="finance", limit_cents=50_000_000)


def order(total_cents: int = 100, *, currency: str = "EUR", discount: str = "0", **more: Any) -> Facts:
    facts = Facts(currency=currency, total_cents=total_cents, discount=Fraction(discount), term_months=12)
    return replace(facts, **more)


def reasons(rule: Rule, facts: Facts) -> list[str]:
    return [reason for demand in policies.demands(rules=[rule], facts=facts) for reason in demand.reasons]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (order(4_999_999), []),
        (order(5_000_000), ["contract EUR 50,000.00 ≥ EUR 50,000.00"]),
        (order(discount="1/20"), []),
        (order(discount="50001/1000000"), ["discount 5.0 % > 5 %"]),
        (order(5_000_000, discount="0.1"), ["contract EUR 50,000.00 ≥ EUR 50,000.00", "discount 10.0 % > 5 %"]),
        (order(5_000_000, currency="USD"), []),
    ],
)
def test_one_of_the_conditions_is_enough_and_its_edge_is_exact(facts: Facts, why: list[str]) -> None:
    assert reasons(FINANCE, facts) == why


def test_a_term_is_exceeded_not_reached_and_an_open_end_exceeds_every_one() -> None:
    rule = Rule(term_above_months=36)

    assert reasons(rule, order(term_months=36)) == []
    assert reasons(rule, order(term_months=37)) == ["term 37 months > 36 months"]
    assert reasons(rule, Facts(currency="EUR", total_cents=1)) == ["term open-ended > 36 months"]


def test_lines_outside_the_catalog_and_below_its_prices_are_counted() -> None:
    rule = Rule(on_free_text=True, on_below_catalog=True)

    assert reasons(rule, order()) == []
    assert reasons(rule, order(free_text_lines=1, below_catalog_lines=2)) == [
        "1 line outside the catalog",
        "2 lines below the catalog price",
    ]


def test_a_rule_without_a_condition_fits_every_order_of_its_currency() -> None:
    assert reasons(Rule(currency="EUR", people=2), order()) == ["every order in EUR"]
    assert reasons(Rule(people=2), order(currency="JPY")) == ["every order"]
    assert reasons(Rule(currency="EUR", people=2), order(currency="JPY")) == []


def test_where_no_rule_fits_one_approver_is_enough() -> None:
    assert policies.demands(rules=[FINANCE], facts=order()) == (Demand(people=1, role="", limit_from_cents=0),)
    assert policies.demands(rules=[], facts=order(10**15)) == (policies.BASELINE,)


def test_every_rule_that_fits_asks() -> None:
    plain = Rule(people=2)

    asked = policies.demands(rules=[FINANCE, plain], facts=order(5_000_000))

    assert [(demand.role, demand.people) for demand in asked] == [("finance", 2), ("", 2)]


def test_two_people_of_a_role_are_two_people_of_that_role() -> None:
    asked = policies.demands(rules=[FINANCE], facts=order(5_000_000))

    assert [demand.people for demand in policies.still_open(demands=asked, hands=[])] == [2]
    assert [demand.people for demand in policies.still_open(demands=asked, hands=[ANA, BEA])] == [1]
    assert policies.still_open(demands=asked, hands=[BEA, CLEO]) == ()


def test_one_approval_answers_several_rules() -> None:
    asked = (Demand(role="finance"), Demand(people=2))

    assert policies.still_open(demands=asked, hands=[BEA, ANA]) == ()


def test_a_role_that_is_not_asked_for_does_not_help() -> None:
    asked = (Demand(role="finance"),)

    assert not policies.helps(demands=asked, hands=[], hand=ANA)
    assert policies.helps(demands=asked, hands=[], hand=BEA)


def test_where_nothing_is_open_any_more_anybody_else_completes_it() -> None:
    asked = (Demand(role="finance"),)

    assert policies.helps(demands=asked, hands=[BEA], hand=ANA)
    assert not policies.helps(demands=asked, hands=[BEA], hand=BEA)


def test_a_limit_that_is_asked_for_is_reached_to_the_cent() -> None:
    assert policies.answers(demand=Demand(limit_from_cents=10_000_000), hand=BEA)
    assert not policies.answers(demand=Demand(limit_from_cents=10_000_001), hand=BEA)


def test_a_deputy_and_whom_it_stands_in_for_are_one_person() -> None:
    asked = (Demand(people=2),)
    for_bea = Hand(person=1, role="finance", limit_cents=10_000_000, behind=2)

    assert not policies.helps(demands=asked, hands=[BEA], hand=for_bea)
    assert not policies.helps(demands=asked, hands=[for_bea], hand=BEA)
    assert [left.people for left in policies.still_open(demands=asked, hands=[BEA, for_bea])] == [1]
    assert policies.still_open(demands=asked, hands=[for_bea, CLEO]) == ()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            FINANCE,
            (
                "In EUR: if discount > 5 % or contract ≥ EUR 50,000.00, finance with a limit of at least the contract; "
                "two different people."
            ),
        ),
        (
            Rule(currency="EUR", role="approver", limit_from_cents=10_000_000),
            (
                "In EUR: for every order, approver with a limit of at least the contract and of EUR 100,000.00; "
                "one person."
            ),
        ),
        (
            Rule(term_above_months=24, on_free_text=True, on_below_catalog=True, people=3),
            (
                "If term > 24 months or a line is outside the catalog or a price is below the catalog's, "
                "anybody who approves with a limit of at least the contract; three different people."
            ),
        ),
    ],
)
def test_a_rule_reads_as_a_sentence(rule: Rule, words: str) -> None:
    assert policies.sentence(rule) == words


def test_a_demand_reads_as_words() -> None:
    assert policies.asked(Demand(), currency="EUR") == "one person"
    assert policies.asked(Demand(people=2, role="finance", limit_from_cents=500), currency="EUR") == (
        "two different people with the role finance and with a limit of at least EUR 5.00"
    )


@pytest.mark.parametrize(
    ("moved", "before", "after", "why"),
    [
        (5_000_000, 0, 5_000_000, ["change EUR 50,000.00 ≥ EUR 50,000.00"]),
        (1, 4_999_999, 5_000_000, ["contract EUR 50,000.00 ≥ EUR 50,000.00"]),
        (1, 5_000_000, 5_000_001, []),
        (1, 5_000_000, 4_999_999, []),
    ],
)
def test_a_change_is_asked_for_its_size_and_for_what_it_lifts_the_contract_to(
    moved: int, before: int, after: int, why: list[str]
) -> None:
    change = Facts(currency="EUR", total_cents=moved, lifted=(before, after), term_months=0)

    assert reasons(FINANCE, change) == why
