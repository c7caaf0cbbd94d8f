"""Day Zero: contracts that run, wait or pause, an order in each state, hours and a change that nobody decided yet."""

from typing import Any

from tests.api.dayzero.caller import Caller, data, line
from tests.cast import Company
from tests.prove.doors.door import Door, Scene
from tests.prove.judge import Rule
from tests.prove.requests import sent

BASE = "/dayzero/api/v1"
YEAR = {"order_start_date": "2099-01-01", "first_invoice_date": "2099-01-01", "term_months": 12}
PAST = {"order_start_date": "2026-01-01", "first_invoice_date": "2026-01-01", "term_months": 12}
RAMP = {"steps": [{"from_month": 1, "qty": "10", "unit_price_cents": 2000}, {"from_month": 7, "qty": "20"}]}
RECURRING = line(billing_rule="recurring", billing_timing="each_period", qty="10", ramp_schedule=RAMP)
ORDER = {
    "customer_id": "{customer}",
    "project_id": None,
    "order_description": "Platform",
    **YEAR,
    "discount_cents": 100,
    "tax_treatment": "",
    "currency": "USD",
    "lines": [line(billing_rule="recurring"), line(billing_rule="per_unit", qty="8.5"), line()],
}
CHANGE = {
    "contract_id": "{contract}",
    "description": "More seats",
    "value_delta_cents": 220_000,
    "delta_lines": {
        "effective_date": "2099-02-01",
        "requested_date": "2099-01-20",
        "changed_lines": [{"order_line_id": "{line}", "qty": 2, "unit_price_cents": 10_000}],
        "added_lines": [line(billing_rule="recurring")],
    },
}
HOURS = {
    "order_line_id": "{block}",
    "hours": "1.5",
    "entry_date": "2026-01-20",
    "description": "Set up",
    "submitted_by": "Ada",
    "submitted_via": "email",
    "source_message_id": "m-1",
}
EVENT = {"event_id": "e-1", "order_line_id": "{usage}", "occurred_at": "2026-02-01T10:00:00Z", "quantity": "12.5"}


def scene(company: Company) -> Scene:
    api = Caller(company)
    running = api.countersigned(
        line(billing_rule="recurring"),
        line(billing_rule="prepaid_block", qty="40"),
        line(billing_rule="usage_metered", qty="0", unit_price_cents=10),
        **PAST,
    )
    coming = api.countersigned(line(billing_rule="recurring"), **YEAR)
    sent_out = api.create(line(), **YEAR)
    assert api.post(f"/orders/{sent_out['id']}/send").status_code == 201
    names = {
        "customer": api.customer_id,
        "contract": coming["contract_id"],
        "line": coming["lines"][0]["id"],
        "running": running["contract_id"],
        "block": running["lines"][1]["id"],
        "usage": running["lines"][2]["id"],
        "draft": api.create(line(), **YEAR)["id"],
        "sent": sent_out["id"],
        "signed": api.signed(line(), **YEAR)["id"],
    }
    return Scene(base=BASE, headers=api.headers, names={**names, **waiting(api), **billed(api)})


def waiting(api: Caller) -> dict[str, str]:
    """Hours and a change that wait for somebody, and a contract that pauses."""
    order = api.countersigned(line(billing_rule="prepaid_block", qty="40"), line(billing_rule="recurring"), **YEAR)
    contract, (block, seats) = order["contract_id"], [row["id"] for row in order["lines"]]
    hours = {"hours": "1", "entry_date": "2099-01-20", "order_line_id": block}
    changed = {"changed_lines": [{"order_line_id": seats, "qty": 2}], "effective_date": "2099-02-01"}
    change = {"contract_id": contract, "value_delta_cents": 110_000, "delta_lines": changed}
    pausing = api.countersigned(line(billing_rule="recurring"), **YEAR)["contract_id"]
    assert api.post(f"/contracts/{pausing}/pause", {"effective_on": "2099-02-01"}).status_code == 201
    return {
        "waiting": contract,
        "drawdown": made(api, f"/contracts/{contract}/drawdowns", hours),
        "entry": made(api, "/time-entries", {"contract_id": contract, **hours}),
        "change": made(api, "/change-orders", change),
        "pausing": pausing,
    }


def billed(api: Caller) -> dict[str, str]:
    """A document that is a draft, and one that is issued."""
    contracts = [api.countersigned(line(), **PAST)["contract_id"] for _ in range(2)]
    drafted, issued = (data(api.post(f"/contracts/{key}/draft-invoices"))["items"][0]["id"] for key in contracts)
    assert api.post(f"/invoices/{issued}/send").status_code == 201
    return {"drafted": drafted, "issued": issued}


def made(api: Caller, path: str, body: dict[str, Any]) -> str:
    """The id of what a request has made."""
    answer = api.post(path, body)
    assert answer.status_code == 201, answer.content
    return str(data(answer)["id"])


REQUESTS = (
    *[sent("POST", "/orders", ORDER)] * 4,
    sent("POST", "/orders", {**ORDER, "lines": [RECURRING]}),
    sent("POST", "/orders", ORDER, Idempotency_Key="key-1"),
    sent("PUT", "/orders/{draft}", {name: value for name, value in ORDER.items() if name != "currency"}),
    sent("POST", "/orders/{draft}/send"),
    sent("POST", "/orders/{sent}/sign", {"signer_name": "Sam", "signer_email": "s@example.com"}),
    sent("POST", "/orders/{signed}/countersign"),
    *[sent("POST", "/change-orders", CHANGE)] * 2,
    sent("POST", "/time-entries", {"contract_id": "{running}", **HOURS}),
    sent("POST", "/contracts/{running}/drawdowns", HOURS),
    sent("POST", "/contracts/inbound/hours", {"contract_id": "{running}", **HOURS}),
    sent("POST", "/contracts/{running}/usage", {"events": [EVENT, {**EVENT, "event_id": "e-2", "corrects": "e-1"}]}),
    sent("POST", "/contracts/{contract}/pause", {"effective_on": "2099-02-01"}),
    sent("POST", "/contracts/{contract}/cancel", {"effective_on": "2099-03-01"}),
    sent("POST", "/contracts/{running}/generate-period-invoices", {"as_of": "2026-03-31"}),
    sent("POST", "/contracts/{running}/draft-invoices", {}),
    sent("POST", "/contracts/{running}/reorder", {}),
    sent("POST", "/orders/{sent}/cancel"),
    sent("POST", "/contracts/{running}/check-completion"),
    sent("POST", "/contracts/{pausing}/resume", {"resumed_on": "2099-04-01"}),
    *[sent("POST", f"/contracts/{{waiting}}/drawdowns/{{drawdown}}/{verb}") for verb in ("approve", "reject")],
    *[sent("POST", f"/time-entries/{{entry}}/{verb}") for verb in ("approve", "reject")],
    sent("POST", "/change-orders/{change}/countersign"),
    sent("POST", "/change-orders/{change}/reject", {"reason": "Too dear"}),
    sent("POST", "/invoices/{drafted}/send"),
    sent("POST", "/invoices/{issued}/void", {"reason": "Wrong address"}),
    sent("POST", "/customers", {"name": "Acme", "email": "a@example.com"}),
    sent("POST", "/catalog-items", {"name": "Plan", "description": "x", "item_type": "service", "unit_price": 100}),
    sent("GET", "/orders?limit=5&status=draft&customer_id={customer}&direction=next&descending=true"),
    sent("GET", "/contracts?limit=5&include_total_count=true"),
    sent("GET", "/invoices?contract_id={contract}&status=open"),
    sent("GET", "/change-orders?contract_id={contract}"),
    sent("GET", "/time-entries?contract_id={running}&status=pending"),
    sent("GET", "/revenue-schedules/waterfall?contract_id={running}"),
    sent("GET", "/orders/{draft}"),
)
DOOR = Door(
    name="dayzero",
    base=BASE,
    rule=Rule(shape=lambda body: isinstance(body, dict) and set(body) == {"detail"}),
    scene=scene,
    requests=REQUESTS,
    readings=tuple(sent("GET", path) for path in ("/orders", "/contracts", "/change-orders", "/invoices")),
)
