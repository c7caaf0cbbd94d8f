import json
from datetime import timedelta

import pytest

from customers import credentials
from customers.models import ApiCredential
from customers.permissions import Permission
from tests.cast import Company
from tests.commands.conftest import Manage
from tests.factories import uid


def test_the_token_is_the_only_result_and_opens_the_door(acme: Company, manage: Manage) -> None:
    ended = manage("issue_credential", "--business", acme.business.uid, "--door", "dayzero", "--name", "CRM")

    credential = credentials.find(token=ended.out.strip(), door="dayzero")
    assert ended.code == 0
    assert credential is not None
    assert (credential.business, credential.name, credential.expires_at) == (acme.business, "CRM", None)
    assert "cannot be shown again" in ended.err


def test_a_door_with_a_password_gets_a_key_and_a_secret(acme: Company, manage: Manage) -> None:
    ended = manage("issue_credential", "--business", acme.business.uid, "--door", "vu", "--name", "Shop")
    as_json = manage("issue_credential", "--business", acme.business.uid, "--door", "vu", "--name", "Shop", "--json")

    key, secret = ended.out.strip().split(":")
    assert key.startswith("vu_")
    assert credentials.find(token=f"{key}_{secret}", door="vu") is not None
    answer = json.loads(as_json.out)
    assert answer["token"] == f"{answer['key']}_{answer['secret']}"


def test_approving_and_billing_are_asked_for_by_name(acme: Company, manage: Manage) -> None:
    manage("issue_credential", "--business", acme.business.uid, "--door", "dayzero", "--name", "CRM")

    assert ApiCredential.objects.get().scopes == ["draft", "read", "submit"]


def test_each_scope_that_is_named_is_granted_and_no_other(acme: Company, manage: Manage) -> None:
    named = ("--scope", Permission.APPROVE, "--scope", Permission.READ)
    manage("issue_credential", "--business", acme.business.uid, "--door", "dayzero", "--name", "CRM", *named)

    assert ApiCredential.objects.get().scopes == ["approve", "read"]


def test_a_credential_may_expire(acme: Company, manage: Manage) -> None:
    expiry = ("--expires-in-days", "90")
    manage("issue_credential", "--business", acme.business.uid, "--door", "dayzero", "--name", "CRM", *expiry)

    credential = ApiCredential.objects.get()
    assert credential.expires_at == credential.created_at + timedelta(days=90)


def test_the_result_as_json(acme: Company, manage: Manage) -> None:
    ended = manage("issue_credential", "--business", acme.business.uid, "--door", "dayzero", "--name", "CRM", "--json")

    answer = json.loads(ended.out)
    assert credentials.find(token=answer.pop("token"), door="dayzero") is not None
    assert answer == {
        "business": str(acme.business.uid),
        "door": "dayzero",
        "name": "CRM",
        "scopes": ["draft", "read", "submit"],
        "expires_at": None,
    }


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--business", uid(1, 999), "There is no business 00000001-0000-4000-8000-000000000999."),
        ("--business", "acme", "invalid UUID value: 'acme'"),
        ("--door", "backdoor", "invalid choice: 'backdoor'"),
        ("--scope", "everything", "invalid choice: 'everything'"),
        ("--name", "", "must have from 1 to 100 characters"),
        ("--expires-in-days", "0", "'0' is not a whole number from 1 to 365"),
        ("--expires-in-days", "366", "'366' is not a whole number from 1 to 365"),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_is_issued(
    acme: Company, manage: Manage, option: str, value: object, sentence: str
) -> None:
    usual = ("--business", acme.business.uid, "--door", "dayzero", "--name", "CRM")

    ended = manage("issue_credential", *usual, option, value)

    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert not ApiCredential.objects.exists()


def test_adobes_key_is_told_beside_its_token(acme: Company, manage: Manage) -> None:
    named = ("--business", acme.business.uid, "--door", "adobe", "--name", "Partner")

    ended = manage("issue_credential", *named)
    answer = json.loads(manage("issue_credential", *named, "--json").out)

    token = ended.out.strip()
    assert credentials.find(token=token, door="adobe") is not None
    assert f"API key, which goes beside the token: {token.split('_')[1]}" in ended.err
    assert answer["token"].split("_")[1] == answer["api_key"]


@pytest.mark.parametrize(
    ("door", "grant", "offered"),
    [("bitbybit", "order:read", "there are customers:delete"), ("dayzero", "orders:read", "keys of dayzero")],
)
def test_a_grant_that_the_door_does_not_know_makes_no_key(
    acme: Company, manage: Manage, door: str, grant: str, offered: str
) -> None:
    named = ("--business", acme.business.uid, "--door", door, "--name", "CRM", "--grant", grant)

    ended = manage("issue_credential", *named)

    assert (ended.code, ApiCredential.objects.exists()) == (2, False)
    assert offered in ended.err


def test_a_scope_that_is_none_is_answered_with_those_there_are(acme: Company, manage: Manage) -> None:
    named = ("--business", acme.business.uid, "--door", "dayzero", "--name", "CRM", "--scope", "write")

    ended = manage("issue_credential", *named)

    assert ended.code == 2
    assert "choose from 'read', 'draft'" in ended.err
