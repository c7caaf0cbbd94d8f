"""What people change at the desk: an order's way from its draft to its approval, documents and money, many at once."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from billing import services
from billing.models import Invoice
from customers.models import StaffMember
from orders import verification
from orders.models import BulkResult, Order
from tests.admin.pages import reported_hours, seen, typed, url
from tests.cast import Company, approved, at, change_order, draft, line, monthly, prepared_change, submitted
from tests.prove import trials
from tests.prove.trials import Write

CUSTOMER = "Customer of acme"
AMENDMENT = {
    "effective_date": "2026-03-31",
    "description": "More",
    "seen": "active.0",
    "qty-0": "2",
    "lines-TOTAL_FORMS": "0",
    "lines-INITIAL_FORMS": "0",
}
PAUSE = {"effective_date": "2026-02-10", "description": "Less", "seen": "active.0", "_submit": "1"}
MONEY = {"amount": "7.10", "received_date": "2026-02-10", "method": "card", "reference": "T-1"}


def writes(company: Company) -> Iterator[Write[HttpResponse]]:
    """Each as the one who may do it, about rows of its own."""
    drafter, approver, ops = (browser(member) for member in (company.drafter, company.approver, company.ops))
    form = typed(CUSTOMER, {}, {"billing_rule": "flat"}, description="Platform")
    drafted, waiting = draft(company, monthly()), submitted(company, monthly(), line())
    version = {"version": str(waiting.version), "reason": "Price is wrong"}
    add = reverse("admin:orders_order_add")
    yield of("draft", drafter, add, form | {"_save": "1"})
    yield of("draft and submit", drafter, add, form | {"_submit": "1"})
    yield of("change a draft", drafter, url(drafted), form | {"version": str(drafted.version), "_save": "1"})
    yield of("approve", approver, url(waiting, "approve"), seen(waiting))
    yield of("reject", approver, url(waiting, "reject"), version)
    yield of("send back", approver, url(waiting, "send_back"), version)
    yield of("withdraw", drafter, url(waiting, "withdraw"), version)
    yield of("cancel", drafter, url(drafted, "cancel"), {"version": str(drafted.version), "reason": "No"})
    yield from documents(company, ops)
    yield from changes(company, approver, ops)
    yield bulk(company, approver)


def documents(company: Company, ops: Client) -> Iterator[Write[HttpResponse]]:
    invoice, issued = drafted_invoice(company), drafted_invoice(company)
    assert ops.post(url(issued, "issue")).status_code == 302
    due = approved(company, monthly()).agreement
    assert due is not None
    yield of("draft what is due", ops, url(due, "draft_due"))
    yield of("issue", ops, url(invoice, "issue"))
    yield of("discard", ops, url(invoice, "discard"))
    yield of("pay", ops, url(issued, "pay"), MONEY)
    yield of("write off", ops, url(issued, "write_off"), {"reason": "Gone"})
    yield of("void", ops, url(issued, "void"), {"reason": "Wrong address"})


def drafted_invoice(company: Company) -> Invoice:
    agreement = approved(company, monthly()).agreement
    assert agreement is not None
    services.draft_execution_invoice(agreement=agreement, by=company.billing, at=at("2026-01-06"))
    return Invoice.objects.for_business(company.business).get(agreement=agreement)


def changes(company: Company, approver: Client, ops: Client) -> Iterator[Write[HttpResponse]]:
    change = change_order(company, approved(company, monthly()))
    amended, prepared = approved(company, monthly()), prepared_change(company, approved(company, monthly()))
    hours = reported_hours(company)
    yield of("approve a change", approver, url(change, "approve"), {"terms_sha256": change.terms_sha256})
    yield of("reject a change", approver, url(change, "reject"), {"reason": "Too dear"})
    yield of("save an amendment", approver, url(amended, "amend"), AMENDMENT | {"_save": "1"})
    yield of("submit an amendment", approver, url(prepared, "submit"), {"version": "1"})
    yield of("ask for a pause", approver, url(approved(company, monthly()), "pause"), PAUSE)
    yield of("approve hours", ops, url(hours, "approve"))


def bulk(company: Company, approver: Client) -> Write[HttpResponse]:
    """Three orders approved at once: each by itself, and what became of each is kept."""
    orders = [submitted(company, monthly()) for _ in range(3)]
    review = approver.post(
        reverse("admin:desk_bulk_approve"), {"row": [f"{order.pk}:{order.version}" for order in orders]}
    )
    found = re.search(r'name="frozen" value="([^"]+)"', review.content.decode())
    assert found is not None, review.content

    def outcome() -> list[str]:
        results = dict(BulkResult.objects.for_business(company.business).values_list("order_id", "outcome"))
        states = dict(Order.objects.for_business(company.business).values_list("pk", "status"))
        told = [order for order in orders if order.pk not in results]
        lied = [order for order in orders if (results.get(order.pk) == "done") != (states[order.pk] == "approved")]
        return [f"{order} has no result" for order in told] + [f"{order} is not as told" for order in lied]

    form = {"frozen": found[1], "password": "correct horse battery"}
    return of("approve three", approver, reverse("admin:desk_bulk_carry_out"), form, has_steps=True, outcome_of=outcome)


def browser(member: StaffMember) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    return client


def of(
    name: str, client: Client, path: str, form: Mapping[str, str] | None = None, **given: object
) -> Write[HttpResponse]:
    """A form posted to a page; it is taken when it leads somewhere."""
    return Write(
        name=name,
        send=lambda: cast("HttpResponse", _sent(client, path, form or {})),
        is_done=lambda answer: answer.status_code == 302,
        faults_of=trials.come_again,
        **given,  # type: ignore[arg-type]  # passed through as they are
    )


def _sent(client: Client, path: str, form: Mapping[str, str]) -> object:
    """As if every page before had been read: messages that pile up move from the cookie into the session."""
    client.cookies.pop("messages", None)
    return client.post(path, form)


def proof(company: Company) -> list[str]:
    """What is wrong with the books."""
    return [f"{finding.code}: {finding}" for finding in verification.of_business(business=company.business)]
