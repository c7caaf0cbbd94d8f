"""What no reader of JSON takes as an exact integer is never put on a document."""

import pytest

from billing.engine.refusals import MAX_TOTAL_CENTS, TermsRefused
from tests.engine.builders import Agreement, metered, terms, totals

THOUSAND = 1000


def test_usage_up_to_the_largest_amount_is_billed() -> None:
    agreement = Agreement(terms(metered(MAX_TOTAL_CENTS // THOUSAND)))
    agreement.use("1000", on="2026-01-10")

    assert totals(agreement.run("2026-02-01")) == [MAX_TOTAL_CENTS]


def test_usage_beyond_the_largest_amount_is_refused_naming_the_day() -> None:
    agreement = Agreement(terms(metered(MAX_TOTAL_CENTS // THOUSAND)))
    agreement.use("1000.000001", on="2026-01-10")

    with pytest.raises(TermsRefused) as caught:
        agreement.run("2026-02-01")

    assert (caught.value.code, caught.value.field) == ("amount_too_large", "total_cents")
    assert caught.value.message == "The document of 2026-02-01 comes to more than 9,000,000,000,000,000 minor units."
