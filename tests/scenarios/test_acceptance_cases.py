"""Every acceptance case that this version supports, played through the services and compared to the cent."""

import pytest

from orders.cases.read import Case
from orders.cases.report import Verdict
from tests.scenarios.played import CASES, SUPPORTED, played


@pytest.mark.django_db
def test_the_books_of_the_case_prove_themselves(case: str) -> None:
    assert played(case).books.findings == []


@pytest.mark.django_db
def test_the_case_comes_out_as_expected(case: str) -> None:
    outcome = played(case).outcome

    assert (outcome.verdict, outcome.differences) == (Verdict.PASSED, ())


def test_every_case_is_supported() -> None:
    assert [case.id for case in CASES.values() if not isinstance(case, Case)] == []
    assert len(SUPPORTED) == 75
