"""Tags and custom attributes as people type them: `vip, "two, words"` and one `name: value` a line."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO

from django.core.exceptions import ValidationError

from orders.services.tagging import MOST_TAGS

LONGEST_TAG = 255
MOST_ATTRIBUTES, LONGEST_NAME, LONGEST_VALUE = 50, 64, 500


def write_tags(tags: Iterable[str]) -> str:
    return ", ".join(map(_quoted, tags))


def read_tags(text: str) -> list[str]:
    """The tags, each once, in their order. Raises ValidationError."""
    cells = [cell for row in csv.reader(text.splitlines(), skipinitialspace=True) for cell in row]
    tags = list(dict.fromkeys(filter(None, (" ".join(cell.split()) for cell in cells))))
    if len(tags) > MOST_TAGS:
        raise ValidationError(f"An order has at most {MOST_TAGS} tags.")
    if any(len(tag) > LONGEST_TAG for tag in tags):
        raise ValidationError(f"A tag has at most {LONGEST_TAG} characters.")
    return tags


def write_attributes(attributes: Mapping[str, object]) -> str:
    """Those that are plain texts, by name, as the database keeps no order; what else is there is not typed."""
    return "\n".join(f"{name}: {value}" for name, value in sorted(attributes.items()) if is_plain(name, value))


def read_attributes(text: str) -> dict[str, str]:
    """Names with their values, in their order. Raises ValidationError, naming the line."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not name or not value:
            raise ValidationError(f"Line {number}: type it like “name: value”.")
        if len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE:
            raise ValidationError(f"Line {number}: at most {LONGEST_NAME} characters, then {LONGEST_VALUE}.")
        if name in found:
            raise ValidationError(f"Line {number}: “{name}” is there already.")
        found[name] = value
    if len(found) > MOST_ATTRIBUTES:
        raise ValidationError(f"An order has at most {MOST_ATTRIBUTES} attributes.")
    return found


def is_plain(name: str, value: object) -> bool:
    """Whether an attribute is one that can be typed and read back."""
    try:
        return isinstance(value, str) and read_attributes(f"{name}: {value}") == {name: value}
    except ValidationError:
        return False


def _quoted(tag: str) -> str:
    """A tag, in quotes where a comma or a quote stands in it."""
    buffer = StringIO()
    csv.writer(buffer, lineterminator="").writerow([tag])
    return buffer.getvalue()
