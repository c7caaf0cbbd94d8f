"""Invoices, agreements, credentials, customers and items: pages to read, and verbs that go through services."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing import services
from billing.engine.tax import Mode
from billing.models import Invoice, Payment, TaxTreatment
from catalog.models import CatalogItem
from customers import ledger
from customers.models import ApiCredential, Customer
from orders.models import Order
from tests import factories, scenes
from tests.admin.pages import Browse, drafted_invoice, url
from tests.cast import Company, agreement_of, approved, at, monthly, taxed


@pytest.fixture
def ops(acme: Company, browse: Browse) -> Client:
    return browse(acme.ops)


def drafted(acme: Company) -> Invoice:
    taxed(acme, "standard", Mode.EXCLUSIVE, "19")
    approved(acme, monthly(), discount_cents=3_000, tax_treatment="standard")
    return drafted_invoice(acme)


@pytest.fixture
def invoice(acme: Company) -> Invoice:
    """A draft over 100.00 less 10.00 with 19 % on top."""
    return scenes.begin(drafted, acme)


def page_after(client: Client, invoice: Invoice, verb: str) -> str:
    return client.post(url(invoice, verb), follow=True).content.decode()


def test_a_draft_is_issued_with_its_number(ops: Client, invoice: Invoice) -> None:
    page = page_after(ops, invoice, "issue")

    invoice.refresh_from_db()
    assert invoice.number_text == "INV-000001"
    assert "INV-000001" in page
    assert "button primary" not in page


def test_what_is_due_of_an_agreement_is_drafted_on_its_page_once(acme: Company, ops: Client, browse: Browse) -> None:
    agreement = agreement_of(approved(acme, monthly()))
    not_yet = agreement_of(approved(acme, monthly(), start="2099-01-31"))

    assert url(agreement, "draft_due") in ops.get(url(agreement)).content.decode()
    assert url(not_yet, "draft_due") not in ops.get(url(not_yet)).content.decode()
    refused = browse(acme.drafter).post(url(agreement, "draft_due"), follow=True).content.decode()
    assert "Who may: Olu." in refused
    assert not Invoice.objects.exists()

    first, again = (ops.post(url(agreement, "draft_due"), follow=True).content.decode() for _ in range(2))

    assert "waits to be looked at and issued" in first
    assert "that is not drafted or issued" in again
    assert set(Invoice.objects.values_list("agreement_id", "status", "total_cents")) == {
        (agreement.pk, "draft", 10_000)
    }


def test_behind_each_line_stands_why_it_has_its_amount(ops: Client, invoice: Invoice) -> None:
    page = ops.get(url(invoice)).content.decode()

    (opened,) = page.split('<tr class="working">')[1:]
    assert "exact 10000, rounded half away from zero 10000" in opened
    assert "tax 19 % exclusive (standard), once for 1 line" in opened


def test_the_printed_document_does_not_explain_itself(ops: Client, invoice: Invoice) -> None:
    page = ops.get(url(invoice, "print")).content.decode()

    assert "100.00" in page
    assert "exact" not in page


def test_an_issued_invoice_is_not_issued_again(ops: Client, invoice: Invoice) -> None:
    page_after(ops, invoice, "issue")

    assert "is not a draft" in page_after(ops, invoice, "issue")


def test_a_draft_is_held_and_released(ops: Client, invoice: Invoice) -> None:
    assert "on hold" in page_after(ops, invoice, "hold")
    invoice.refresh_from_db()
    assert invoice.is_held

    page_after(ops, invoice, "release")
    invoice.refresh_from_db()
    assert not invoice.is_held


def test_a_discarded_draft_leads_back_to_the_list(ops: Client, invoice: Invoice) -> None:
    answer = ops.post(url(invoice, "discard"))

    assert answer.url == reverse("admin:billing_invoice_changelist")  # type: ignore[attr-defined]
    assert not Invoice.objects.exists()


def test_an_issued_invoice_is_not_discarded(ops: Client, invoice: Invoice) -> None:
    page_after(ops, invoice, "issue")

    assert "is not a draft" in page_after(ops, invoice, "discard")
    assert Invoice.objects.exists()


def test_ops_record_a_payment_and_reverse_it(ops: Client, invoice: Invoice) -> None:
    page_after(ops, invoice, "issue")
    typed = {"amount": "7.10", "received_date": "2026-02-10", "method": "card", "reference": "T-1"}

    page = ops.post(url(invoice, "pay"), typed, follow=True).content.decode()
    invoice.refresh_from_db()
    paid = invoice.amount_paid_cents
    payment = Payment.objects.get()
    given = {"payment": str(payment.pk), "reason": "Bounced"}
    after = ops.post(url(invoice, "reverse_payment"), given, follow=True).content.decode()

    invoice.refresh_from_db()
    assert (paid, invoice.amount_paid_cents) == (710, 0)
    assert "USD 100.00" in page
    assert "To pay" in page
    assert "reversed: Bounced" in after


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("amount", "many", "Type an amount"),
        ("amount", "107.11", "more than what is open on INV-000001"),
        ("received_date", "soon", "on which day"),
        ("method", "barter", "how the money came"),
    ],
)
def test_a_payment_that_does_not_say_enough_is_refused(
    ops: Client, invoice: Invoice, field: str, typed: str, sentence: str
) -> None:
    page_after(ops, invoice, "issue")
    form = {"amount": "7.10", "received_date": "2026-02-10", "method": "card", field: typed}

    page = ops.post(url(invoice, "pay"), form, follow=True).content.decode()

    assert sentence in page
    assert not Payment.objects.exists()


@pytest.mark.parametrize(("verb", "status"), [("write_off", "uncollectible"), ("void", "void")])
def test_ops_write_off_and_void_with_a_reason(ops: Client, invoice: Invoice, verb: str, status: str) -> None:
    page_after(ops, invoice, "issue")
    refused = page_after(ops, invoice, verb)

    ops.post(url(invoice, verb), {"reason": "Wrong address"})

    invoice.refresh_from_db()
    assert "the reason is missing" in refused
    assert invoice.status == status


@pytest.mark.parametrize("verb", ["pay", "write_off", "void"])
def test_an_approver_moves_no_money(acme: Company, ops: Client, browse: Browse, invoice: Invoice, verb: str) -> None:
    page_after(ops, invoice, "issue")
    form = {"amount": "7.10", "received_date": "2026-02-10", "method": "card", "reason": "So"}

    page = browse(acme.approver).post(url(invoice, verb), form, follow=True).content.decode()

    invoice.refresh_from_db()
    assert (invoice.status, invoice.amount_paid_cents) == ("open", 0)
    assert "Ana may not bill" in page


def test_the_printable_page_says_what_is_to_pay(ops: Client, invoice: Invoice) -> None:
    page_after(ops, invoice, "issue")

    page = ops.get(reverse("admin:billing_invoice_print", args=[invoice.pk])).content.decode()

    assert "INV-000001" in page
    assert "31 Jan 2026 \N{EN DASH} 27 Feb 2026" in page
    assert "USD 100.00" in page
    assert "(USD 10.00)" in page
    assert "Tax 19 %" in page
    assert "USD 107.10" in page
    assert "work-nav" not in page


def test_the_invoice_is_addressed_to_the_customer_as_billed(acme: Company, ops: Client, invoice: Invoice) -> None:
    Customer.objects.filter(pk=acme.customer.pk).update(name="Renamed")

    page = ops.get(url(invoice)).content.decode()

    assert "Customer of acme" in page
    assert "Renamed" not in page


def test_an_agreement_shows_its_schedule_and_invoices(ops: Client, invoice: Invoice) -> None:
    page = ops.get(url(invoice.agreement)).content.decode()

    assert "USD 270.00" in page
    assert url(invoice) in page
    assert page.count('<g class="bar">') == 3


def test_an_agreement_shows_what_was_agreed_since(acme: Company, ops: Client, invoice: Invoice) -> None:
    services.renew_agreement(agreement=invoice.agreement, term_months=6, by=acme.approving, at=at("2026-02-01"))

    page = " ".join(ops.get(url(invoice.agreement)).content.decode().split())

    assert "Agreed since" in page
    assert "renew for 6 months" in page


def test_an_agreement_cannot_be_changed(ops: Client, invoice: Invoice) -> None:
    terms = Order.objects.get().terms_sha256

    ops.post(url(invoice.agreement), {"terms_sha256": "0"})

    invoice.agreement.refresh_from_db()
    assert invoice.agreement.terms_sha256 == terms


def test_a_credential_is_shown_without_its_secret_and_revoked(acme: Company, ops: Client) -> None:
    token = acme.token()
    credential = ApiCredential.objects.get()

    page = ops.get(url(credential)).content.decode()
    ops.post(url(credential, "revoke"))

    credential.refresh_from_db()
    assert credential.revoked_at is not None
    assert credential.prefix in page
    assert token not in page
    assert token.split("_", 2)[2] not in page


def test_a_drafter_does_not_revoke(acme: Company, browse: Browse) -> None:
    acme.token()
    credential = ApiCredential.objects.get()

    browse(acme.drafter).post(url(credential, "revoke"))

    credential.refresh_from_db()
    assert credential.revoked_at is None


def test_a_customer_is_added_and_changed_through_the_services(acme: Company, browse: Browse) -> None:
    client = browse(acme.drafter)
    client.post(reverse("admin:customers_customer_add"), {"name": "Fjord", "email": "a@example.com"})
    customer = Customer.objects.get(name="Fjord")

    client.post(url(customer), {"name": "Fjord AS", "email": "", "status": "blocked", "net_days": "14"})

    customer.refresh_from_db()
    assert (customer.name, customer.status, customer.net_days) == ("Fjord AS", "blocked", 14)
    events = ledger.history(business=acme.business, subject=customer)
    assert [(event.action, event.actor_name) for event in events] == [("create", "Rui"), ("update", "Rui")]


def test_an_item_is_added_and_changed_with_its_price_in_major_units(acme: Company, browse: Browse) -> None:
    client = browse(acme.drafter)
    typed = {"name": "Platform", "item_type": "service", "price": "1,200.50"}
    client.post(reverse("admin:catalog_catalogitem_add"), typed)
    item = CatalogItem.objects.get()
    assert (item.unit_price_cents, item.is_active) == (120_050, True)

    client.post(url(item), typed | {"price": "99"})

    item.refresh_from_db()
    assert (item.unit_price_cents, item.is_active) == (9_900, False)


def test_a_price_that_is_none_is_refused(acme: Company, browse: Browse) -> None:
    typed = {"name": "Platform", "item_type": "service", "price": "12.345"}

    page = browse(acme.drafter).post(reverse("admin:catalog_catalogitem_add"), typed).content.decode()

    assert "USD has 2 decimals." in page
    assert not CatalogItem.objects.exists()


def test_ops_read_items_and_customers_without_a_form(acme: Company, ops: Client) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business, unit_price_cents=9_900)

    assert "USD 99.00" in ops.get(url(item)).content.decode()
    assert 'name="_save"' not in ops.get(url(item)).content.decode()
    assert 'name="_save"' not in ops.get(url(acme.customer)).content.decode()


def test_the_tax_table_marks_the_rate_in_force(acme: Company, ops: Client) -> None:
    taxed(acme, "standard", Mode.EXCLUSIVE, "16", since="2000-01-01")
    taxed(acme, "standard", Mode.EXCLUSIVE, "19", since="2020-01-01")
    taxed(acme, "standard", Mode.EXCLUSIVE, "21", since="2900-01-01")

    rates = ops.get(url(TaxTreatment.objects.get())).context["rates"]

    assert [(int(row["rate"].rate_percent), row["is_in_force"]) for row in rates] == [
        (21, False),
        (19, True),
        (16, False),
    ]


RATE = {"label": "standard", "mode": "exclusive", "rate_percent": "19", "from_date": "2020-01-01"}


def test_ops_add_a_rate(acme: Company, ops: Client) -> None:
    ops.post(reverse("admin:billing_taxtreatment_add"), RATE)

    treatment = TaxTreatment.objects.for_business(acme.business).get()
    assert (treatment.label, treatment.mode, treatment.rates.get().rate_percent) == (
        "standard",
        "exclusive",
        Decimal(19),
    )


def test_a_rate_that_contradicts_the_table_is_refused_at_its_field(ops: Client) -> None:
    ops.post(reverse("admin:billing_taxtreatment_add"), RATE)

    page = ops.post(reverse("admin:billing_taxtreatment_add"), RATE | {"mode": "inclusive"})

    assert "a new mode needs a new label" in str(page.context["form"].errors["mode"])


def test_a_drafter_does_not_touch_the_tax_table(acme: Company, browse: Browse) -> None:
    answer = browse(acme.drafter).post(reverse("admin:billing_taxtreatment_add"), RATE)

    assert answer.status_code == 403
    assert not TaxTreatment.objects.exists()
