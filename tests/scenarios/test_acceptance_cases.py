"""Every acceptance case that this version supports, played through the services and compared to the cent."""

from pathlib import Path

import pytest

from billing.verification import Finding
from customers.models import Business
from orders import verification
from orders.cases import documents, read, report
from orders.cases.read import Case
from orders.cases.report import Verdict

CASES = {case.id: case for case in read.cases(Path(__file__).with_name("billing_cases.json"))}
SUPPORTED = [case.id for case in CASES.values() if isinstance(case, Case)]


@pytest.mark.django_db
@pytest.mark.parametrize("case", SUPPORTED)
def test_the_books_of_the_case_prove_themselves(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Finding] = []
    issued = documents.issued

    def verified(*, business: Business) -> tuple[documents.Document, ...]:
        found.extend(verification.of_business(business=business))
        return issued(business=business)

    monkeypatch.setattr(documents, "issued", verified)
    report.outcome(CASES[case])

    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize("case", SUPPORTED)
def test_the_case_comes_out_as_expected(case: str) -> None:
    outcome = report.outcome(CASES[case])

    assert (outcome.verdict, outcome.differences) == (Verdict.PASSED, ())


def test_every_case_is_supported() -> None:
    assert [case.id for case in CASES.values() if not isinstance(case, Case)] == []
    assert len(SUPPORTED) == 75
