"""Policies on the desk: rules are proposed in a form, looked at in a matrix and on history, and decided by another."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.permissions import Role
from orders import coverage, services, simulation
from orders.commands import UpdateOrder
from orders.coverage import Person
from orders.models import ApprovalPolicy
from orders.policies import Rule
from orders.services.policies import rules_of
from tests.admin.pages import Browse, list_of, url
from tests.cast import Company, line, monthly, submitted
from tests.orders.test_policies import TWO_PEOPLE, approver, policy

ADD = "admin:orders_approvalpolicy_add"
TODAY = timezone.now().date().isoformat()


@pytest.fixture
def olu(acme: Company, browse: Browse) -> Client:
    return browse(acme.ops)


def text(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def typed(*rules: dict[str, str], **header: str) -> dict[str, str]:
    form = {
        "name": "Standard",
        "rules": "",
        "form-TOTAL_FORMS": str(len(rules) + 1),
        "form-INITIAL_FORMS": "0",
    } | header
    for number, rule in enumerate([*rules, {}]):
        form |= {f"form-{number}-{name}": value for name, value in ({"people": "1"} | rule).items()}
    return form


# Proposing and deciding


def test_a_rule_is_typed_proposed_and_approved_by_somebody_else(acme: Company, olu: Client, browse: Browse) -> None:
    rule = {"currency": "usd", "total_from": "50,000.00", "discount_above": "5", "role": "finance", "people": "2"}

    olu.post(reverse(ADD), typed(rule, note="For the auditors"))

    proposed = ApprovalPolicy.objects.get()
    assert rules_of(proposed) == (
        Rule(
            currency="USD",
            total_from_cents=5_000_000,
            discount_above_percent=Decimal(5),
            role="finance",
            people=2,
        ),
    )
    assert "You proposed it: somebody else approves it" in text(olu, url(proposed))
    browse(acme.approver).post(url(proposed, "approve"))
    proposed.refresh_from_db()
    assert (proposed.status, proposed.decided_by) == ("approved", acme.approver)


def test_ones_own_proposal_is_not_approved_by_a_post_either(acme: Company, olu: Client) -> None:
    olu.post(reverse(ADD), typed({"people": "2"}))
    proposed = ApprovalPolicy.objects.get()

    page = olu.post(url(proposed, "approve"), follow=True).content.decode()

    assert "somebody else has to approve it" in page
    proposed.refresh_from_db()
    assert proposed.status == "draft"


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"total_from": "5"}, "An amount needs its currency."),
        ({"currency": "XXX", "people": "2"}, "An ISO 4217 currency"),
        ({"currency": "USD", "total_from": "many"}, "Type an amount like"),
        ({"role": "drafter"}, "Select a valid choice"),
        ({"discount_above": "101"}, "less than or equal to 100"),
    ],
)
def test_what_is_mistyped_stays_typed_and_is_not_proposed(olu: Client, rule: dict[str, str], why: str) -> None:
    page = olu.post(reverse(ADD), typed(rule)).content.decode()

    assert why in page
    assert not ApprovalPolicy.objects.exists()


def test_the_next_version_starts_from_the_one_in_force(acme: Company, olu: Client) -> None:
    policy(acme, TWO_PEOPLE)

    page = text(olu, reverse(ADD))

    assert 'name="form-0-total_from" value="300.00"' in page
    assert 'value="USD"' in page


def test_a_drafter_proposes_nothing(acme: Company, browse: Browse) -> None:
    assert browse(acme.drafter).get(reverse(ADD)).status_code == 403
    assert browse(acme.drafter).post(reverse(ADD), typed({"people": "2"})).status_code == 403


def test_a_strangers_policy_is_not_there(acme: Company, globex: Company, browse: Browse) -> None:
    held = policy(globex, TWO_PEOPLE)

    assert browse(acme.ops).get(url(held)).status_code == 404
    assert "Standard r1" not in text(browse(acme.ops), list_of(ApprovalPolicy))


def test_the_page_reads_the_rules_as_sentences_with_their_state(acme: Company, olu: Client) -> None:
    held = policy(acme, TWO_PEOPLE)

    page = text(olu, url(held))

    assert (
        "In USD: if discount &gt; 5 % or contract ≥ USD 300.00, anybody who approves with a limit of at least the "
        "contract; two different people." in page
    )
    assert '<span class="chip chip-in_force">in force</span>' in page


# The matrix


ANA = Person(person=1, name="Ana", role="approver", limit_cents=10_000)
FAY = Person(person=2, name="Fay", role="finance", limit_cents=50_000)


def test_the_matrix_is_cut_where_the_answer_changes_and_says_its_gaps() -> None:
    rules = [Rule(currency="EUR", total_from_cents=5_000, people=2)]

    found = coverage.bands(rules=rules, people=[ANA, FAY], currency="EUR")

    assert [(band.low_cents, band.high_cents, sorted(band.reaching), band.is_gap) for band in found] == [
        (0, 4_999, [1, 2], False),
        (5_000, 10_000, [1, 2], False),
        (10_001, 50_000, [2], True),
        (50_001, None, [], True),
    ]
    assert [cover.is_gap for cover in found[0].plain] == [False]
    assert [cover.is_gap for cover in found[0].peculiar] == [False]


def test_an_order_with_everything_that_is_asked_about_has_a_column_of_its_own() -> None:
    rules = [Rule(discount_above_percent=Decimal(5), role="finance", people=2)]

    (band, *_) = coverage.bands(rules=rules, people=[ANA, FAY], currency="EUR")

    assert [(cover.names, cover.is_gap) for cover in band.plain] == [(("Ana", "Fay"), False)]
    assert [(cover.names, cover.is_gap) for cover in band.peculiar] == [(("Fay",), True)]


def test_exactly_as_many_as_are_needed_is_thin() -> None:
    (cover,) = coverage.bands(rules=[Rule(people=2)], people=[ANA, FAY], currency="EUR")[0].plain

    assert (cover.is_gap, cover.is_thin) == (False, True)


# On history


def test_the_simulation_counts_second_people_and_nobody(acme: Company) -> None:
    approver(acme, "Bea", limit_cents=40_000)
    submitted(acme, monthly(unit_price_cents=1_000), on=TODAY)
    submitted(acme, monthly(unit_price_cents=11_000), on=TODAY)
    submitted(acme, monthly(unit_price_cents=20_000), on=TODAY)

    found = simulation.simulate(business=acme.business, rules=[TWO_PEOPLE], at=timezone.now())

    assert (found.looked_at, found.second, found.nobody, found.somebody_else) == (3, 2, 1, 0)
    assert found.in_words == (
        "Of 3 orders of the last 90 days 2 would have needed a second person, 1 would have had nobody."
    )
    assert found.by_rule == [(TWO_PEOPLE, 2)]
    assert [case.is_gap for case in found.cases] == [True, False]


def test_contributors_are_nobody_and_old_orders_are_not_looked_at(acme: Company) -> None:
    submitted(acme, monthly(), on="2020-01-05")
    order = submitted(acme, monthly(), on=TODAY)
    services.send_back(order=order, reason="x", by=acme.approving, at=timezone.now())
    services.update_order(order=order, changes=UpdateOrder(term_months=4), by=acme.approving, at=timezone.now())
    services.submit_order(order=order, by=acme.drafting, at=timezone.now())

    found = simulation.simulate(business=acme.business, rules=[], at=timezone.now())

    assert (found.looked_at, found.nobody) == (1, 1)


def test_lines_outside_the_catalog_are_seen_on_history(acme: Company) -> None:
    submitted(acme, line(), line(), on=TODAY)

    found = simulation.simulate(business=acme.business, rules=[Rule(on_free_text=True, people=2)], at=timezone.now())

    assert found.cases[0].reasons == ["2 lines outside the catalog"]


def test_an_open_end_is_seen_on_history(acme: Company) -> None:
    submitted(acme, line(), on=TODAY, term_months=None)
    submitted(acme, monthly(), on=TODAY, term_months=None)

    found = simulation.simulate(business=acme.business, rules=[Rule(term_above_months=60, people=2)], at=timezone.now())

    assert [case.reasons for case in found.cases] == [["term open-ended > 60 months"]]


def test_the_page_costs_the_same_for_three_orders_as_for_one(acme: Company, olu: Client) -> None:
    held = policy(acme, TWO_PEOPLE, Rule(on_free_text=True, role=Role.FINANCE))
    submitted(acme, monthly(), on=TODAY)

    with CaptureQueriesContext(connection) as once:
        olu.get(url(held))
    submitted(acme, monthly(), on=TODAY)
    submitted(acme, monthly(), line(), on=TODAY)
    with CaptureQueriesContext(connection) as thrice:
        olu.get(url(held))

    assert len(thrice) == len(once) <= 20
