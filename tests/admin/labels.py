"""Which inputs of a page nobody would hear named: no label around them, none for their id, no aria-label."""

import re
from collections.abc import Iterator

TAG = re.compile(r"<(?P<end>/?)(?P<name>label|input|select|textarea)\b(?P<given>[^>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r'([\w-]+)\s*=\s*"([^"]*)"')
NAMED_BY_THEMSELVES = {"hidden", "submit", "button", "reset", "image"}


def unlabelled(page: str) -> list[str]:
    """The tags of such inputs."""
    labelled = {given.get("for") for name, given, _ in _tags(page) if name == "label"}
    return [
        tag
        for tag, given, is_within in _inputs(page)
        if not is_within
        and not (given.get("aria-label") or given.get("aria-labelledby"))
        and given.get("id") not in labelled - {None}
    ]


def _inputs(page: str) -> Iterator[tuple[str, dict[str, str], bool]]:
    depth = 0
    for name, given, tag in _tags(page):
        if name == "label":
            depth += 1
        elif name == "/label":
            depth -= 1
        elif not name.startswith("/") and given.get("type") not in NAMED_BY_THEMSELVES:
            yield tag, given, depth > 0


def _tags(page: str) -> Iterator[tuple[str, dict[str, str], str]]:
    for found in TAG.finditer(page):
        yield found["end"] + found["name"].lower(), dict(ATTRIBUTE.findall(found["given"])), found[0]
