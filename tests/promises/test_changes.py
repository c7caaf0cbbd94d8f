"""What was agreed after the approval stands, whoever writes."""

from datetime import date

import pytest
from django.db import IntegrityError

from billing import services
from billing.models import AgreementChange
from tests.cast import Company, approved, at, monthly
from tests.promises import sql


@pytest.fixture
def pause(acme: Company) -> AgreementChange:
    agreement = approved(acme, monthly(), start="2026-01-01").agreement
    assert agreement is not None
    return services.pause_agreement(
        agreement=agreement, effective_on=date(2026, 2, 1), by=acme.approving, at=at("2026-01-20")
    )


@pytest.mark.parametrize(("column", "value"), [("effective_date", "2026-03-01"), ("kind", "cancel"), ("number", 7)])
def test_what_was_agreed_never_changes(pause: AgreementChange, column: str, value: object) -> None:
    with pytest.raises(IntegrityError, match="agree a new change"):
        sql.update(pause, **{column: value})


def test_a_pause_ends_once(pause: AgreementChange) -> None:
    sql.update(pause, resumed_date="2026-02-20")

    with pytest.raises(IntegrityError, match="agree a new change"):
        sql.update(pause, resumed_date="2026-03-20")


def test_what_was_agreed_is_not_deleted(pause: AgreementChange) -> None:
    with pytest.raises(IntegrityError, match="never deleted"):
        sql.delete(pause)


def test_two_changes_of_an_agreement_have_two_numbers(pause: AgreementChange) -> None:
    with pytest.raises(IntegrityError, match="agreement_change_number_once"):
        sql.insert_copy(pause, uid="00000009-0000-4000-8000-000000000001")
