"""The wall's second half: bytes into JSON values, or a refusal that says where. No database."""

from decimal import Decimal

import pytest

from orders.api import strict_json
from orders.api.strict_json import JsonRefused, Limits, decode


def decoded(body: bytes, limits: Limits = Limits()) -> strict_json.JsonObject:  # noqa: B008
    return decode(body, limits=limits)


def refusal(body: bytes, limits: Limits = Limits()) -> JsonRefused:  # noqa: B008
    with pytest.raises(JsonRefused) as refused:
        decode(body, limits=limits)
    return refused.value


def test_numbers_keep_the_value_that_was_written() -> None:
    assert decoded(b'{"a": 0.1, "b": 12, "c": -1.50, "d": 1e2}') == {
        "a": Decimal("0.1"),
        "b": 12,
        "c": Decimal("-1.50"),
        "d": Decimal(100),
    }


@pytest.mark.parametrize(
    ("body", "position"),
    [
        (b"{", 1),
        (b'{"a": 1,}', 8),
        (b'{"a": 1} {"b": 2}', 9),
        (b'{"a": 1}garbage', 8),
        (b'{"a": 01}', 7),
        (b"{'a': 1}", 1),
        (b'{"a": "\n"}', 7),
        (b'// {"a": 1}', 0),
        (b'\xef\xbb\xbf{"a": 1}', 0),
        (b'{"a": "\xff"}', 7),
        ('{"a": 1}'.encode("utf-16"), 0),
    ],
)
def test_what_is_not_strict_json_is_malformed_at_its_place(body: bytes, position: int) -> None:
    refused = refusal(body)

    assert refused.code == "malformed"
    assert refused.position == position


@pytest.mark.parametrize("constant", [b"NaN", b"Infinity", b"-Infinity"])
def test_constants_that_only_python_knows_are_malformed(constant: bytes) -> None:
    assert refusal(b'{"a": ' + constant + b"}").code == "malformed"


@pytest.mark.parametrize(
    "number",
    [b"12345678901234567", b"-12345678901234567", b"1" + b"0" * 5_000, b"0." + b"1" * 40, b"1e999999999", b"1e-401"],
)
def test_a_number_that_nobody_means_is_too_long(number: bytes) -> None:
    assert refusal(b'{"a": ' + number + b"}").code == "number_too_long"


def test_a_number_of_sixteen_digits_is_taken() -> None:
    assert decoded(b'{"a": -9999999999999999}') == {"a": -9_999_999_999_999_999}


def test_a_key_appears_once() -> None:
    refused = refusal(b'{"lines": [{"price": 100, "qty": 1, "price": 1}]}')

    assert refused.code == "duplicate_key"
    assert refused.message == 'The key "price" appears twice in one object.'


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("levels", [21, 1_200, 100_000])
def test_nesting_is_measured_before_anything_recurses(opening: bytes, levels: int) -> None:
    assert refusal(b'{"a":' + opening * levels).code == "too_deep"


def test_twenty_levels_are_not_too_deep() -> None:
    assert decoded(b'{"a":' + b"[" * 19 + b"]" * 19 + b"}")


def test_brackets_inside_a_text_are_text() -> None:
    text = "[" * 100 + '\\" {' + "{" * 100

    assert decoded(b'{"a": "' + text.encode() + b'"}') == {"a": "[" * 100 + '" {' + "{" * 100}


@pytest.mark.parametrize("escape", [b"\\u0000", b"\\ud800", b"x\\udfff"])
def test_a_text_that_no_database_stores_is_refused_with_its_path(escape: bytes) -> None:
    refused = refusal(b'{"lines": [{"description": "' + escape + b'"}]}')

    assert refused.code == "unstorable_text"
    assert refused.path == ("lines", 0, "description")


def test_a_key_that_no_database_stores_is_refused_with_the_path_of_its_object() -> None:
    refused = refusal(b'{"ramp": {"\\u0000": 1}}')

    assert refused.code == "unstorable_text"
    assert refused.path == ("ramp",)


def test_a_whole_surrogate_pair_is_an_ordinary_character() -> None:
    assert decoded(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def test_a_text_has_at_most_ten_thousand_characters() -> None:
    assert decoded(b'{"a": "' + b"x" * 10_000 + b'"}')
    assert refusal(b'{"a": "' + b"x" * 10_001 + b'"}').code == "text_too_long"


def test_keys_are_counted_over_the_whole_body() -> None:
    limits = Limits(keys=3)

    assert decoded(b'{"a": [{"b": 1}, {"b": 2}]}', limits)
    assert refusal(b'{"a": [{"b": 1}, {"b": 2}, {"b": 3}]}', limits).code == "too_many_keys"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"1", b"1.5", b"true"])
def test_the_body_is_an_object(body: bytes) -> None:
    assert refusal(body).code == "not_an_object"


def test_a_text_without_its_end_is_refused_at_once() -> None:
    assert refusal(b'{"a": "' + b"\\x" * 400_000).code == "malformed"
