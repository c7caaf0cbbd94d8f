"""Bytes into plain JSON values: strict, bounded, without recursion and without float."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = "None | bool | int | Decimal | str | list[JsonValue] | dict[str, JsonValue]"
JsonObject: TypeAlias = dict[str, JsonValue]
Path: TypeAlias = tuple[str | int, ...]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FRACTION_CHARACTERS = 40
# Far beyond any quantity, far below where decimal arithmetic overflows or prints megabytes.
LARGEST_EXPONENT = 400
# Possessive, so that a string without its end cannot make the search slow.
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
STEPS = tuple({"[": 1, "{": 1, "]": -1, "}": -1}.get(chr(byte), 0) for byte in range(256))
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one body may hold; `characters` bounds one string, `digits` one integer as it is written."""

    depth: int = 20
    keys: int = 10_000
    characters: int = 10_000
    digits: int = 16


class JsonRefused(Exception):
    """A body that is not the strict JSON object we take: what is wrong, and where as far as it is known."""

    code: str
    message: str

    def __init__(self, message: str = "", *, position: int | None = None, path: Path = ()) -> None:
        self.message = message or self.message
        self.position = position
        self.path = path
        super().__init__(self.message)


class Malformed(JsonRefused):
    code = "malformed"
    message = "The body is not valid JSON."


class TooDeep(JsonRefused):
    code = "too_deep"
    message = "The body is nested too deeply."


class DuplicateKey(JsonRefused):
    code = "duplicate_key"
    message = "A key appears twice in one object."


class NumberTooLong(JsonRefused):
    code = "number_too_long"
    message = "A number has too many digits."


class UnstorableText(JsonRefused):
    code = "unstorable_text"
    message = "A text holds a NUL or half of a surrogate pair."


class TextTooLong(JsonRefused):
    code = "text_too_long"
    message = "A text is too long."


class TooManyKeys(JsonRefused):
    code = "too_many_keys"
    message = "The body has too many keys."


class NotAnObject(JsonRefused):
    code = "not_an_object"
    message = "The body must be a JSON object."

    def __init__(self, value: JsonValue) -> None:
        self.value = value
        super().__init__()


def decode(body: bytes, *, limits: Limits) -> JsonObject:
    """The object in a body; raises the `JsonRefused` of the first rule that it breaks."""
    text = _text(body)
    structure = STRING.sub(b"", body)
    _check_depth(structure, limit=limits.depth)
    try:
        value: JsonValue = _decoder(limits).decode(text)
    except json.JSONDecodeError as error:
        raise Malformed(error.msg, position=error.pos) from error
    if not _is_plain(body, structure, limits=limits):
        _check_contents(value, limits=limits)
    if not isinstance(value, dict):
        raise NotAnObject(value)
    return value


def _text(body: bytes) -> str:
    if body.startswith(BYTE_ORDER_MARK):
        raise Malformed("Unexpected byte order mark", position=0)
    try:
        return body.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise Malformed("Not valid UTF-8", position=error.start) from error


def _check_depth(structure: bytes, *, limit: int) -> None:
    if max(accumulate(map(STEPS.__getitem__, structure)), default=0) > limit:
        raise TooDeep(f"The body is nested more than {limit} levels deep.")


def _is_plain(body: bytes, structure: bytes, *, limits: Limits) -> bool:
    """Whether JSON's octets alone tell that no text is too long or unstorable, and that there are not too many keys.

    What no other text than an escaped one can hold is not there without an escape, which only makes a text longer.
    """
    return (
        b"\\u" not in body
        and structure.count(b":") <= limits.keys
        and max(map(len, STRING.findall(body)), default=0) <= limits.characters
    )


def _decoder(limits: Limits) -> json.JSONDecoder:
    def integer(digits: str) -> int:
        if len(digits.lstrip("-")) > limits.digits:
            raise NumberTooLong(f"An integer has more than {limits.digits} digits.")
        return int(digits)

    return json.JSONDecoder(
        parse_int=integer, parse_float=_fraction, parse_constant=_refuse_constant, object_pairs_hook=_unique
    )


def _fraction(digits: str) -> Decimal:
    if len(digits) > FRACTION_CHARACTERS:
        raise NumberTooLong(f"A number is longer than {FRACTION_CHARACTERS} characters.")
    try:
        number = Decimal(digits)
    except InvalidOperation as error:
        raise NumberTooLong("A number has an exponent out of all bounds.") from error
    if abs(number.adjusted()) > LARGEST_EXPONENT:
        raise NumberTooLong(f"A number has an exponent beyond {LARGEST_EXPONENT}.")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
    raise DuplicateKey(f"The key {json.dumps(twice)} appears twice in one object.")


def _check_contents(root: JsonValue, *, limits: Limits) -> None:
    keys = 0
    pending: list[tuple[Path, JsonValue]] = [((), root)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, str):
            _check_string(value, path=path, limit=limits.characters)
        elif isinstance(value, dict | list):
            pending.extend(_children(path, value, limit=limits.characters))
            keys += len(value) if isinstance(value, dict) else 0
        if keys > limits.keys:
            raise TooManyKeys(f"The body has more than {limits.keys} keys.")


def _children(path: Path, value: JsonObject | list[JsonValue], *, limit: int) -> Iterator[tuple[Path, JsonValue]]:
    if isinstance(value, list):
        yield from (((*path, index), child) for index, child in enumerate(value))
        return
    for key, child in value.items():
        _check_string(key, path=path, limit=limit)
        yield (*path, key), child


def _check_string(text: str, *, path: Path, limit: int) -> None:
    if len(text) > limit:
        raise TextTooLong(f"A text is longer than {limit} characters.", path=path)
    if UNSTORABLE.search(text):
        raise UnstorableText(path=path)
