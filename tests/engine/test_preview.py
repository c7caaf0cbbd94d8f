from decimal import Decimal

from billing.engine import billing
from tests.engine.builders import (
    UNTAXED,
    Agreement,
    amounts,
    dates,
    day,
    flat,
    metered,
    per_unit,
    recurring,
    step,
    terms,
)


def test_the_preview_is_what_the_runs_will_bill() -> None:
    signed = terms(flat(500), recurring(100), discount_cents=77, approved_on="2026-02-10")

    schedule = billing.preview(terms=signed, tax=UNTAXED)

    assert schedule.documents == Agreement(signed).run("2026-12-31")


def test_the_preview_estimates_metered_usage_period_by_period() -> None:
    line = metered(10, qty="100", steps=[step(2, unit_price_cents=8)])

    schedule = billing.preview(terms=terms(line), tax=UNTAXED)

    assert schedule.documents == ()
    assert [(str(usage.invoice_date), usage.amount_cents) for usage in schedule.estimates] == [
        ("2026-02-01", 1000),
        ("2026-03-01", 800),
        ("2026-04-01", 800),
    ]
    assert (schedule.estimates[1].period, schedule.estimates[1].description) == (1, "API calls - period 2")
    assert sum(usage.discount_cents for usage in schedule.estimates) == 0


def test_usage_nobody_estimated_is_not_previewed() -> None:
    assert billing.preview(terms=terms(metered(10, qty="0")), tax=UNTAXED).estimates == ()


def test_the_preview_names_the_value_of_units_still_to_be_delivered() -> None:
    signed = terms(per_unit(100, qty="10"), recurring(1000), months=1, discount_cents=200)

    schedule = billing.preview(terms=signed, tax=UNTAXED)

    (units,) = schedule.estimates
    assert (units.quantity, units.amount_cents, units.discount_cents) == (Decimal(10), 1000, 100)
    assert (units.period, units.invoice_date) == (None, None)
    assert [amounts(document) for document in schedule.documents] == [[1000, -100]]


def test_an_open_ended_agreement_is_previewed_for_twelve_months() -> None:
    schedule = billing.preview(terms=terms(recurring(100), months=None), tax=UNTAXED)

    assert len(schedule.documents) == 12
    assert dates(schedule.documents)[-1] == "2026-12-01"


def test_open_ended_usage_is_estimated_for_the_same_months() -> None:
    schedule = billing.preview(terms=terms(metered(1, qty="5"), months=None), tax=UNTAXED)

    assert str(schedule.estimates[-1].invoice_date) == "2026-12-01"


def test_an_open_ended_agreement_approved_late_is_previewed_from_its_approval() -> None:
    signed = terms(recurring(100), months=None, approved_on="2026-06-15")

    schedule = billing.preview(terms=signed, tax=UNTAXED)

    assert (dates(schedule.documents)[0], dates(schedule.documents)[-1]) == ("2026-06-15", "2027-05-01")


def test_a_preview_may_stop_at_a_day() -> None:
    schedule = billing.preview(terms=terms(recurring(100), metered(1, qty="5")), tax=UNTAXED, until=day("2026-02-15"))

    assert dates(schedule.documents) == ["2026-01-01", "2026-02-01"]
    assert len(schedule.estimates) == 1
