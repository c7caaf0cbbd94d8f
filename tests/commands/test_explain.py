import json
from decimal import Decimal
from uuid import uuid4

from billing import services
from billing.engine.tax import Mode
from billing.engine.terms import Rule
from billing.models import AgreementLine, Invoice
from orders.commands import LineSpec
from tests.billing.test_runs import run
from tests.cast import Company, approved, at, line, monthly, taxed
from tests.commands.conftest import Manage


def billed_twice(company: Company) -> None:
    """Three plans taxed at 20%, an invoice for each month."""
    taxed(company, "vat", Mode.EXCLUSIVE, "20")
    approved(company, monthly(qty="2.5", unit_price_cents=10_001), tax_treatment="vat", discount_cents=100)
    run(company, "2026-02-28")


def test_each_line_is_told_from_its_rules_to_its_tax(acme: Company, manage: Manage) -> None:
    billed_twice(acme)

    ended = manage("explain", "INV-000001")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        (
            "INV-000001  2026-01-31  ORD-000001  USD 299.63  open  made 2026-02-28 12:00 UTC; "
            "amounts below are minor units"
        ),
        "",
        "1. Plan - period 1 of 3",
        "   rules: R1 grid, R3 amount, R4 billing rule, R7 contract discount, R8 tax",
        "   period 1 [2026-01-31, 2026-02-28), revision 0:",
        (
            "   quantity x unit price: quantity 2.5, unit price 10001, period 1 of 3, days [2026-01-31, 2026-02-28), "
            "billing rule recurring, each_period"
        ),
        "   exact 25002.5, rounded half away from zero 25003",
        (
            "   discount share: 34 of 100 among the scheduled dates by gross, then the per_unit lines: "
            "exact 100/3 (33.333333…), remainder 1 of 3, one unit on top"
        ),
        "   discount share: 34 of 34 among the charges of the date: exact 34, remainder 1 of 1, nothing on top",
        "   discount 34",
        "   amount 25003 = USD 250.03",
        "   tax 20 % exclusive (vat), once for 1 line:",
        "   tax = total x rate / 100: total 24969, rate percent 20",
        "   exact 4993.8, rounded half away from zero 4994",
        "   tax share: 4994 of 4994 among the lines at this rate: exact 4993.8, remainder 1 of 1, one unit on top",
        "",
        "2. Contract discount",
        "   rules: R7 contract discount",
        "   sum of the discount on the lines above",
        "   amount -34 = USD -0.34",
    ]


def test_one_line_alone(acme: Company, manage: Manage) -> None:
    billed_twice(acme)

    ended = manage("explain", "inv-000002", "--line", 2)

    assert ended.code == 0
    assert "1. Plan" not in ended.out
    assert "2. Contract discount" in ended.out


def test_the_answer_as_json_is_what_the_api_answers(acme: Company, manage: Manage) -> None:
    billed_twice(acme)

    ended = manage("explain", "INV-000001", "--line", 1, "--json")

    told = json.loads(ended.out)
    (explained,) = told["lines"]
    (charge,) = explained["charges"]
    assert (told["invoice_number"], told["is_reproduced"], explained["line"]) == ("INV-000001", True, 1)
    assert (charge["target"]["exact"], charge["target"]["rounded_cents"]) == ("50005/2", 25_003)
    assert charge["discount"]["shares"][0]["exact"] == "100/3"
    assert "   " + explained["text"][0] in manage("explain", "INV-000001").out


def test_a_draft_is_named_by_its_id(acme: Company, manage: Manage) -> None:
    order = approved(acme, monthly())
    assert order.agreement is not None
    services.draft_execution_invoice(agreement=order.agreement, by=acme.billing, at=at("2026-01-06"))
    draft = Invoice.objects.for_business(acme.business).get()

    assert manage("explain", draft.uid).code == 0


def test_a_number_that_several_businesses_have_needs_the_business(
    acme: Company, globex: Company, manage: Manage
) -> None:
    billed_twice(acme)
    billed_twice(globex)

    asked = manage("explain", "INV-000001")
    answered = manage("explain", "INV-000001", "--business", globex.business.uid)

    assert asked.code == 2
    assert str(globex.business.uid) in asked.err
    assert answered.code == 0


def test_what_is_not_there_is_a_wrong_call(acme: Company, globex: Company, manage: Manage) -> None:
    billed_twice(acme)

    assert manage("explain", "INV-000009").code == 2
    assert manage("explain", uuid4()).code == 2
    assert manage("explain", "INV-000001", "--business", globex.business.uid).code == 2
    assert manage("explain", "INV-000001", "--line", 3).code == 2


def test_what_does_not_come_out_again_is_a_finding(acme: Company, manage: Manage) -> None:
    """The event was received before the document was made, as its stamp says, and yet is not on it."""
    order = approved(acme, metered(), start="2026-01-01")
    record(acme, order.number, "e1")
    run(acme, "2026-02-01")
    record(acme, order.number, "e2")

    ended = manage("explain", "INV-000001")

    assert ended.code == 1
    assert "What is recorded by then makes 500 with a discount of 0, the document has 250 with 0" in ended.out


def metered() -> LineSpec:
    return line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED)


def record(company: Company, order_number: str, event_id: str) -> None:
    services.record_usage(
        line=AgreementLine.objects.for_business(company.business).get(agreement__order_number=order_number),
        event_id=event_id,
        occurred_at=at("2026-01-10"),
        quantity=Decimal(1),
        by=company.billing,
        at=at("2026-01-10"),
    )
