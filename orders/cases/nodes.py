"""Reading JSON with types: a value that knows where it stands, so that a refusal names the place."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Never, TypeVar
from zoneinfo import available_timezones

DECIMAL_PLACES = 6
# NUL and halves of surrogate pairs, which JSON can write and no database stores.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")

Read = TypeVar("Read")
Word = TypeVar("Word", bound=StrEnum)


class BadFile(Exception):
    """The file cannot be read as acceptance cases; the sentence names the place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A value of the file with its path, such as `A01.order.lines[0].qty`."""

    value: object
    path: str

    def __getitem__(self, key: str) -> "Node":
        """A part that must be there."""
        part = self.maybe(key, lambda part: part)
        return self.refuse(f"needs {key}") if part is None else part

    def maybe(self, key: str, read: Callable[["Node"], Read]) -> Read | None:
        """A part as `read` takes it; None when it is absent or null."""
        value = self._mapping().get(key)
        return None if value is None else read(Node(value=value, path=f"{self.path}.{key}"))

    def names(self) -> list[str]:
        return list(self._mapping())

    def parts(self) -> dict[str, "Node"]:
        """The named parts of an object."""
        return {key: Node(value=value, path=f"{self.path}.{key}") for key, value in self._mapping().items()}

    def elements(self) -> list["Node"]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            self.refuse("must be a list")
        return [Node(value=value, path=f"{self.path}[{i}]") for i, value in enumerate(self.value)]

    def as_is(self) -> dict[str, object]:
        """An object of any shape."""
        return self._mapping()

    def text(self) -> str:
        if not isinstance(self.value, str) or UNSTORABLE.search(self.value):
            self.refuse("must be a text")
        return self.value

    def whole(self) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse("must be a whole number")
        return self.value

    def quantity(self) -> Decimal:
        """A number, or a number in a text, which is how quantities are written."""
        if isinstance(self.value, bool) or not isinstance(self.value, str | int | Decimal):
            self.refuse("must be a number")
        try:
            number = Decimal(self.value)
            stored = round(number, DECIMAL_PLACES)
        except InvalidOperation:
            self.refuse("must be a number")
        if not number.is_finite():
            self.refuse("must be a number")
        return number if number == stored else self.refuse("must have at most 6 decimals")

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            self.refuse("must be a date like 2026-01-31")

    def moment(self) -> datetime:
        try:
            moment = datetime.fromisoformat(self.text())
        except ValueError:
            self.refuse("must be a moment like 2026-01-31T00:00:00+00:00")
        return moment if moment.tzinfo else self.refuse("must say its offset from UTC")

    def zone(self) -> str:
        name = self.text()
        return name if name in available_timezones() else self.refuse("must be an IANA time zone")

    def one_of(self, words: type[Word]) -> Word:
        try:
            return words(self.text())
        except ValueError:
            self.refuse(f"must be one of {', '.join(words)}")

    def refuse(self, sentence: str) -> Never:
        raise BadFile(f"{self.path} {sentence}.")

    def _mapping(self) -> dict[str, object]:
        return self.value if isinstance(self.value, dict) else self.refuse("must be an object")


def of_file(path: Path) -> Node:
    """The JSON of a file, fractions as Decimal. Raises BadFile."""
    try:
        return Node(value=json.loads(path.read_bytes(), parse_float=Decimal), path=path.name)
    except OSError as fault:
        raise BadFile(f"{path} cannot be read: {fault.strerror}.") from fault
    except (ValueError, RecursionError) as fault:
        raise BadFile(f"{path} is not JSON: {fault}.") from fault
