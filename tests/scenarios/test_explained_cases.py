"""Every document of every acceptance case explained: what billed an amount is what explains it, to the cent."""

import pytest

from billing.engine import money
from billing.workings import ChargeExplained, Explanation
from tests.scenarios.played import played


@pytest.fixture
def explained(case: str, db: None) -> list[Explanation]:
    """The explanations of all documents that a case ends with."""
    return played(case).books.explained


def charges(explained: list[Explanation]) -> list[ChargeExplained]:
    return [charge for document in explained for line in document.lines for charge in line.charges]


def test_the_exact_target_rounded_less_what_is_taken_off_is_what_was_billed(explained: list[Explanation]) -> None:
    assert [
        money.round_half_away(charge.target.exact) - sum(taken.cents for taken in charge.less)
        for charge in charges(explained)
    ] == [charge.amount_cents for charge in charges(explained)]
    assert all(money.round_half_away(charge.target.exact) == charge.target.cents for charge in charges(explained))


def test_everything_is_reproduced_as_it_was_made(explained: list[Explanation]) -> None:
    assert [line.notes for document in explained for line in document.lines if not line.is_reproduced] == []
    assert [note for charge in charges(explained) for note in charge.notes if not note.startswith("Since then")] == []


def test_the_discounts_add_up(explained: list[Explanation]) -> None:
    for document in explained:
        shares = [charge.discount.cents if charge.discount else 0 for charge in charges([document])]
        assert sum(shares) == document.document.discount_cents


def test_the_taxes_add_up(explained: list[Explanation]) -> None:
    for document in explained:
        taxed = [line for line in document.lines if line.tax]
        assert [line.tax.portion.cents for line in taxed if line.tax] == [line.tax_cents for line in taxed]
        assert sum(line.tax.portion.cents for line in taxed if line.tax) == document.document.tax_cents
