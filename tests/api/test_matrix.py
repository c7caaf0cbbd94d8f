"""Who may call what at the doors: every route and method against one table, `matrix.toml`, by the scope that lets in.

A route without an entry fails, whichever part of the product it belongs to. After a change that is meant,
`REWRITE_MATRIX=1` writes the table; read its diff.
"""

import json
import os
import re
import tomllib
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from customers import credentials
from customers.actors import Actor
from customers.credentials import IssuedCredential
from customers.permissions import Permission
from tests import factories
from tests.api.commercelayer.caller import ask_for_token
from tests.cast import Company
from tests.stores import store

TABLE = Path(__file__).with_name("matrix.toml")
HEAD = """\
# Who may call what at the doors, made by tests/api/test_matrix.py: "METHOD scopes", each of which lets in by itself.
# A route without a line lets nobody in: it is no resource. The desk has a table of its own, tests/admin/matrix.toml.
"""
# Open to everybody: pages of documentation, health, and where a client of Commerce Layer shows its secret for a token.
PUBLIC = frozenset(
    {"", "admin", "livez", "readyz", "commercelayer/oauth/token"}
    | {f"docs/{door}/{page}" for door in credentials.MARKERS for page in ("", "openapi.json")}
)
DESK = "admin/"
PARAMETER = re.compile(r"<\w+:\w+>")
REFUSED = {401, 403}
Headers = Mapping[str, str]


def urls() -> Iterator[tuple[str, URLPattern]]:
    """Every route there is; an address with a slash at its end is the one without, if that one exists."""
    found = dict(_walk(get_resolver().url_patterns, ""))
    return ((route, pattern) for route, pattern in found.items() if not _is_alias(route, found))


def _walk(patterns: list[URLPattern | URLResolver], above: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = f"{above}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def _is_alias(route: str, found: Mapping[str, URLPattern]) -> bool:
    plain = found.get(route.rstrip("/")) if route.endswith("/") else None
    return plain is not None and _actions(plain) == _actions(found[route])


def _actions(pattern: URLPattern) -> object:
    return getattr(pattern.callback, "cls", None), methods(pattern)


def methods(pattern: URLPattern) -> list[str]:
    """What is answered there; HEAD, which some views learn from their first GET, is GET."""
    return [method.upper() for method in getattr(pattern.callback, "actions", {}) if method != "head"]


def at_doors() -> list[tuple[str, URLPattern]]:
    return [(route, pattern) for route, pattern in urls() if route not in PUBLIC and not route.startswith(DESK)]


# Programs


@dataclass(frozen=True, kw_only=True)
class Program:
    """Who calls a door: what it shows of itself."""

    name: str
    headers: Headers


def dayzero(issued: IssuedCredential) -> Headers:
    return {"Authorization": f"Bearer {issued.token}", "x-business-id": str(issued.credential.business.uid)}


def adobe(issued: IssuedCredential) -> Headers:
    ids = {"X-Correlation-Id": "c-1", "X-Request-Id": "r-1"}
    return {"Authorization": f"Bearer {issued.token}", "X-Api-Key": issued.credential.prefix, **ids}


def vu(issued: IssuedCredential) -> Headers:
    return {"Authorization": f"Basic {b64encode(f'{issued.key}:{issued.secret}'.encode()).decode()}"}


def bitbybit(issued: IssuedCredential) -> Headers:
    return {"x-api-key": issued.token}


def commercelayer(issued: IssuedCredential) -> Headers:
    asked = {"client_id": f"cl_{issued.credential.prefix}", "client_secret": issued.secret}
    if Permission.APPROVE not in issued.credential.scopes:
        asked["scope"] = "market:1234"  # a storefront is one of a market
    granted = json.loads(ask_for_token(grant_type="client_credentials", **asked).content)
    return {"Authorization": f"Bearer {granted.get('access_token', '')}", "Accept": "application/vnd.api+json"}


DOORS: dict[str, Callable[[IssuedCredential], Headers]] = {
    "adobe": adobe,
    "bitbybit": bitbybit,
    "commercelayer": commercelayer,
    "dayzero": dayzero,
    "vu": vu,
}


def issue(company: Company, door: str, *scopes: Permission, **more: Any) -> IssuedCredential:
    return credentials.issue(
        business=company.business,
        door=door,
        name="Program",
        scopes=frozenset(scopes or Permission),
        at=factories.NOON,
        by=Actor.system(),
        **more,
    )


def programs(company: Company, door: str) -> list[Program]:
    """One program for each scope, that may do nothing else."""
    return [Program(name=scope, headers=DOORS[door](issue(company, door, scope))) for scope in Permission]


def impostors(company: Company, door: str) -> list[Program]:
    """Nobody, and whoever was let in once: with a credential that has expired since, or was revoked."""
    expired, revoked = issue(company, door), issue(company, door)
    shown = {"expired": DOORS[door](expired), "revoked": DOORS[door](revoked)}
    past = timezone.now() - timedelta(seconds=1)
    type(expired.credential).objects.filter(pk=expired.credential.pk).update(expires_at=past)
    credentials.revoke(credential=revoked.credential, by=Actor.system(), at=past)
    return [Program(name="nobody", headers={}), *(Program(name=name, headers=told) for name, told in shown.items())]


def is_let_in(program: Program, method: str, route: str) -> bool:
    media_type = program.headers.get("Accept", "application/json")
    address = f"/{PARAMETER.sub('1', route)}"
    client = Client(raise_request_exception=False)
    answer = client.generic(method, address, "{}", content_type=media_type, headers=dict(program.headers))
    return answer.status_code not in REFUSED


def table() -> dict[str, list[str]]:
    return tomllib.loads(TABLE.read_text())


@pytest.fixture
def shop(acme: Company) -> Company:
    """A business with a market, for its storefronts."""
    store(acme)
    return acme


@pytest.fixture(autouse=True)
def _calls_are_not_counted() -> Iterator[None]:
    with override_settings(RATE_LIMIT_SCALE=1000):
        yield


def test_every_route_of_the_product_is_open_to_everybody_or_has_an_entry() -> None:
    routes = {route for route, _ in urls()}

    assert {route for route, _ in at_doors()} == set(table())
    assert routes >= PUBLIC
    assert {route for route in routes if not (route in PUBLIC or route in table() or route.startswith(DESK))} == set()


def test_each_scope_lets_in_where_the_table_says(shop: Company) -> None:
    found: dict[str, list[str]] = defaultdict(list)
    callers = {door: programs(shop, door) for door in DOORS}
    for route, pattern in at_doors():
        found[route] = []
        for method in methods(pattern):
            let_in = [program.name for program in callers[route.partition("/")[0]] if is_let_in(program, method, route)]
            found[route].append(" ".join((method, *let_in)))
    if "REWRITE_MATRIX" in os.environ:
        lines = (f"{json.dumps(route)} = {json.dumps(told)}\n" for route, told in sorted(found.items()))
        TABLE.write_text(HEAD + "".join(lines))

    assert {route: told for route, told in found.items() if told != table().get(route)} == {}


def test_no_credential_that_has_ended_lets_anybody_in(shop: Company) -> None:
    callers = {door: impostors(shop, door) for door in DOORS}

    let_in = [
        (program.name, method, route)
        for route, pattern in at_doors()
        for method in methods(pattern)
        for program in callers[route.partition("/")[0]]
        if is_let_in(program, method, route)
    ]

    assert let_in == []


@pytest.mark.parametrize("door", DOORS)
def test_no_key_opens_another_door(acme: Company, door: str) -> None:
    foreign = [issue(acme, other) for other in DOORS if other != door]
    route, method = next(
        (route, method) for route, pattern in at_doors() if route.startswith(f"{door}/") for method in methods(pattern)
    )

    assert [key for key in foreign if is_let_in(Program(name="", headers=DOORS[door](key)), method, route)] == []
