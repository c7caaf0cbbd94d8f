"""The database falls silent, is away, and comes back: meanwhile everybody is told to come again, and then may."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from config.errors import DOORS as MOUNTS
from tests.api.adobe.caller import Caller as Partner
from tests.api.bitbybit.caller import Caller as Shop
from tests.api.commercelayer.caller import Caller as Storefront
from tests.api.dayzero.caller import Caller as Client
from tests.api.vu.caller import Caller as Maker
from tests.api.vu.caller import basic
from tests.cast import Company, company
from tests.kill.served import Server, served
from tests.kill.wire import Manner, Wire
from tests.prove.doors import DOORS

SESSION = f"__Host-session={'x' * 32}"


def keys(acme: Company) -> dict[str, Mapping[str, str]]:
    """What a caller of each door shows."""
    maker = Maker(acme)
    return {
        "dayzero": Client(acme).headers,
        "adobe": {**Partner(acme).headers, "X-Correlation-Id": "once", "X-Request-Id": "once"},
        "vu": {"Authorization": basic(maker.key, maker.secret)},
        "commercelayer": Storefront(acme).headers,
        "bitbybit": Shop(acme).headers,
    }


def statuses(server: Server, callers: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """What a list of each door answers; an unknown customer's orders are not found at Adobe's."""
    return {
        name: server.ask("GET", DOORS[name].base + LISTS[name], headers=headers)[0].status
        for name, headers in callers.items()
    }


LISTS = dict.fromkeys(DOORS, "/orders") | {"adobe": "/customers/1/orders"}
WELL = dict.fromkeys(DOORS, 200) | {"adobe": 404}


def test_while_the_database_is_away_everybody_may_come_again(transactional_db: None) -> None:
    callers, wire = keys(company("acme")), Wire()
    assert {f"/{name}/" for name in callers} == MOUNTS.keys()

    with served(wire, patience_seconds=1) as server:
        assert statuses(server, callers) == WELL

        wire.behave(Manner(is_dead=True))

        with ThreadPoolExecutor(len(callers)) as at_once:
            list(at_once.map(lambda name: check_door(name, server, callers[name]), callers))
        assert server.ask("GET", "/readyz")[0].status == 503
        assert server.ask("GET", "/livez")[0].status == 200

        wire.behave()

        assert server.ask("GET", "/readyz")[0].status == 200
        assert statuses(server, callers) == WELL

        wire.cut()

        for name, headers in callers.items():
            check_door(name, server, headers)
        page, said = server.ask("GET", "/admin/", headers={"Cookie": SESSION})
        assert (page.status, page.getheader("Content-Type")) == (503, "text/html; charset=utf-8")
        assert b"Traceback" not in said
        assert server.ask("GET", "/readyz")[0].status == 503
        assert server.ask("GET", "/livez")[0].status == 200

        wire.mend()

        assert server.ask("GET", "/readyz")[0].status == 200
        assert statuses(server, callers) == WELL


def check_door(name: str, server: Server, headers: Mapping[str, str]) -> None:
    """Its own words, and when to come again."""
    answer, said = server.ask("GET", DOORS[name].base + LISTS[name], headers=headers)
    assert (name, answer.status) == (name, 503)
    assert answer.getheader("Retry-After", "").isdecimal()
    assert answer.getheader("Content-Type") == DOORS[name].rule.content_type
    assert DOORS[name].rule.shape(json.loads(said))
