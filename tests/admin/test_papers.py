"""The order as a document: its papers, its validity, its timeline and its budget."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing import services as billing_services
from customers.models import ApiCredential, Event
from orders import services
from orders.models import OrderFile
from orders.services.files import SentFile
from tests.admin.pages import Browse, url
from tests.api.dayzero.caller import Caller
from tests.cast import Company, approved, at, change_order, monthly, submitted

PDF = b"%PDF-1.7 signed"


def words(page: str) -> str:
    return " ".join(page.split())


def upload(content: bytes = PDF, name: str = "signed.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_the_drafter_records_a_signature_with_its_paper(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    typed = {
        "version": order.version,
        "signer_name": "Sam Signer",
        "signed_on": "2026-01-06",
        "po_number": "PO-77",
        "signature_file": upload(),
    }

    page = browse(acme.drafter).post(url(order, "sign"), typed, follow=True).content.decode()

    order.refresh_from_db()
    assert (order.signer_name, order.po_number) == ("Sam Signer", "PO-77")
    assert "Sam Signer, 6 Jan 2026, purchase order PO-77" in words(page)
    assert "signed.pdf" in page


def test_a_signature_is_bound_to_the_version_shown(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    typed = {"version": order.version - 1, "signer_name": "Sam", "signed_on": "2026-01-06"}

    page = browse(acme.drafter).post(url(order, "sign"), typed, follow=True).content.decode()

    order.refresh_from_db()
    assert order.signed_at is None
    assert "was changed since you looked" in page


@pytest.fixture
def file(acme: Company) -> OrderFile:
    sent = SentFile(name="plan é.pdf", content=PDF)
    return services.attach_file(order=approved(acme, monthly()), file=sent, by=acme.drafting, at=at("2026-01-07"))


def download(file: OrderFile) -> str:
    return reverse("admin:orders_orderfile_download", args=[file.pk])


def test_a_file_is_handed_out_as_an_attachment_only(acme: Company, browse: Browse, file: OrderFile) -> None:
    answer = browse(acme.ops).get(download(file))

    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_of_another_business_is_not_there(browse: Browse, globex: Company, file: OrderFile) -> None:
    assert browse(globex.approver).get(download(file)).status_code == 404


def test_a_file_needs_a_login(file: OrderFile) -> None:
    assert Client().get(download(file)).status_code == 302


def test_a_page_that_calls_itself_a_pdf_is_refused(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())

    page = browse(acme.drafter).post(
        url(order, "attach"), {"file": upload(b"<html><script>alert(1)</script>")}, follow=True
    )

    assert not OrderFile.objects.exists()
    assert "none of them" in page.content.decode()


def test_a_withdrawal_needs_a_reason(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())

    page = browse(acme.drafter).post(url(order, "withdraw"), {"version": order.version}, follow=True).content.decode()

    order.refresh_from_db()
    assert order.status == "submitted"
    assert "the reason is missing" in page


def test_the_document_says_that_an_offer_has_lapsed(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    services.set_validity(order=order, valid_until_date=date(2026, 1, 31), by=acme.drafting, at=at("2026-01-05"))

    page = words(browse(acme.approver).get(url(order)).content.decode())

    assert "<strong>Expired:</strong> the offer was valid until 31 Jan 2026" in page


def test_the_validity_is_set_on_the_document(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())

    browse(acme.drafter).post(url(order, "validity"), {"version": order.version, "valid_until": "2999-01-31"})

    order.refresh_from_db()
    assert order.valid_until_date == date(2999, 1, 31)


def test_the_document_says_who_can_and_since_when(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())

    page = words(browse(acme.drafter).get(url(order)).content.decode())

    assert "drafted by Rui" in page
    assert "It needs an approver with a limit of at least USD 300.00: Ana." in page


def test_the_document_says_what_is_billed(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    billing_services.run_billing(business=acme.business, as_of=date(2026, 2, 28), by=acme.billing, at=at("2026-02-28"))

    page = words(browse(acme.approver).get(url(order)).content.decode())

    assert '<progress max="30000" value="20000">' in page
    assert "on 2 documents" in page


def test_the_customer_is_named_as_signed(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    acme.customer.name = "Renamed"
    acme.customer.save()

    page = browse(acme.approver).get(url(order)).content.decode()

    assert "as signed; now called Renamed" in page


def test_a_document_of_500_lines_keeps_its_budget(acme: Company, browse: Browse) -> None:
    lines = [monthly(description=f"Plan {number}", unit_price_cents=1_000) for number in range(500)]
    waiting, agreed = submitted(acme, *lines, term_months=36), approved(acme, *lines, term_months=36)
    client = browse(acme.approver)

    with CaptureQueriesContext(connection) as for_waiting:
        document = client.get(url(waiting)).content
    with CaptureQueriesContext(connection) as for_agreed:
        approved_document = client.get(url(agreed)).content

    assert max(len(document), len(approved_document)) <= 800 * 1024
    # A waiting one also reads its questions, the policy, the approvals, who can, and what waits next.
    assert (len(for_waiting), len(for_agreed)) == (14, 11)


def timeline(order: object, **given: str) -> str:
    address = reverse("admin:orders_order_timeline", args=[getattr(order, "pk", 0)])
    return address + "".join(f"{'&' if number else '?'}{k}={v}" for number, (k, v) in enumerate(given.items()))


def test_the_timeline_tells_of_every_channel(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    change_order(acme, order)
    billing_services.run_billing(business=acme.business, as_of=date(2026, 1, 31), by=acme.billing, at=at("2026-01-31"))

    page = browse(acme.approver).get(timeline(order))

    told = {(entry.event.subject_type, entry.event.action) for entry in page.context["entries"]}
    assert {("order", "create"), ("order", "approve"), ("agreement", "open"), ("changeorder", "create")} <= told
    assert "invoice" in {kind for kind, _ in told}


def test_the_timeline_is_narrowed_to_a_kind_and_a_person(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    services.comment(order=order, text="Looks right", by=acme.billing, at=at("2026-01-08"))
    client = browse(acme.approver)

    comments = client.get(timeline(order, kind="comments")).context["entries"]
    by_approver = client.get(timeline(order, person=f"staff-{acme.approver.pk}")).context["entries"]

    assert [entry.said for entry in comments] == ["Looks right"]
    assert {entry.event.actor_name for entry in by_approver} == {"Ana"}


def test_an_entry_has_an_address_with_before_and_after(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    event = Event.objects.get(subject_type="order", subject_id=order.pk, action="approve")

    page = words(browse(acme.drafter).get(timeline(order, event=str(event.pk))).content.decode())

    assert '<td class="before">submitted</td> <td>approved</td>' in page


def test_an_entry_of_another_order_is_not_there(acme: Company, browse: Browse) -> None:
    order, other = submitted(acme, monthly()), submitted(acme, monthly())
    event = Event.objects.filter(subject_type="order", subject_id=other.pk).latest("id")

    assert browse(acme.drafter).get(timeline(order, event=str(event.pk))).status_code == 404


def test_a_comment_stays_and_changes_no_version(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())

    page = browse(acme.ops).post(url(order, "comment"), {"comment": "<b>Call Sam</b>"}, follow=True).content.decode()

    seen = order.version
    order.refresh_from_db()
    assert order.version == seen
    assert "&lt;b&gt;Call Sam&lt;/b&gt;" in page


def test_the_timeline_as_csv_runs_in_no_spreadsheet(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    services.comment(order=order, text="fine", by=acme.billing, at=at("2026-01-08"))
    acme.ops.user.first_name = "=cmd|' /C calc'!A0"
    acme.ops.user.save()
    services.comment(order=order, text="=1+1", by=acme.billing, at=at("2026-01-08"))

    answer = browse(acme.drafter).get(reverse("admin:orders_timeline_csv", args=[order.pk]))

    rows = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(rows) == Event.objects.count() + 1 - Event.objects.exclude(subject_type__in=KINDS).count()
    assert "'=cmd|" in rows[1]


KINDS = ("order", "agreement", "invoice")


def test_the_statements_of_a_timeline_do_not_grow(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    client = browse(acme.approver)
    with CaptureQueriesContext(connection) as one:
        client.get(timeline(order))
    for number in range(60):
        services.comment(order=order, text=f"Remark {number}", by=acme.drafting, at=at("2026-01-08"))

    with CaptureQueriesContext(connection) as many:
        page = client.get(timeline(order))

    assert len(page.context["entries"]) == 50
    assert page.context["older"] == 2
    assert len(many) <= len(one)


def test_a_call_is_told_with_its_client_and_its_replays(acme: Company, browse: Browse) -> None:
    api = Caller(acme)
    body = {"customer_id": api.customer_id, "lines": [{"description": "Plan", "qty": "1", "unit_price_cents": 1}]}
    api.post("/orders", body, Idempotency_Key="once")
    api.post("/orders", body, Idempotency_Key="once")
    credential = ApiCredential.objects.get()
    event = Event.objects.get(subject_type="order", action="create")
    order = acme.customer.orders.get()

    page = words(browse(acme.drafter).get(timeline(order, kind="api")).content.decode())

    assert event.credential == credential
    assert "through dayzero (Test)" in page
    assert "answered 1 more time from store" in page


def test_decimal_quantities_read_plainly(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly(qty="1.50"))

    page = browse(acme.drafter).get(url(order)).content.decode()

    assert order.lines.get().qty == Decimal("1.5")
    assert '<td class="number">1.5</td>' in page
