"""The main job as an integrator sees it: from a JSON body to numbered invoices."""

import pytest
from django.core.management import call_command

from billing.engine.tax import Mode
from billing.models import Invoice
from tests.api.dayzero.caller import Caller, data, line
from tests.cast import Company, taxed

SETUP = line(description="Setup", qty=1, unit_price_cents=50_000, billing_rule="flat")
HOURS = line(description="Hours", qty="40", unit_price_cents=15_000, billing_rule="per_unit")
SEATS = line(
    description="Seats",
    qty="10",
    unit_price_cents=2_000,
    billing_rule="recurring",
    ramp_schedule={"steps": [{"from_month": 2, "qty": "20", "unit_price_cents": 1_800}]},
)
CALLS = line(description="API calls", qty="0", unit_price_cents=2, billing_rule="usage_metered")
CREDITS = line(description="Credits", qty="1000", unit_price_cents=10, billing_rule="prepaid_block")


@pytest.fixture
def api(acme: Company) -> Caller:
    taxed(acme, "standard", Mode.EXCLUSIVE, "20")
    return Caller(acme)


def test_an_order_of_every_rule_is_sent_signed_countersigned_and_billed(acme: Company, api: Caller) -> None:
    order = api.countersigned(
        SETUP,
        HOURS,
        SEATS,
        CALLS,
        CREDITS,
        order_start_date="2099-01-01",
        first_invoice_date="2099-01-01",
        term_months=3,
        discount_cents=5_000,
        tax_treatment="standard",
    )
    call_command("run_billing", "--as-of", "2099-03-01", "--business", str(acme.business.uid), skip_checks=True)

    # Gross 80,000 / 36,000 / 36,000 and 600,000 of hours still to be delivered share the discount as
    # 531.91 / 239.36 / 239.36 / 3,989.36: the two cents left over go to January, then to February.
    rows = Invoice.objects.for_business(acme.business).order_by("number")
    assert [
        (row.number_text, row.discount_cents, row.subtotal_cents, row.tax_cents, row.total_cents) for row in rows
    ] == [
        ("INV-000001", 532, 79_468, 15_894, 95_362),
        ("INV-000002", 240, 35_760, 7_152, 42_912),
        ("INV-000003", 239, 35_761, 7_152, 42_913),
    ]
    listed = data(api.get(f"/invoices?contract_id={order['contract_id']}"))["items"]
    assert [(invoice["status"], invoice["invoice_date"]) for invoice in listed] == [
        ("open", "2099-03-01"),
        ("open", "2099-02-01"),
        ("open", "2099-01-01"),
    ]
