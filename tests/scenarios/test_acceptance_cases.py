"""Every acceptance case that this version supports, played through the services and compared to the cent."""

from pathlib import Path

import pytest

from orders.cases import read, report
from orders.cases.read import Case
from orders.cases.report import Verdict

CASES = {case.id: case for case in read.cases(Path(__file__).with_name("billing_cases.json"))}
SUPPORTED = [case.id for case in CASES.values() if isinstance(case, Case)]


@pytest.mark.django_db
@pytest.mark.parametrize("case", SUPPORTED)
def test_the_case_comes_out_as_expected(case: str) -> None:
    outcome = report.outcome(CASES[case])

    assert (outcome.verdict, outcome.differences) == (Verdict.PASSED, ())


def test_no_case_that_was_supported_is_given_up() -> None:
    assert " ".join(SUPPORTED) == (
        "A01 A02 A04 A06 B01 B02 B04 B06 B07 B09 B11 B12 B14 C01 C02 C04 C06 C07 C09 C11 D01 D02 D04 D06 D07 D09 "
        "E01 E02 E04 F01 F02 F04 F09 F17 H01 H02 H04 H06 H07 H09 K01 K02"
    )
