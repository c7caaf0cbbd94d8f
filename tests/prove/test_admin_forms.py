"""Hostile forms posted to the desk: never 5xx, nothing logged as an error, nothing stored where the form comes back.

FORMS and SEED in the environment.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from orders.models import Order
from tests import factories
from tests.admin.pages import list_of, seen, typed, url
from tests.cast import Company, draft, line, monthly, submitted
from tests.prove import counters, evil, fuzz, judge, report

FORMS = int(os.environ.get("FORMS", "30"))
# Of the forms that were taken so many are followed by a look at the orders list.
LOOKED_AT_EACH = 10
SEED = int(os.environ.get("SEED", "0")) or 20_260_101
# What a browser posts that is not one of the texts of queries.
MORE = (
    "1e400",
    "1,000.00",
    "1.000,00",
    "--1",
    "2026-1-1",
    "9" * 400,
    "x" * 70_000,
    "USD",
    "recurring",
    "<b>",
    "\r\n",
    "٣",
)
CUSTOMER = "Customer of acme"


@dataclass(frozen=True, kw_only=True)
class Form:
    path: str
    client: Client
    fields: Mapping[str, str]


def forms(company: Company) -> Sequence[Form]:
    """The forms of drafting and of deciding, as those who may post them see them."""
    clients = [Client(raise_request_exception=False) for _ in range(2)]
    for client, member in zip(clients, (company.drafter, company.approver), strict=True):
        client.force_login(member.user)
    drafter, approver = clients
    drafted, waiting = draft(company, monthly()), submitted(company, monthly(), line())
    new = typed(CUSTOMER, {}, {"billing_rule": "flat"}, discount="10", description="Platform") | {"_save": "1"}
    version = {"version": str(waiting.version), "reason": "Price is wrong"}
    return (
        Form(path=reverse("admin:orders_order_add"), client=drafter, fields=new),
        Form(path=reverse("admin:orders_order_add"), client=drafter, fields=new),
        Form(path=url(drafted), client=drafter, fields={**new, "version": str(drafted.version)}),
        Form(path=url(waiting, "approve"), client=approver, fields=seen(waiting)),
        Form(path=url(waiting, "reject"), client=approver, fields=version),
        Form(path=url(waiting, "send_back"), client=approver, fields=version),
        Form(path=url(waiting, "withdraw"), client=drafter, fields=version),
    )


def hostile(given: Sequence[Form], numbers: range) -> Iterator[tuple[Form, dict[str, str]]]:
    """Forms with one to three fields made hostile, left out or added, each drawn from the seed and its number."""
    for number in numbers:
        draw = random.Random(f"{SEED} admin {number}")
        form = draw.choice(given)
        fields = dict(form.fields)
        for _ in range(draw.choice((1, 1, 2, 3))):
            name = draw.choice([*fields, "status", "total_cents", "approved_by", "lines-TOTAL_FORMS", "lines-0-id"])
            fields[name] = draw.choice((*evil.TEXTS, *MORE)).encode("utf-8", "replace").decode()
            if draw.random() < 0.1:
                del fields[name]
        yield form, fields


def faults_of(answer: HttpResponse, changes: Callable[[], set[str]], reading: HttpResponse | None) -> list[str]:
    """What is wrong with the answer to a form, and with the list that is looked at after some that were taken."""
    if answer.status_code >= 500:
        raised = getattr(answer, "exc_info", None)
        return [f"{answer.status_code}: {raised[1]!r}" if raised else str(answer.status_code)]
    faults = [] if answer.headers.get("X-Request-Id") else ["no X-Request-Id"]
    if reading is not None and reading.status_code != 200:
        faults.append(f"taken, then the list answered {reading.status_code}")
    if answer.status_code != 302 and (stored := changes()):
        faults.append(f"refused and stored {', '.join(sorted(stored))}")
    return faults


def test_hostile_forms_are_refused_or_taken_whole(acme: Company) -> None:
    given = forms(acme)
    before, writes = judge.contents(), counters.InTransaction()
    statuses, broken = Counter[int](), list[str]()

    for number, (form, fields) in enumerate(hostile(given, range(FORMS))):
        proof = fuzz.Proof(before=before, writes=writes, is_whole=number % fuzz.WHOLE_PROOF_EACH == 0)
        with judge.nothing_logged(), transaction.atomic(), judge.errors_logged() as errors:
            answer = cast("HttpResponse", form.client.post(form.path, fields))
            is_looked_at = answer.status_code == 302 and number % LOOKED_AT_EACH == 0
            reading = cast("HttpResponse", form.client.get(list_of(Order))) if is_looked_at else None
            faults = faults_of(answer, proof.changes, reading)
            writes.written()
            connection.check_constraints()
            transaction.set_rollback(True)
        statuses[answer.status_code] += 1
        broken += [f"{form.path} {fields!r:.600}: {fault}" for fault in (*faults, *errors)]

    report.told("hostile requests", "forms of the desk", tried=FORMS, broken=len(broken), seed=SEED)
    assert not broken, f"{dict(statuses)}\n" + "\n".join(broken[:20])


def test_a_refused_form_that_stores_something_is_seen(acme: Company) -> None:
    """The proof that nothing was stored can fail."""
    form = forms(acme)[0]
    before, writes = judge.contents(), counters.InTransaction()
    proof = fuzz.Proof(before=before, writes=writes, is_whole=False)

    answer = cast("HttpResponse", form.client.post(form.path, {**form.fields, "lines-0-qty": "x"}))
    assert answer.status_code == 200
    assert faults_of(answer, proof.changes, None) == []
    factories.CustomerFactory.create(business=acme.business)

    assert faults_of(answer, proof.changes, None) == ["refused and stored customers.Customer"]
