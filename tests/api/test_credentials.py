"""Tokens of the doors: what they may do and until when is the database's word, and a guess learns nothing from time."""

import hmac
from datetime import timedelta

import pytest
from django.db.models import Model
from django.utils import timezone

from customers import credentials
from customers.actors import Actor
from customers.credentials import IssuedCredential
from customers.models import ApiCredential
from customers.permissions import Permission
from orders.services import access
from tests import factories
from tests.cast import Company


def columns(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def issued(acme: Company) -> IssuedCredential:
    return credentials.issue(
        business=acme.business,
        door="dayzero",
        name="Program",
        scopes=frozenset({Permission.READ}),
        at=factories.NOON,
        by=Actor.system(),
    )


def test_a_token_ends_by_the_clock_of_the_database(issued: IssuedCredential) -> None:
    rows = ApiCredential.objects.filter(pk=issued.credential.pk)

    rows.update(expires_at=timezone.now() + timedelta(minutes=5))
    before = credentials.find(token=issued.token, door="dayzero")
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert before == issued.credential
    assert credentials.find(token=issued.token, door="dayzero") is None


def test_a_credential_is_found_as_the_orm_finds_it(issued: IssuedCredential) -> None:
    ApiCredential.objects.filter(pk=issued.credential.pk).update(expires_at=timezone.now() + timedelta(minutes=5))

    found = credentials.find(token=issued.token, door="dayzero")

    stored = ApiCredential.objects.select_related("business").get(pk=issued.credential.pk)
    assert found is not None
    assert columns(found) == {**columns(stored), "last_used_at": None}
    assert columns(found.business) == columns(stored.business)


def test_a_use_is_written_down_once_in_a_minute(issued: IssuedCredential) -> None:
    stored = ApiCredential.objects.filter(pk=issued.credential.pk)

    credentials.find(token=f"{issued.token[:-1]}~", door="dayzero")
    unused = stored.get().last_used_at
    credentials.find(token=issued.token, door="dayzero")
    first = stored.get().last_used_at
    credentials.find(token=issued.token, door="dayzero")

    assert unused is None
    assert first is not None
    assert stored.get().last_used_at == first


def test_a_token_may_what_its_scopes_say(issued: IssuedCredential) -> None:
    found = credentials.find(token=issued.token, door="dayzero")

    assert found is not None
    assert [permission for permission in Permission if found.may(permission)] == [Permission.READ]


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_token_is_compared_in_constant_time_also_when_there_is_none_like_it(
    issued: IssuedCredential, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    compared: list[tuple[int, int]] = []

    def compare(left: bytes, right: bytes) -> bool:
        compared.append((len(left), len(right)))
        return hmac_compare(left, right)

    hmac_compare = hmac.compare_digest
    monkeypatch.setattr("customers.credentials.hmac.compare_digest", compare)
    prefix = issued.credential.prefix if known else "0" * 12

    assert credentials.find(token=f"dz_{prefix}_{'x' * 43}", door="dayzero") is None
    assert compared == [(32, 32)]


def test_an_unknown_access_token_of_a_store_is_compared_too(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[int, int]] = []
    hmac_compare = hmac.compare_digest

    def compare(left: bytes, right: bytes) -> bool:
        compared.append((len(left), len(right)))
        return hmac_compare(left, right)

    monkeypatch.setattr("orders.services.access.hmac.compare_digest", compare)

    assert access.find(token=f"clat_{'0' * 12}_{'x' * 43}", door="commercelayer") is None
    assert compared == [(32, 32)]


@pytest.mark.parametrize("secret", ["x" * 43, ""])
def test_a_wrong_secret_of_a_named_key_is_compared_in_constant_time(
    issued: IssuedCredential, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    """As Adobe's door does, whose callers name their key beside the token."""
    compared: list[tuple[int, int]] = []
    hmac_compare = hmac.compare_digest

    def compare(left: bytes, right: bytes) -> bool:
        compared.append((len(left), len(right)))
        return hmac_compare(left, right)

    monkeypatch.setattr("customers.credentials.hmac.compare_digest", compare)
    named = credentials.by_prefix(prefix=issued.credential.prefix, door="dayzero")
    assert named is not None

    assert not credentials.opens(stored=named, token=f"dz_{issued.credential.prefix}_{secret}")
    assert compared == [(32, 32)]


@pytest.mark.parametrize("door", credentials.MARKERS)
@pytest.mark.parametrize("end", ["expires_at", "revoked_at"])
def test_a_key_of_any_door_that_has_ended_opens_nothing(acme: Company, door: str, end: str) -> None:
    issued = credentials.issue(
        business=acme.business,
        door=door,
        name="Test",
        scopes=frozenset({Permission.READ}),
        at=factories.NOON,
        by=Actor.system(),
    )
    assert opened(issued, door) == (True, True)

    ApiCredential.objects.filter(pk=issued.credential.pk).update(**{end: timezone.now() - timedelta(seconds=1)})

    assert opened(issued, door) == (False, False)


def opened(issued: IssuedCredential, door: str) -> tuple[bool, bool]:
    """Whether a token opens a door by itself, and beside the name of its key."""
    named = credentials.by_prefix(prefix=issued.credential.prefix, door=door)
    by_itself = credentials.find(token=issued.token, door=door)
    return by_itself is not None, credentials.opens(stored=named, token=issued.token)


def test_the_token_itself_is_stored_nowhere(issued: IssuedCredential) -> None:
    stored = ApiCredential.objects.values_list().get(pk=issued.credential.pk)

    assert issued.secret not in str(stored)
