"""What the database refuses about orders, though every service be bypassed."""

import pytest
from django.db import DataError, IntegrityError, connection

from orders import errors, services
from orders.commands import Signature
from tests.cast import Company, approved, at, draft, line, monthly, signed, submitted
from tests.promises import sql


def test_an_approver_cannot_be_a_contributor(acme: Company) -> None:
    order = approved(acme, monthly())
    order.refresh_from_db()

    with pytest.raises(IntegrityError, match="order_four_eyes"):
        sql.insert_copy(order, contributor_ids=[acme.approver.pk])


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "approved"}, "along its table of states"),
        ({"status": "submitted"}, "order_submission_stamp"),
        ({"status": "nonsense"}, "along its table of states"),
        ({"submitted_at": "2026-01-05T12:00:00Z"}, "order_submi"),
        ({"signed_at": "2026-01-05T12:00:00Z"}, "order_signature_fits_the_terms"),
        ({"approved_at": "2026-01-05T12:00:00Z"}, "order_approval_stamp"),
        ({"cancelled_at": "2026-01-05T12:00:00Z"}, "order_cancellation_stamp"),
        ({"total_cents": 1}, "order_total_adds_up"),
        ({"discount_cents": -1, "total_cents": 10_001}, "order_discount_cents_bounds"),
        ({"subtotal_cents": -1, "total_cents": -1}, "order_subtotal_cents_bounds"),
        ({"term_months": 601}, "order_term_months_bounds"),
        ({"version": 0}, "version of an order never falls"),
        ({"origin": "fax"}, "order_origin_known"),
    ],
)
def test_a_draft_keeps_its_shape(acme: Company, values: dict[str, object], constraint: str) -> None:
    order = draft(acme, line())

    with pytest.raises(IntegrityError, match=constraint):
        sql.update(order, **values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"qty": "NaN"}, "line_qty"),
        ({"qty": "0"}, "line_qty_positive"),
        ({"qty": "-1"}, "line_qty"),
        ({"qty": "1000000001"}, "line_qty_bounds"),
        ({"unit_price_cents": -1}, "line_unit_price_cents_bounds"),
        ({"unit_price_cents": 10**12 + 1}, "line_unit_price_cents_bounds"),
        ({"line_total_cents": -1}, "line_line_total_cents_bounds"),
        ({"billing_rule": "barter"}, "line_billing_rule_known"),
        ({"billing_timing": "each_period"}, "line_timing_is_for_recurring"),
    ],
)
def test_a_line_keeps_its_bounds(acme: Company, values: dict[str, object], constraint: str) -> None:
    order_line = draft(acme, line()).lines.get()

    with pytest.raises(IntegrityError, match=constraint):
        sql.update(order_line, **values)


def test_an_amount_beyond_64_bits_does_not_fit(acme: Company) -> None:
    order = draft(acme, line())

    with pytest.raises(DataError):
        sql.update(order, subtotal_cents=10**30)


@pytest.mark.parametrize("column", ["discount_cents", "term_months", "currency", "tax_treatment", "terms_sha256"])
def test_signed_terms_never_change(acme: Company, column: str) -> None:
    order = signed(acme, monthly())

    with pytest.raises(IntegrityError, match="terms of a signed or approved order"):
        sql.update(order, **{column: "7"})


def test_the_lines_of_a_signed_order_never_change(acme: Company) -> None:
    order_line = signed(acme, monthly()).lines.get()

    with pytest.raises(IntegrityError, match="signed or approved order consists of"):
        sql.update(order_line, qty="2")


def test_the_lines_of_an_approved_order_never_go(acme: Company) -> None:
    order_line = approved(acme, monthly()).lines.get()

    with pytest.raises(IntegrityError, match="signed or approved order consists of"):
        sql.delete(order_line)


def test_an_approved_order_gets_no_further_line(acme: Company) -> None:
    order_line = approved(acme, monthly()).lines.get()

    with pytest.raises(IntegrityError, match="signed or approved order consists of"):
        sql.insert_copy(order_line, uid="00000009-0000-4000-8000-000000000001", position=1)


def test_an_approval_is_not_taken_back(acme: Company) -> None:
    order = approved(acme, monthly())

    with pytest.raises(IntegrityError, match="approval is never taken back"):
        sql.update(order, approved_by_id=None)


def test_an_order_is_not_deleted(acme: Company) -> None:
    order = draft(acme)

    with pytest.raises(IntegrityError, match="never deleted"):
        sql.delete(order)


def test_a_submitted_order_keeps_the_hash_of_its_terms(acme: Company) -> None:
    order = submitted(acme, monthly())

    with pytest.raises(IntegrityError, match="order_submitted_terms_are_hashed"):
        sql.update(order, terms_sha256="")


@pytest.mark.parametrize("statement", ["UPDATE customers_event SET action = 'x'", "DELETE FROM customers_event"])
def test_the_event_ledger_is_append_only(acme: Company, statement: str) -> None:
    draft(acme, monthly())

    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_event_ledger_is_not_emptied(acme: Company) -> None:
    draft(acme, monthly())

    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE customers_event CASCADE")


@pytest.mark.parametrize("status", ["draft", "submitted", "approved"])
def test_a_cancelled_order_stays_cancelled(acme: Company, status: str) -> None:
    order = services.cancel_order(order=draft(acme, line()), by=acme.drafting, at=at("2026-01-06"))

    with pytest.raises(IntegrityError, match="along its table of states"):
        sql.update(order, status=status, cancelled_at=None)


def test_a_contributor_stays_one(acme: Company) -> None:
    order = submitted(acme, monthly())

    with pytest.raises(IntegrityError, match="stays its contributor"):
        sql.update(order, contributor_ids=[])


@pytest.mark.parametrize("column", ["signer_name", "submitted_at"])
def test_a_signature_keeps_its_words(acme: Company, column: str) -> None:
    order = signed(acme, monthly())

    with pytest.raises(IntegrityError, match="terms of a signed or approved order"):
        sql.update(order, **{column: "2026-01-01T00:00:00Z"})


def test_lines_changed_behind_the_hash_are_not_approved(acme: Company) -> None:
    order = submitted(acme, monthly())
    sql.update(order.lines.get(), unit_price_cents=1)

    with pytest.raises(errors.StaleOrder, match="not the ones that were submitted"):
        services.approve_order(order=order, by=acme.approving, at=at("2026-01-07"))


def test_lines_changed_behind_the_hash_are_not_signed(acme: Company) -> None:
    order = submitted(acme, monthly())
    sql.update(order.lines.get(), unit_price_cents=1)

    with pytest.raises(errors.StaleOrder, match="not the ones that were submitted"):
        services.sign_order(
            order=order, signature=Signature(), signed_at=at("2026-01-07"), by=acme.drafting, at=at("2026-01-07")
        )


@pytest.mark.parametrize("table", ["orders_line", "billing_agreementline", "billing_usage", "billing_charge"])
def test_what_was_signed_and_billed_is_not_emptied(acme: Company, table: str) -> None:
    with pytest.raises(IntegrityError, match=r"never|append-only"), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")
