"""What does not exist and what is not yours cost the same: as many comparisons, and the same statements in a row.

No stopwatch: a loaded machine would measure itself.
"""

import hmac
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers import credentials
from customers.credentials import IssuedCredential
from customers.models import ApiCredential
from tests.api.commercelayer.caller import ask_for_token
from tests.api.dayzero.caller import Caller
from tests.api.test_matrix import DOORS, issue
from tests.cast import Company, draft, monthly

ADDRESSES = {
    "bitbybit": "/bitbybit/customer/api/open/v1/orders",
    "dayzero": "/dayzero/api/v1/orders",
    "vu": "/vu/api/v1/orders",
}
# Adobe's contract answers 4115 to an unknown key, which is no secret there, and 4116 to a wrong token.
TOLD_APART = "adobe"
VALUE = re.compile(r"'[^']*'|\b\d+\b|\bs\d+_x\d+\b")


@dataclass(kw_only=True)
class Work:
    """What an answer took: its statements without their values, and how many secrets were compared."""

    statements: list[str] = field(default_factory=list)
    comparisons: int = 0


@contextmanager
def watched(patch: pytest.MonkeyPatch) -> Iterator[Work]:
    work, compare = Work(), hmac.compare_digest

    def counted(left: bytes, right: bytes) -> bool:
        work.comparisons += 1
        return compare(left, right)

    with patch.context() as one, CaptureQueriesContext(connection) as asked:
        one.setattr(hmac, "compare_digest", counted)
        yield work
    work.statements = [VALUE.sub("?", query["sql"]) for query in asked.captured_queries]


def with_another(issued: IssuedCredential, *, prefix: str) -> IssuedCredential:
    """Somebody's token with another end, or nobody's."""
    token = issued.token.replace(issued.credential.prefix, prefix)[:-9] + "x" * 9
    return IssuedCredential(credential=ApiCredential(business=issued.credential.business, prefix=prefix), token=token)


def shown(door: str, issued: IssuedCredential) -> int:
    """The status of what a door answers to a token."""
    if door == "commercelayer":
        given = {"client_id": f"cl_{issued.credential.prefix}", "client_secret": issued.secret}
        return ask_for_token(grant_type="client_credentials", **given).status_code
    return Client().get(ADDRESSES[door], headers=dict(DOORS[door](issued))).status_code


@pytest.mark.parametrize("door", sorted(credentials.MARKERS.keys() - {TOLD_APART}))
def test_an_unknown_key_costs_what_a_wrong_secret_of_a_known_one_costs(
    acme: Company, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    issued = issue(acme, door)
    wrong = with_another(issued, prefix=issued.credential.prefix)
    unknown = with_another(issued, prefix="0" * 12)
    shown(door, unknown)  # the first of an address begins a count

    with watched(monkeypatch) as of_wrong:
        status = shown(door, wrong)
    with watched(monkeypatch) as of_unknown:
        assert shown(door, unknown) == status

    assert status in (401, 403)
    assert of_wrong.comparisons == 1
    assert of_unknown == of_wrong


def read_order(api: Caller, key: str) -> int:
    return api.get(f"/orders/{key}").status_code


def order_for_customer(api: Caller, key: str) -> int:
    return api.post("/orders", {"customer_id": key}).status_code


@pytest.mark.parametrize("ask", [read_order, order_for_customer])
def test_what_is_somebody_elses_costs_what_does_not_exist_costs(
    acme: Company, globex: Company, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Caller, str], int]
) -> None:
    api = Caller(acme)
    theirs = draft(globex, monthly()) if ask is read_order else globex.customer
    ask(api, str(uuid4()))  # the first use of a key in a minute is written down

    with watched(monkeypatch) as of_theirs:
        assert ask(api, str(theirs.uid)) == 404
    with watched(monkeypatch) as of_nobodys:
        assert ask(api, str(uuid4())) == 404

    assert of_theirs.statements
    assert of_nobodys == of_theirs
