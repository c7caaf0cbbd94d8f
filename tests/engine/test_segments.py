"""A month is cut where its price changes, and nowhere else."""

import pytest

from billing.engine import changes, segments
from tests.engine.builders import Agreement, recurring, terms


def parts_of(agreement: Agreement, k: int) -> list[tuple[str, str, int]]:
    in_force = changes.apply(terms=agreement.terms, changes=agreement.changes)
    found = segments.parts(line=in_force.lines[0], terms=in_force, k=k)
    return [(str(part.days.start), str(part.days.end), part.unit_price_cents) for part in found]


def test_an_amendment_cuts_a_period_in_two() -> None:
    agreement = Agreement(terms(recurring(100)))
    agreement.amend("2026-01-16", cents=200)

    assert parts_of(agreement, 0) == [("2026-01-01", "2026-01-16", 100), ("2026-01-16", "2026-02-01", 200)]


@pytest.mark.parametrize(("on", "cents"), [("2026-02-01", 200), ("2026-03-01", 100)])
def test_an_amendment_on_its_edge_leaves_a_period_whole(on: str, cents: int) -> None:
    agreement = Agreement(terms(recurring(100)))
    agreement.amend(on, cents=200)

    assert parts_of(agreement, 1) == [("2026-02-01", "2026-03-01", cents)]


def test_a_period_that_is_not_served_has_no_parts() -> None:
    agreement = Agreement(terms(recurring(100)))
    agreement.cancel("2026-02-01")

    assert parts_of(agreement, 1) == []
