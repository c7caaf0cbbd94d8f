"""Words that are stored and sent: an order of last year says them still, so they never change."""

from enum import StrEnum

import pytest

from billing.engine.charges import Kind
from billing.engine.documents import DocumentType
from billing.engine.lines import Rule, Timing
from billing.engine.tax import Mode
from billing.engine.terms import Stub
from billing.engine.tiers import Model


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        (Rule, "flat per_unit recurring usage_metered prepaid_block"),
        (Timing, "each_period first_upfront all_upfront"),
        (Stub, "none prorate"),
        (Mode, "none exclusive inclusive"),
        (Model, "graduated volume"),
        (DocumentType, "invoice credit_note"),
        (
            Kind,
            "flat recurring prepaid_block usage late_usage discount stub credit amendment true_up",
        ),
    ],
)
def test_stored_words_never_change(words: type[StrEnum], stored: str) -> None:
    assert [word.value for word in words] == stored.split()
