"""What lets somebody in, tried to be bent with plain SQL."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from customers import second_factors
from customers.models import RecoveryCode, SecondFactor
from tests.cast import Company
from tests.phones import given_to


def refused(sql: str, *values: int | bytes) -> str:
    """The sentence with which the database refuses a statement."""
    with pytest.raises(IntegrityError) as fault, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return str(fault.value)


def test_a_used_code_never_becomes_good_again(acme: Company) -> None:
    given_to(acme.approver)

    earlier = refused("UPDATE customers_secondfactor SET last_step = last_step - 1")
    none = refused("UPDATE customers_secondfactor SET confirmed_at = NULL, last_step = NULL")

    assert "never good again" in earlier
    assert "never good again" in none


def test_a_used_recovery_code_stays_used(acme: Company) -> None:
    _, codes = given_to(acme.approver)
    second_factors.use(member=acme.approver, code=codes[0], by=acme.approving, at=timezone.now())

    assert "stays used" in refused("UPDATE customers_recoverycode SET used_at = NULL WHERE used_at IS NOT NULL")


def test_no_factor_is_on_without_a_first_code(acme: Company) -> None:
    second_factors.begin(member=acme.approver, by=acme.approving, at=timezone.now())

    told = refused("UPDATE customers_secondfactor SET confirmed_at = now()")

    assert "second_factor_confirmed_by_a_code" in told


def test_a_factor_is_of_somebody_in_the_same_business(acme: Company, globex: Company) -> None:
    given_to(acme.approver)

    told = refused("UPDATE customers_secondfactor SET business_id = %s", globex.business.pk)

    assert "same_business" in told


def test_recovery_codes_are_stored_as_their_hash(acme: Company) -> None:
    _, codes = given_to(acme.approver)

    stored = b"".join(bytes(row.code_sha256) for row in RecoveryCode.objects.all())

    assert len(stored) == 32 * len(codes)
    assert "recovery_code_is_hashed" in refused("UPDATE customers_recoverycode SET code_sha256 = %s", b"ABCD")


def test_a_new_secret_key_still_reads_what_the_old_one_encrypted_and_writes_it_anew(acme: Company) -> None:
    phone, _ = given_to(acme.approver)
    old = settings.SECRET_KEY

    with override_settings(SECRET_KEY="another-key", SECRET_KEY_FALLBACKS=[old]):
        assert second_factors.use(member=acme.approver, code=phone.code(), by=acme.approving, at=timezone.now())
    with override_settings(SECRET_KEY="another-key", SECRET_KEY_FALLBACKS=[]):
        factor = SecondFactor.objects.get()
        assert second_factors.secret_of(factor=factor) == phone.secret


def test_without_the_key_a_factor_lets_nobody_in_but_a_recovery_code_does(acme: Company) -> None:
    phone, codes = given_to(acme.approver)

    with override_settings(SECRET_KEY="another-key", SECRET_KEY_FALLBACKS=[]):
        at = timezone.now() + timedelta(seconds=1)
        by_phone = second_factors.use(member=acme.approver, code=phone.code(), by=acme.approving, at=at)
        by_code = second_factors.use(member=acme.approver, code=codes[0], by=acme.approving, at=at)

    assert (by_phone, by_code) == (False, True)
