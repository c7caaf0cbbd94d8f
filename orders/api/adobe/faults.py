"""What is wrong with a body or a query, as Adobe says it: one code for the first class of faults, all of its places."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from rest_framework.exceptions import ErrorDetail
from rest_framework.settings import api_settings

from orders.api.adobe.vocabulary import SHAPE
from orders.api.endpoint import InvalidInput
from orders.licensing.refusals import LicensingRefused

Detail: TypeAlias = "list[ErrorDetail] | Mapping[str | int, Detail]"
Path: TypeAlias = tuple[str | int, ...]
# Faults that are about a line as such are named by its number, others by their path.
BY_LINE = frozenset({"2119", "2120", "2121", "2123"})
# Codes of our fields that have a published number of their own; ranges depend on the field.
BY_CODE = {"unexpected": "1121", "not_editable": "1119", "required": "1122", "duplicate": "2121"}
BY_FIELD = {"extLineItemNumber": "2123", "quantity": "2120", "externalReferenceId": "2126", "lineItems": "2119"}
RANGES = frozenset({"min_value", "max_value", "max_length", "most"})


def of_shape(invalid: InvalidInput) -> tuple[str, list[str]]:
    """The code of the first class of faults that an input has, and where."""
    found: dict[str, list[str]] = {}
    for path, fault in _walk(invalid.detail, ()):
        code = "1132" if invalid.place == "query" and fault.code != "required" else _code(path, fault)
        found.setdefault(code, []).append(_line(path, invalid.sent) if code in BY_LINE else _written(path))
    code = next(code for code, _ in SHAPE if code in found)
    return code, [place for place in dict.fromkeys(found[code]) if place]


def details_of(refused: LicensingRefused) -> list[str]:
    """The fields of a refusal, or its lines with their reasons."""
    lines = [f"Line Item: {number}" + (f", Reason: {reason}" if reason else "") for number, reason in refused.lines]
    return [*refused.fields, *lines]


def _code(path: Path, fault: ErrorDetail) -> str:
    if fault.code in BY_CODE:
        return BY_CODE[fault.code or ""]
    leaf = next((step for step in reversed(path) if isinstance(step, str)), "")
    return BY_FIELD.get(leaf, "1117") if fault.code in RANGES else "1117"


def _walk(detail: Detail, path: Path) -> Iterator[tuple[Path, ErrorDetail]]:
    if not isinstance(detail, Mapping):
        yield from ((path, fault) for fault in detail)
        return
    for key, inner in detail.items():
        yield from _walk(inner, path if key == api_settings.NON_FIELD_ERRORS_KEY else (*path, key))


def _written(path: Path) -> str:
    """lineItems[0].quantity"""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _line(path: Path, sent: Mapping[str, Any]) -> str:
    """The line's own number, or its place in the order where it has none."""
    index = next((step for step in path if isinstance(step, int)), None)
    if index is None:
        return ""
    number = sent["lineItems"][index].get("extLineItemNumber")
    return f"Line Item: {number if isinstance(number, int) else index + 1}"
