"""Workers of the web process killed at random moments, while clients with keys create and approve orders.

WEB_KILLS and SEED in the environment; `make kill-web` does. Every client comes again until it is answered.
"""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException

import pytest

from customers import audit
from customers.models import Event
from orders import verification
from orders.models import Order, ReplayRecord
from tests.api.dayzero.caller import Caller, line
from tests.cast import Company, company
from tests.kill.served import Server, served
from tests.kill.wire import Wire
from tests.prove import report

KILLS = int(os.environ.get("WEB_KILLS", "0"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
CLIENTS = 6
LONGEST_SECONDS = 5
STEPS = ("send", "sign", "countersign")
TERMS = {"order_start_date": "2099-01-01", "first_invoice_date": "2099-01-01", "term_months": 12}

pytestmark = pytest.mark.skipif(not KILLS, reason="WEB_KILLS is not set: make kill-web")


@dataclass(kw_only=True)
class Clients:
    """Threads that each bring one order after the other to its approval."""

    server: Server
    headers: dict[str, str]
    customer: str
    done: threading.Event = field(default_factory=threading.Event)
    answered: dict[str, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def work(self, number: int) -> None:
        place = 0
        while not self.done.is_set():
            key = f"client-{number}-order-{place}"
            order = self.ask("/orders", f"{key}-create", {"customer_id": self.customer, "lines": [line()], **TERMS})
            for step in STEPS:
                self.ask(f"/orders/{order}/{step}", f"{key}-{step}")
            self.answered[key] = order
            place += 1

    def ask(self, path: str, key: str, sent: object = None) -> str:
        """The id that is answered in the end."""
        body = b"" if sent is None else json.dumps(sent).encode()
        headers = {**self.headers, "Idempotency-Key": key}
        while True:
            try:
                answer, said = self.server.ask("POST", f"/dayzero/api/v1{path}", body=body, headers=headers)
            except (OSError, HTTPException):
                self.outcomes["cut off"] += 1
            else:
                self.outcomes[str(answer.status)] += 1
                if answer.status == 201:
                    return str(json.loads(said)["data"]["id"])
                if answer.status not in (409, 503):
                    self.odd.append(f"{path}: {answer.status} {said[:200]!r}")
                    self.done.set()
                    raise AssertionError(self.odd[-1])
            time.sleep(0.01)


def kill(clients: Clients, moments: random.Random) -> None:
    """Kill one worker some moments after a few more requests were answered, as the other one's clients go on."""
    answers, latest = clients.outcomes["201"] + moments.randrange(1, 5), time.monotonic() + LONGEST_SECONDS
    while clients.outcomes["201"] < answers and time.monotonic() < latest and not clients.done.is_set():
        time.sleep(0.002)
    time.sleep(moments.uniform(0, 0.05))
    os.kill(moments.choice(clients.server.workers()).pid, signal.SIGKILL)


def check(shop: Company, clients: Clients) -> None:
    """Each key has one order with each of its events and answers once; books and ledger are in order."""
    orders = Order.objects.for_business(shop.business)
    assert Counter(str(uid) for uid in orders.values_list("uid", flat=True)) == Counter(clients.answered.values())
    assert set(orders.values_list("status", flat=True)) == {"approved"}
    events = Event.objects.for_business(shop.business).filter(subject_type="order")
    told = Counter(events.values_list("subject_id", "action"))
    assert set(told.values()) == {1}
    assert {subject for subject, _ in told} == set(orders.values_list("pk", flat=True))
    assert ReplayRecord.objects.for_business(shop.business).count() == (1 + len(STEPS)) * len(clients.answered)
    assert list(verification.of_business(business=shop.business)) == []
    assert list(audit.of_business(business=shop.business)) == []


def test_killed_workers_lose_nothing_and_double_nothing(transactional_db: None) -> None:
    print(f"SEED={SEED}")  # noqa: T201  # pytest shows it when the test fails
    shop, moments = company("acme"), random.Random(SEED)
    caller, wire = Caller(shop), Wire()
    with served(wire) as server:
        clients = Clients(server=server, headers=caller.headers, customer=caller.customer_id)
        threads = [threading.Thread(target=clients.work, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            kill(clients, moments)
        clients.done.set()
        for thread in threads:
            thread.join()

    assert clients.odd == []
    assert clients.outcomes["cut off"]
    told = ", ".join(f"{count:,} {what}" for what, count in sorted(clients.outcomes.items()))
    check(shop, clients)
    told = f"{len(clients.answered):,} orders, each once ({told})"
    report.told("kills", "web workers", tried=KILLS, broken=0, remark=told, seed=SEED)
