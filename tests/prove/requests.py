"""A request as data, with names in braces for the ids that differ from scene to scene; one line of JSON in a file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Sent:
    """`body` is what stands on the wire, `{order}` and the like in it are names of the scene."""

    method: str = "POST"
    path: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def in_scene(self, names: Mapping[str, str]) -> "Sent":
        """The same request with the scene's ids in the place of their names."""
        return replace(self, path=_named(self.path, names), body=_named(self.body, names))

    @property
    def wire(self) -> bytes:
        return self.body.encode("utf-8", "surrogatepass")


def sent(method: str, path: str, body: object = None, **headers: str) -> Sent:
    """A request with a body of JSON, or none."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Sent(method=method, path=path, body="" if body is None else json.dumps(body), headers=given)


def as_line(*, door: str, request: Sent) -> str:
    """A line for `findings.jsonl`."""
    told = {"door": door, "method": request.method, "path": request.path, "body": request.body}
    return json.dumps(told | ({"headers": dict(request.headers)} if request.headers else {}))


def from_line(line: str) -> tuple[str, Sent]:
    """The door and the request of a line."""
    told: dict[str, Any] = json.loads(line)
    return told.pop("door"), Sent(**told)


def _named(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text
