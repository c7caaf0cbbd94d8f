"""Requests drawn by Schemathesis from a door's own OpenAPI document: is each answer as it is declared there?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema  # type: ignore[import-untyped]
from django.db import transaction
from django.http import HttpResponse
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, openapi

from tests.openapi import without_nullable
from tests.prove import judge
from tests.prove.doors.door import Door, Scene
from tests.prove.requests import Sent

# Whatever is asked of any route of a door, in whatever way, without being said of each.
EVERYWHERE = frozenset({405, 406, 413, 415})


FORM = "application/x-www-form-urlencoded"


@dataclass(kw_only=True)
class Outcome:
    """How many requests were sent and how many of them were taken, and what was wrong, each thing with one request."""

    requests: int = 0
    taken: int = 0
    deviations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Play:
    """A door with its document. `pins` tells of a parameter or a member of a body which id of the scene it gets."""

    door: Door
    scene: Scene
    document: Mapping[str, Any]
    pins: Mapping[str, str]

    def run(self, *, each: int, outcome: Outcome) -> None:
        """So many requests of either kind to each operation: such as the document allows, and such as it does not."""
        schema: Any = openapi.from_dict(dict(self.document))
        for result in schema.get_all_operations():
            operation = result.ok()
            if not operation.path.startswith(self.door.base):
                continue
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self._run_one(operation, mode, each, outcome)

    def _run_one(self, operation: Any, mode: GenerationMode, each: int, outcome: Outcome) -> None:
        @settings(
            max_examples=each,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def play(case: Any) -> None:
            sent = self._sent(case)
            with judge.nothing_logged(), transaction.atomic():
                answer = self.scene.send(sent)
                transaction.set_rollback(True)
            outcome.requests += 1
            outcome.taken += answer.status_code < 400
            for fault in self._faults(answer, operation, sent):
                told = f"{operation.method.upper()} {operation.path}: {fault}"
                outcome.deviations.setdefault(told, f"{sent.path} {sent.body:.300} -> {answer.content[:200]!r}")

        play()

    def _sent(self, case: Any) -> Sent:
        path = case.operation.path.removeprefix(self.door.base)
        for name, drawn in (case.path_parameters or {}).items():
            path = path.replace(f"{{{name}}}", self._pinned(name, case.operation.path) or quote(str(drawn), safe=""))
        query = urlencode([(name, _plain(value)) for name, value in (case.query or {}).items()], errors="replace")
        headers = {name: str(value) for name, value in (case.headers or {}).items() if _is_sendable(str(value))}
        return Sent(
            method=case.method.upper(),
            path=f"{path}?{query}" if query else path,
            body=self._body(case.body),
            headers={
                name: value for name, value in headers.items() if name.lower() not in ("authorization", "x-api-key")
            },
        )

    def _pinned(self, name: str, path: str = "") -> str:
        """The id of the scene under the longest pin that fits: a name, or a piece of a path with it."""
        fitting = [pin for pin in self.pins if pin == name or (pin.endswith(f"{{{name}}}") and pin in path)]
        return f"{{{self.pins[max(fitting, key=len)]}}}" if fitting else ""

    def _body(self, body: Any) -> str:
        if isinstance(body, bytes):
            return body.decode("utf-8", "surrogateescape")
        if self.scene.content_type == FORM and isinstance(body, dict):
            fields = [(name, _plain(value)) for name, value in self._with_pins(body).items()]
            return urlencode(fields, errors="replace", safe="{}")
        try:
            return json.dumps(self._with_pins(body))
        except TypeError:
            return ""

    def _with_pins(self, body: Any) -> Any:
        if isinstance(body, list):
            return [self._with_pins(inner) for inner in body]
        if not isinstance(body, dict):
            return body
        return {
            name: self._pinned(name) if isinstance(value, str) and name in self.pins else self._with_pins(value)
            for name, value in body.items()
        }

    def _faults(self, answer: HttpResponse, operation: Any, sent: Sent) -> list[str]:
        if answer.status_code >= 500:
            return [f"answered {answer.status_code}"]
        if answer.status_code in EVERYWHERE:
            return []
        declared = self.document["paths"][operation.path][operation.method.lower()]["responses"]
        if str(answer.status_code) not in declared:
            return [f"{answer.status_code} is not declared"]
        content = self._resolved(declared[str(answer.status_code)]).get("content", {})
        if not content:
            return [f"{answer.status_code} has a body"] if answer.content else []
        media_type = answer.headers.get("Content-Type", "").partition(";")[0]
        if media_type not in content:
            return [f"{answer.status_code} comes as {media_type}"]
        return self._unlike(answer, content[media_type].get("schema", {}))

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in part:
            return part
        found: Any = self.document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found  # type: ignore[no-any-return]  # what a reference leads to

    def _unlike(self, answer: HttpResponse, schema: Mapping[str, Any]) -> list[str]:
        whole = {**without_nullable(schema), "components": without_nullable(self.document.get("components", {}))}
        try:
            jsonschema.validate(json.loads(answer.content), whole)
        except jsonschema.ValidationError as unlike:
            place = "/".join("*" if isinstance(step, int) else step for step in unlike.absolute_path)
            return [f"{answer.status_code}, {place}: {unlike.message:.160}"]
        return []


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text.encode("utf-8", "replace").decode()


def _is_sendable(value: str) -> bool:
    """A server hands headers over as latin-1, and never with a NUL or a line break."""
    return value.isprintable() and value.isascii()
