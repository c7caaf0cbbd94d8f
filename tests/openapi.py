"""A door's OpenAPI document, as a validator of JSON Schema reads it."""

from collections.abc import Mapping
from typing import Any


def answer_schema(
    document: Mapping[str, Any], path: str, method: str, status: str, *, media_type: str = "application/json"
) -> dict[str, Any]:
    """The JSON schema of an answer, with the document's components at hand."""
    answer = document["paths"][path][method]["responses"][status]
    schema = answer["content"][media_type]["schema"]
    return {**schema, "components": without_nullable(document["components"])}


def without_nullable(part: Any) -> Any:
    """OpenAPI 3.0 says nullable where JSON Schema says a type more."""
    if isinstance(part, list):
        return [without_nullable(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    inner = {key: without_nullable(value) for key, value in part.items() if key != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if part.get("nullable") is True else inner
