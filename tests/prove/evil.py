"""Valid requests with something hostile in them, drawn from a seed: bodies, queries, headers, paths and methods."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tests.prove.requests import Sent

# As they stand on the wire: some are no JSON at all.
NUMBERS = (
    *("0", "-1", "1", "-0", "-0.0", "0.5", "1.5", "1e0", "1E2", "1e-7", "1e300", "1e400", "-1e400", "1e999999999"),
    *("1e-400", "0.30000000000000004", "0.000001", "0.0000001", "2147483647", "2147483648", "-2147483649"),
    *("9007199254740993", "999999999999", "1000000000001", "9223372036854775807", "9223372036854775808"),
    *("1" + "0" * 30, "9" * 400, "9" * 5_000, "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x10"),
)
WORDS = (
    *("null", "true", "false", '""', '" "', '"0"', '"-1"', '"1"', '"1.0"', '"1e3"', '"1_000"', '"NaN"', '"Infinity"'),
    *(
        '"\uff11\uff12"',
        '"\u0663"',
        '"\\u0000"',
        '"a\\u0000b"',
        '"\\ud800"',
        '"\ud800"',
        '"\\udfff\\ud800"',
        '"\U0001f9fe"',
    ),
    *('"\u202etxt"', '"\u200b"', '"e\u0301"', '"\u1e9e"', '"\u0130"', '"\\r\\nX-Evil: 1"', '"\\u001b[31m"', '"\x7f"'),
    *(
        '"<script>alert(1)</script>"',
        '"{{7*7}}"',
        '"%s%n"',
        '"%(x)s"',
        '"{0.__class__}"',
        '"\' OR 1=1 --"',
        '"../../x"',
    ),
    *(
        '"a@b"',
        '"@"',
        '"a@example.com\\nBcc: b@example.com"',
        '"http://[::1"',
        '"javascript:alert(1)"',
        '"EUR"',
        '"XXX"',
    ),
    *('"usd"', '"US"', '"zz"', '"0001-01-01"', '"9999-12-31"', '"2026-02-30"', '"2024-02-29"', '"2026-13-01"'),
    *('"1999-12-31"', '"2100-12-31"', '"2101-01-01"', '"20260101"', '"2026-W01-1"', '"2026-01-01T00:00:00Z"'),
    *('"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"', '"2026-01-01T00:00:00+99:99"', '"24:00"'),
    *('"00000000-0000-0000-0000-000000000000"', '"urn:uuid:00000000-0000-4000-8000-000000000000"', '"{uuid}"'),
    *('"draft"', '"approved"', '"cancelled"', '"recurring"', '"usage_metered"', '"prepaid_block"', '"all_upfront"'),
    *(f'"{"x" * length}"' for length in (35, 36, 64, 65, 100, 101, 200, 201, 255, 256, 2_001, 10_001, 70_000)),
)
SHAPES = (
    *(
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "[null]",
        '{"": 1}',
        '{"a": 1}',
        '{"__proto__": 1}',
        '{"$ne": null}',
        '{"\\u0000": 1}',
    ),
    *('{"a": "\\u0000"}', '{"\\ud800": 1}', '{"a": 1, "a": 2}', '["x"]', "[1, 2, 3]", "[" * 30 + "]" * 30),
    *('{"a":' * 15 + "1" + "}" * 15, "[" * 2_000 + "]" * 2_000, "[" + "1," * 3_000 + "1]", '{"steps": []}'),
    *('{"steps": [{"from_month": 1}]}', '{"steps": [{"from_month": 1e400, "qty": "NaN"}]}', '{"steps": {"0": 1}}'),
    *(
        '{"steps": [{"from_month": 2, "qty": "3"}, {"from_month": 2, "qty": "4"}]}',
        '{"id": "x"}',
        '{"type": [], "id": {}}',
    ),
)
VALUES = (*NUMBERS, *WORDS, *SHAPES)
KEYS = (
    *("", "id", "status", "total_cents", "tenant_id", "business_id", "approved_by", "approved_at", "created_at"),
    *("__class__", "constructor", "\x00", "\ud800", "x" * 300, "lines", "data", "order", "number", "version", "pk"),
)
TEXTS = (
    *("", "0", "-1", "1", "9" * 30, "1.5", "NaN", "true", "\x00", "a\x00b", "%", "%00", "x" * 300, "\uff11", "\u202e"),
    *("' OR 1=1 --", "../..", "{{7*7}}", "<script>", "2026-02-30", "9999-12-31", "0001-01-01T00:00:00Z", "a,b,,c", ","),
    *(
        "00000000-0000-0000-0000-000000000000",
        "id",
        "-id",
        "password",
        "customer__business__name",
        "null",
        "[]",
        "\udc80",
    ),
)
# A server hands headers over as latin-1, and never with a NUL or a line break.
HEADER_TEXTS = (
    *("", " ", "0", "-1", "x", "*/*", "text/html", "application/json", "application/json; charset=utf-16", "Bearer"),
    *(
        "Bearer x y",
        "bearer x",
        "Basic",
        "Basic !!!",
        "Basic Og==",
        "\xff\xfe",
        "x" * 4_000,
        "a,b",
        '"',
        'W/"1"',
        "gzip",
    ),
    *("application/vnd.api+json", "application/vnd.api+json; ext=bulk", "multipart/form-data", "text/plain", "null"),
    *(
        "00000000-0000-0000-0000-000000000000",
        "application/x-www-form-urlencoded",
        "PATCH",
        "en;q=x",
        "https://evil.test",
    ),
)
HEADERS = (
    *(
        "Authorization",
        "Content-Type",
        "Accept",
        "Idempotency-Key",
        "X-Request-Id",
        "X-Correlation-Id",
        "X-Business-Id",
    ),
    *("X-Api-Key", "X-HTTP-Method-Override", "If-Match", "Accept-Language", "Origin", "Cookie", "Content-Encoding"),
    *("X-Forwarded-For", "X-Forwarded-Proto", "Range", "Expect"),
)
PARAMETERS = (
    *("limit", "page", "offset", "cursor", "status", "id", "ids", "sort", "include", "q", "customer_id", "since_id"),
    *(
        "page[size]",
        "page[number]",
        "fields[orders]",
        "filter[q][number_eq]",
        "filter[q][created_at_gt]",
        "fetch-price",
    ),
    *("start-date", "end-date", "offer-id", "contract_id", "direction", "descending", "include_total_count", "sort_by"),
    *(
        "with_tags",
        "order_numbers",
        "line_references",
        "_connector",
        "_negated",
        "__proto__",
        "order_number",
        "x" * 200,
    ),
)
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST", "TRACE", "APPROVE")


def mutated(request: Sent, draw: random.Random) -> Sent:
    """The request with one to three hostile changes, most of them to its body."""
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3))):
        change = draw.choices(CHANGES, weights=_weights(request))[0]
        request = change(request, draw)
    return request


def _weights(request: Sent) -> tuple[int, ...]:
    if request.body:
        return WEIGHTS
    return READING if request.method == "GET" else DOING


def _body(request: Sent, draw: random.Random) -> Sent:
    try:
        body = json.loads(request.body or "{}")
    except (ValueError, RecursionError):
        return _bytes(request, draw)
    marks: dict[str, str] = {}
    body = _replaced(body, draw, marks)
    text = json.dumps(body, ensure_ascii=draw.random() < 0.5)
    for mark, value in marks.items():
        text = text.replace(f'"{mark}"', value)
    return replace(request, body=text)


def _replaced(body: Any, draw: random.Random, marks: dict[str, str]) -> Any:
    """The body with one place of it replaced, added, taken away, doubled or moved."""
    places = [*_places(body)]
    if not places or draw.random() < 0.02:
        return _evil(draw, marks)
    holder, key = draw.choice(places)
    match draw.choices(("value", "key", "gone", "wrapped", "many", "moved"), weights=(70, 8, 6, 4, 4, 8))[0]:
        case "value":
            holder[key] = _evil(draw, marks)
        case "key" if isinstance(holder, dict):
            holder[draw.choice(KEYS)] = draw.choice((holder[key], _evil(draw, marks)))
        case "gone":
            del holder[key]
        case "wrapped":
            holder[key] = draw.choice(([holder[key]], {"0": holder[key]}, [[holder[key]]]))
        case "many" if isinstance(holder[key], list):
            holder[key] = holder[key] * draw.choice((2, 30, 1_100))
        case _:
            other, name = draw.choice(places)
            holder[key] = json.loads(json.dumps(other[name]))
    return body


def _places(body: Any) -> Iterator[tuple[Any, Any]]:
    inside = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in list(inside):
        yield body, key
        yield from _places(value)


def _evil(draw: random.Random, marks: dict[str, str]) -> str:
    mark = f"@@{len(marks)}@@"
    marks[mark] = draw.choice(VALUES)
    return mark


def _bytes(request: Sent, draw: random.Random) -> Sent:
    """The body cut short, doubled, or with something between its characters."""
    at = draw.randrange(len(request.body) + 1)
    head, tail = request.body[:at], request.body[at:]
    between = draw.choice(("\x00", "\ufeff", "[" * 1_500, "\ud800", "\xe9", ",", "}", '"', "\\u0000", " " * 70_000))
    return replace(request, body=draw.choice((head, head + between + tail, request.body * 2, between + request.body)))


def _query(request: Sent, draw: random.Random) -> Sent:
    path, _, query = request.path.partition("?")
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    for _ in range(draw.choice((1, 1, 2))):
        name = draw.choice([*(name for name, _ in pairs), *PARAMETERS])
        value = quote(draw.choice(TEXTS).encode("utf-8", "surrogateescape"), safe="")
        pairs = [*(pair for pair in pairs if pair[0] != name or draw.random() < 0.3), (name, value)]
    return replace(request, path=f"{path}?{'&'.join(f'{name}={value}' for name, value in pairs)}")


def _header(request: Sent, draw: random.Random) -> Sent:
    changed = {draw.choice(HEADERS): draw.choice(HEADER_TEXTS)}
    return replace(request, headers={**request.headers, **changed})


def _path(request: Sent, draw: random.Random) -> Sent:
    """One segment of the path replaced: often the id of something."""
    path, mark, query = request.path.partition("?")
    segments = path.split("/")
    at = draw.randrange(1, len(segments))
    segments[at] = quote(draw.choice(TEXTS).encode("utf-8", "surrogateescape"), safe="")
    return replace(request, path="/".join(segments) + mark + query)


def _method(request: Sent, draw: random.Random) -> Sent:
    return replace(request, method=draw.choice(METHODS))


CHANGES: tuple[Callable[[Sent, random.Random], Sent], ...] = (_body, _bytes, _query, _header, _path, _method)
WEIGHTS = (74, 4, 8, 6, 5, 3)
# What only reads is asked for by its query; what is done without a body is done whatever its query says.
READING = (4, 1, 60, 12, 18, 5)
DOING = (25, 5, 12, 22, 32, 4)
