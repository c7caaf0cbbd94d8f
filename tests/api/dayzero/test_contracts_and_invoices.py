"""What countersigned orders become: contracts, draft invoices for review, and sent invoices."""

from datetime import date

from django.utils import timezone

from billing import services
from billing.models import Invoice
from orders import services as order_services
from orders.models import Order
from tests.api.bitbybit import caller as bitbybit
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company

YEAR = {"order_start_date": "2026-01-31", "first_invoice_date": "2026-01-31", "term_months": 12}
INVOICE_KEYS = (
    "id invoice_number type status contract_id order_id customer_id invoice_date due_date currency subtotal_cents "
    "discount_cents tax_cents total_cents amount_paid_cents amount_due_cents line_items sent_at created_at updated_at"
).split()
LINE_KEYS = (
    "id order_line_id kind description quantity unit_price_cents amount_cents discount_cents tax_cents service_start "
    "service_end_exclusive"
).split()


def prepaid() -> dict[str, object]:
    return line(qty="20", unit_price_cents=15_000, billing_rule="prepaid_block", description="Hours")


def test_draft_invoices_drafts_the_execution_invoice_for_review(api: Caller) -> None:
    order = api.running(prepaid())

    answer = api.post(f"/contracts/{order['contract_id']}/draft-invoices")

    assert answer.status_code == 201
    (invoice,) = data(answer)["items"]
    assert (invoice["status"], invoice["invoice_number"], invoice["total_cents"]) == ("draft", None, 300_000)
    assert list(invoice) == INVOICE_KEYS
    assert list(invoice["line_items"][0]) == LINE_KEYS
    assert invoice["line_items"][0]["order_line_id"] == order["lines"][0]["id"]
    assert invoice["line_items"][0]["quantity"] == "20"


def test_draft_invoices_drafts_nothing_twice(api: Caller) -> None:
    order = api.running(prepaid())
    api.post(f"/contracts/{order['contract_id']}/draft-invoices")

    again = api.post(f"/contracts/{order['contract_id']}/draft-invoices")

    assert again.status_code == 201
    assert data(again)["items"] == []


def test_generate_period_invoices_drafts_what_is_due_by_a_day(api: Caller) -> None:
    order = api.running(line(billing_rule="recurring"), **YEAR)
    path = f"/contracts/{order['contract_id']}/generate-period-invoices"

    first = data(api.post(path, {"as_of": "2100-12-31"}))["items"]
    second = data(api.post(path, {"as_of": "2100-12-31"}))["items"]

    assert sum(invoice["total_cents"] for invoice in first) == 12 * 10_000
    assert {invoice["status"] for invoice in first} == {"draft"}
    assert second == []


def test_sending_an_invoice_numbers_it_once(api: Caller) -> None:
    order = api.running(line())
    (draft,) = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]

    sent = api.post(f"/invoices/{draft['id']}/send")

    assert sent.status_code == 201
    assert (data(sent)["status"], data(sent)["invoice_number"]) == ("open", "INV-000001")
    assert data(sent)["amount_due_cents"] == 10_000
    assert data(sent)["line_items"][0]["id"] == draft["line_items"][0]["id"]
    assert api.post(f"/invoices/{draft['id']}/send").status_code == 409


def test_finalize_is_another_word_for_send(api: Caller) -> None:
    order = api.running(line())
    (draft,) = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]

    assert data(api.post(f"/invoices/{draft['id']}/finalize"))["status"] == "open"


def test_invoices_are_listed_and_filtered(api: Caller) -> None:
    order = api.running(line())
    (draft,) = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]

    assert [found["id"] for found in data(api.get("/invoices"))["items"]] == [draft["id"]]
    assert len(data(api.get(f"/invoices?status=draft&contract_id={order['contract_id']}"))["items"]) == 1
    assert data(api.get("/invoices?status=open"))["items"] == []
    assert data(api.get(f"/invoices/{draft['id']}")) == draft


def test_a_sent_invoice_is_voided_once_and_drafted_again(api: Caller) -> None:
    order = api.running(line())
    (draft,) = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]
    api.post(f"/invoices/{draft['id']}/send")

    voided = api.post(f"/invoices/{draft['id']}/void", {"reason": "Wrong address"})
    again = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]

    assert voided.status_code == 201
    assert (data(voided)["status"], data(voided)["invoice_number"]) == ("void", "INV-000001")
    assert [(invoice["status"], invoice["total_cents"]) for invoice in again] == [("draft", 10_000)]
    assert api.post(f"/invoices/{draft['id']}/void").status_code == 409


def test_a_strangers_invoice_is_not_there_to_be_voided(api: Caller, globex: Company) -> None:
    order = api.running(line())
    (draft,) = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]

    assert Caller(globex).post(f"/invoices/{draft['id']}/void").status_code == 404


def test_a_payment_shows_in_day_zeros_words(api: Caller, acme: Company) -> None:
    order = api.running(line())
    (draft,) = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]
    api.post(f"/invoices/{draft['id']}/send")

    Invoice.objects.for_business(acme.business).update(amount_paid_cents=4_000)

    found = data(api.get("/invoices?status=partially_paid"))["items"]
    assert [(invoice["status"], invoice["amount_due_cents"]) for invoice in found] == [("partially_paid", 6_000)]


def test_a_contract_that_runs_is_not_completed_by_the_check(api: Caller) -> None:
    order = api.running(line(billing_rule="recurring"), **{**YEAR, "order_start_date": None})

    answer = api.post(f"/contracts/{order['contract_id']}/check-completion")

    assert answer.status_code == 201
    assert data(answer)["status"] == "active"


def test_a_contract_whose_term_is_over_and_billed_completes(api: Caller) -> None:
    order = api.running(line(), order_start_date="2024-01-01", term_months=1)
    contract = f"/contracts/{order['contract_id']}"
    (draft,) = data(api.post(f"{contract}/draft-invoices"))["items"]

    waiting = data(api.post(f"{contract}/check-completion"))["status"]
    api.post(f"/invoices/{draft['id']}/send")
    over = data(api.post(f"{contract}/check-completion"))["status"]

    assert (waiting, over) == ("active", "completed")
    assert data(api.get(f"/orders/{order['id']}"))["status"] == "countersigned"


def test_reorder_drafts_the_prepaid_lines_again(api: Caller) -> None:
    order = api.running(prepaid(), line())

    answer = api.post(f"/contracts/{order['contract_id']}/reorder")

    assert answer.status_code == 201
    copy = data(answer)
    assert (copy["status"], copy["contract_id"]) == ("draft", None)
    assert copy["id"] != order["id"]
    (only,) = copy["lines"]
    assert (only["qty"], only["unit_price_cents"], only["billing_rule"]) == ("20", 15_000, "prepaid_block")


def test_reorder_without_a_prepaid_line_is_refused(api: Caller) -> None:
    order = api.running(line())

    answer = api.post(f"/contracts/{order['contract_id']}/reorder")

    assert answer.status_code == 400
    assert "prepaid" in detail(answer)


def test_contracts_are_listed_and_filtered(api: Caller) -> None:
    order = api.running(line())

    assert [row["id"] for row in data(api.get("/contracts?status=active"))["items"]] == [order["contract_id"]]
    assert len(data(api.get(f"/contracts?customer_id={api.customer_id}"))["items"]) == 1
    assert data(api.get("/contracts?status=paused"))["items"] == []


def test_an_invoice_explains_each_of_its_lines(api: Caller) -> None:
    order = api.running(line(qty="2.5", unit_price_cents=10_001))
    (draft,) = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]

    explanation = data(api.get(f"/invoices/{draft['id']}/explanation"))

    (explained,) = explanation["lines"]
    (charge,) = explained["charges"]
    assert (explanation["invoice_id"], explanation["is_reproduced"]) == (draft["id"], True)
    assert [rule["rule"] for rule in explained["rules"]] == ["R3", "R4"]
    assert (charge["target"]["exact"], charge["target"]["rounded_cents"]) == ("50005/2", 25_003)
    assert explained["text"][-1] == "amount 25003 = USD 250.03"


def test_a_strangers_invoice_explains_nothing(api: Caller, globex: Company) -> None:
    stranger = Caller(globex)
    order = stranger.countersigned(line())
    (draft,) = data(stranger.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]

    assert api.get(f"/invoices/{draft['id']}/explanation").status_code == 404


def test_a_document_that_moved_out_of_a_closed_period_names_the_day_it_was_scheduled_for(
    api: Caller, acme: Company
) -> None:
    order = api.running(line(), **YEAR)
    now = timezone.now()
    services.close_books(business=acme.business, through=now.date(), by=acme.billing, at=now)

    (invoice,) = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]

    scheduled = date.fromisoformat(invoice["moved_from_date"])
    assert scheduled <= now.date() < date.fromisoformat(invoice["invoice_date"])
    assert list(invoice) == [*INVOICE_KEYS, "moved_from_date"]


def test_the_contracts_and_invoices_of_other_doors_are_not_found_here(
    api: Caller, shop: bitbybit.Caller, acme: Company
) -> None:
    shop.created()
    order = Order.objects.get()
    approved = order_services.approve_order(order=order, by=acme.approving, at=order.created_at)
    services.run_billing(business=acme.business, as_of=order.created_at.date(), by=acme.billing, at=order.created_at)
    assert approved.agreement is not None
    invoice = approved.agreement.invoices.get()

    assert data(api.get("/contracts"))["items"] == data(api.get("/invoices"))["items"] == []
    for path in (f"/contracts/{approved.agreement.uid}", f"/invoices/{invoice.uid}"):
        assert api.get(path).status_code == 404
    assert api.post(f"/invoices/{invoice.uid}/void").status_code == 404
