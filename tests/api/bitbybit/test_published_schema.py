"""bitbybit's published OpenAPI, played against the door by a fuzzer: no answer deviates from what is declared."""

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.http import HttpResponse
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, openapi

from tests.api.bitbybit.caller import Caller
from tests.cast import Company

DOCUMENT = json.loads((Path(__file__).parent / "examples" / "openapi.json").read_text())
CREATE = openapi.from_dict(DOCUMENT)["/orders"]["POST"]
DECLARED = DOCUMENT["paths"]["/orders"]["post"]["responses"]
FUZZ = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fuzzed(acme: Company) -> Caller:
    """A shop whose key may ask as often as it likes."""
    return Caller(acme, requests_per_minute=1_000_000)


def test_what_the_published_schema_allows_is_taken_or_refused_as_declared(fuzzed: Caller) -> None:
    variant, statuses = fuzzed.variant(), []

    @FUZZ
    @given(case=CREATE.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def play(case: Any) -> None:
        body = _with_known_ids(case.body, customer=fuzzed.customer_id, variant=variant)
        statuses.append(_declared(fuzzed.send("POST", "/orders", json.dumps(body).encode())))

    play()
    assert statuses.count(201) > 10


def test_what_it_does_not_allow_is_never_an_error_of_ours(fuzzed: Caller) -> None:
    @FUZZ
    @given(case=CREATE.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def play(case: Any) -> None:
        raw = case.body if isinstance(case.body, bytes) else json.dumps(case.body, default=str).encode()
        _declared(fuzzed.send("POST", "/orders", raw))

    play()


def _with_known_ids(body: Any, *, customer: str, variant: str) -> Any:
    """The generated body about things that exist, with something to read where a blank would be refused."""
    known = {"productVariantId": variant}
    lines = [{**line, **known, "quantity": line["quantity"] % 1_000 or 1} for line in body["lineItems"]]
    address = {name: value or "x" for name, value in body["shippingAddress"].items()}
    pinned = {**body, "lineItems": lines, "shippingAddress": address}
    if "customer" in pinned and "customerId" not in pinned:
        return pinned
    pinned.pop("customer", None)
    return {**pinned, "customerId": customer}


def _declared(answer: HttpResponse) -> int:
    """The status of an answer that is declared for it, in shape as well."""
    declared = DECLARED[str(answer.status_code)]
    if "$ref" in declared:
        declared = DOCUMENT["components"]["responses"][declared["$ref"].rpartition("/")[2]]
    schema = {**declared["content"]["application/json"]["schema"], "components": DOCUMENT["components"]}
    jsonschema.validate(json.loads(answer.content), schema)
    return answer.status_code
