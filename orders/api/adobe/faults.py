"""What is wrong with a body or a query, as Adobe says it: one code for the first class of faults, all of its places."""

from collections.abc import Mapping
from typing import Any

from orders.api.adobe.vocabulary import SHAPE
from orders.api.invalid import Fault, InvalidInput, written
from orders.api.strict_json import Path
from orders.licensing.refusals import LicensingRefused

# Faults that are about a line as such are named by its number, others by their path.
BY_LINE = frozenset({"2119", "2120", "2121", "2123"})
# Codes of our fields that have a published number of their own; ranges depend on the field.
BY_CODE = {"unexpected": "1121", "not_editable": "1119", "required": "1122", "duplicate": "2121"}
BY_FIELD = {"extLineItemNumber": "2123", "quantity": "2120", "externalReferenceId": "2126", "lineItems": "2119"}
RANGES = frozenset({"min_value", "max_value", "max_length", "most"})


def of_shape(invalid: InvalidInput) -> tuple[str, list[str]]:
    """The code of the first class of faults that an input has, and where."""
    found: dict[str, list[str]] = {}
    for fault in invalid.faults():
        code = "1132" if invalid.place == "query" and fault.code != "required" else _code(fault)
        found.setdefault(code, []).append(_line(fault.path, invalid.sent) if code in BY_LINE else written(fault.path))
    code = next(code for code, _ in SHAPE if code in found)
    return code, [place for place in dict.fromkeys(found[code]) if place]


def details_of(refused: LicensingRefused) -> list[str]:
    """The fields of a refusal, or its lines with their reasons."""
    lines = [f"Line Item: {number}" + (f", Reason: {reason}" if reason else "") for number, reason in refused.lines]
    return [*refused.fields, *lines]


def _code(fault: Fault) -> str:
    if fault.code in BY_CODE:
        return BY_CODE[fault.code]
    leaf = next((step for step in reversed(fault.path) if isinstance(step, str)), "")
    return BY_FIELD.get(leaf, "1117") if fault.code in RANGES else "1117"


def _line(path: Path, sent: Mapping[str, Any]) -> str:
    """The line's own number, or its place in the order where it has none."""
    index = next((step for step in path if isinstance(step, int)), None)
    if index is None:
        return ""
    number = sent["lineItems"][index].get("extLineItemNumber")
    return f"Line Item: {number if isinstance(number, int) else index + 1}"
