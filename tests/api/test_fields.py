"""Strict fields: what each takes, and the code of each refusal. No database."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from rest_framework.exceptions import ValidationError

from orders.api import fields, number_fields


def code(field: object, sent: object) -> str:
    """The code under which a field refuses a value."""
    with pytest.raises(ValidationError) as refused:
        field.run_validation(sent)  # type: ignore[attr-defined]
    codes = refused.value.get_codes()
    assert isinstance(codes, list)
    return str(codes[0])


@pytest.mark.parametrize(
    ("sent", "kept"), [(12, 12), ("12", 12), ("-12", -12), (Decimal("12.0"), 12), (Decimal("1E+3"), 1000), ("007", 7)]
)
def test_an_integer_is_a_whole_number_or_its_digits(sent: object, kept: int) -> None:
    assert number_fields.StrictInteger().run_validation(sent) == kept


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (True, "invalid"),
        (None, "null"),
        ([], "invalid"),
        ({}, "invalid"),
        ("abc", "unparsable"),
        ("", "unparsable"),
        (" 12", "unparsable"),
        ("12\n", "unparsable"),
        ("+12", "unparsable"),
        ("1_000", "unparsable"),
        ("\uff11\uff12", "unparsable"),
        ("٣", "unparsable"),
        ("12.0", "unparsable"),
        ("1" * 17, "unparsable"),
        (Decimal("12.5"), "fraction"),
        (Decimal("1E+400"), "too_long"),
    ],
)
def test_an_integer_is_nothing_else(sent: object, refusal: str) -> None:
    assert code(number_fields.StrictInteger(), sent) == refusal


@pytest.mark.parametrize(("sent", "refusal"), [(-1, "min_value"), (9 * 10**15 + 1, "max_value")])
def test_cents_have_bounds(sent: int, refusal: str) -> None:
    assert code(number_fields.Cents(), sent) == refusal


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (2, "2"),
        ("2.5", "2.5"),
        (Decimal("2.5"), "2.5"),
        (Decimal("0.1"), "0.1"),
        ("2.5000000000", "2.5"),
        (Decimal("1E+1"), "10"),
        ("1000000000", "1000000000"),
        ("0.000001", "0.000001"),
    ],
)
def test_a_quantity_keeps_its_exact_value(sent: object, kept: str) -> None:
    assert number_fields.Quantity().run_validation(sent) == Decimal(kept)


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (True, "invalid"),
        (None, "null"),
        ([1], "invalid"),
        ("", "unparsable"),
        ("abc", "unparsable"),
        ("NaN", "unparsable"),
        ("sNaN", "unparsable"),
        ("Infinity", "unparsable"),
        ("1e3", "unparsable"),
        ("1,5", "unparsable"),
        ("\uff12.\uff15", "unparsable"),
        ("0.0000001", "max_decimal_places"),
        (Decimal("0.30000000000000004"), "max_decimal_places"),
        (Decimal("1E-400"), "max_decimal_places"),
        (Decimal("1E+400"), "max_value"),
        ("1000000000.1", "max_value"),
        ("-1", "min_value"),
    ],
)
def test_a_quantity_is_never_guessed_or_rounded(sent: object, refusal: str) -> None:
    assert code(number_fields.Quantity(), sent) == refusal


def test_a_date_is_a_real_day_of_this_century() -> None:
    assert fields.PlainDate().run_validation("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (20260101, "invalid"),
        ("2026-02-30", "unparsable"),
        ("2026-1-1", "unparsable"),
        ("20260101", "unparsable"),
        ("2026-W01-1", "unparsable"),
        ("2026-01-01T00:00:00", "unparsable"),
        ("\uff12\uff10\uff12\uff16-01-01", "unparsable"),
        ("0001-01-01", "out_of_range"),
        ("1999-12-31", "out_of_range"),
        ("2101-01-01", "out_of_range"),
        ("9999-12-31", "out_of_range"),
    ],
)
def test_a_date_is_nothing_else(sent: object, refusal: str) -> None:
    assert code(fields.PlainDate(), sent) == refusal


def test_a_moment_has_an_offset() -> None:
    assert fields.Moment().run_validation("2026-01-05T12:00:00Z") == datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (0, "invalid"),
        ("2026-01-05T12:00:00", "unparsable"),
        ("2026-01-05T12:00:00+99:99", "unparsable"),
        ("noon", "unparsable"),
        ("0001-01-01T00:00:00+14:00", "out_of_range"),
        ("9999-12-31T23:59:59-14:00", "out_of_range"),
    ],
)
def test_a_moment_is_nothing_else(sent: object, refusal: str) -> None:
    assert code(fields.Moment(), sent) == refusal


@pytest.mark.parametrize(("sent", "kept"), [("USD", "USD"), ("usd", "USD"), ("JPY", "JPY"), ("kwd", "KWD")])
def test_a_currency_is_kept_in_upper_case(sent: str, kept: str) -> None:
    assert fields.CurrencyCode().run_validation(sent) == kept


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        ("XXX", "unknown"),
        ("XTS", "unknown"),
        ("\uff35\uff33\uff24", "unknown"),
        ("US", "unknown"),
        ("", "blank"),
        (840, "invalid"),
    ],
)
def test_a_currency_is_one_that_bills(sent: object, refusal: str) -> None:
    assert code(fields.CurrencyCode(), sent) == refusal


def test_a_text_is_kept_as_it_came() -> None:
    assert fields.Text().run_validation("  <b>{{7*7}}</b> ") == "  <b>{{7*7}}</b> "


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (5, "invalid"),
        (True, "invalid"),
        (Decimal("1E+400"), "invalid"),
        ("", "blank"),
        ("x" * 11, "max_length"),
        ("\x00", "null_characters_not_allowed"),
        ("\ud800", "surrogate_characters_not_allowed"),
    ],
)
def test_a_text_is_a_string(sent: object, refusal: str) -> None:
    assert code(fields.Text(max_length=10), sent) == refusal


@pytest.mark.parametrize("sent", ["Ana", "ana@", "@example.com", "ana example@example.com"])
def test_an_email_is_an_address(sent: str) -> None:
    assert code(fields.Email(), sent) == "malformed"


def test_a_choice_is_a_word_and_never_its_look_alike() -> None:
    field = fields.Choice(choices=["1", "2"])

    assert field.run_validation("1") == "1"
    assert code(field, 1) == "invalid"
    assert code(field, "3") == "invalid_choice"


def test_a_free_object_is_kept_verbatim() -> None:
    sent = {"steps": [{"qty": Decimal("0.1"), "note": None, "deep": {"a": [True, 9_007_199_254_740_993]}}]}

    assert fields.FreeObject().run_validation(sent) == sent


@pytest.mark.parametrize("number", [Decimal("0.1234567890123456789"), Decimal("1E+400"), Decimal("1E-30")])
def test_a_free_object_holds_no_number_that_a_reader_would_change(number: Decimal) -> None:
    assert code(fields.FreeObject(), {"a": [{"b": number}]}) == "inexact_number"


@pytest.mark.parametrize("sent", [[], "x", 1, True])
def test_a_free_object_is_an_object(sent: object) -> None:
    assert code(fields.FreeObject(), sent) == "invalid"


def test_a_list_is_counted_before_its_children_are_looked_at() -> None:
    field = fields.ObjectList(child=fields.FreeObject(), most=2)

    assert code(field, ["not an object"] * 3) == "most"
