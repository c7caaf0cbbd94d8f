from billing.engine.charges import Kind
from billing.engine.terms import Stub
from tests.engine.builders import Agreement, amounts, dates, discounts, flat, metered, recurring, services, terms, words


def test_days_before_the_first_invoice_are_free_by_default() -> None:
    agreement = Agreement(terms(recurring(1000), start="2026-09-15", service_from="2026-09-01", months=1))

    assert [amounts(invoice) for invoice in agreement.run("2026-12-31")] == [[1000]]


def test_a_lead_in_is_charged_by_the_days_of_the_cut_month() -> None:
    signed = terms(recurring(1000), start="2026-09-15", service_from="2026-09-01", stub=Stub.PRORATE, months=1)

    (invoice,) = Agreement(signed).run("2026-12-31")

    assert dates([invoice]) == ["2026-09-15"]
    assert amounts(invoice) == [452, 1000]  # 14 of the 31 days from 15 August
    assert words(invoice) == ["Plan (lead-in)", "Plan - period 1 of 1"]
    assert (invoice.lines[0].kind, invoice.lines[0].charges[0].period) == (Kind.STUB, -1)
    assert services(invoice)[0] == ("2026-09-01", "2026-09-15")


def test_a_longer_lead_in_is_whole_months_counted_back_and_the_days_before_them() -> None:
    signed = terms(recurring(31000), start="2026-03-31", service_from="2026-01-10", stub=Stub.PRORATE, months=1)

    (invoice,) = Agreement(signed).run("2026-03-31")

    assert amounts(invoice) == [62000 + 21000, 31000]  # from 31 January, and 21 of 31 days before


def test_a_lead_in_takes_no_part_of_the_discount_and_only_recurring_lines_have_one() -> None:
    signed = terms(
        recurring(3100),
        flat(100),
        metered(5),
        start="2026-02-01",
        service_from="2026-01-16",
        stub=Stub.PRORATE,
        months=1,
        discount_cents=320,
    )
    agreement = Agreement(signed)
    agreement.use("9", on="2026-01-20", line=2)

    (invoice,) = agreement.run("2026-12-31")

    assert (amounts(invoice)[:3], discounts(invoice)) == ([1600, 3100, 100], [0, 310, 10])


def test_a_cancellation_inside_the_lead_in_credits_its_days() -> None:
    signed = terms(
        recurring(3100), start="2026-02-01", service_from="2026-01-16", stub=Stub.PRORATE, approved_on="2026-01-01"
    )
    agreement = Agreement(signed)
    agreement.run("2026-02-01")

    agreement.cancel("2026-01-26", requested="2026-02-03")
    (note,) = agreement.run("2026-12-31")

    assert amounts(note) == [-600 - 3100]  # 6 of 16 days, and the first period
    assert services(note) == [("2026-01-26", "2026-03-01")]


def test_a_lead_in_cancelled_before_the_first_invoice_is_shortened() -> None:
    signed = terms(
        recurring(3100), start="2026-02-01", service_from="2026-01-16", stub=Stub.PRORATE, approved_on="2026-01-01"
    )
    agreement = Agreement(signed)

    agreement.cancel("2026-01-26")
    (invoice,) = agreement.run("2026-12-31")

    assert (amounts(invoice), services(invoice)) == ([1000], [("2026-01-16", "2026-01-26")])
