"""What the commands share: their exit codes, an example in each --help, and arguments that refuse in a sentence."""

import json
import os
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Any, ClassVar, Never
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError

from customers import wall
from customers.models import Business

# So that months and days may be counted from every day that a command takes.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


class Exit(IntEnum):
    """How a command ends, for scripts; 0 is done."""

    FINDINGS = 1
    USAGE = 2
    PARKED = 3
    REFUSED = 4
    UNAVAILABLE = 5


class Help(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Keeps the line breaks of a description and of an example as they were written."""


class Command(BaseCommand):
    """A command whose --help ends with an example. Results go to stdout, talk to stderr.

    It sees nobody's rows but those of the business it stands within, unless it says that it needs every one's.
    """

    example: str
    of_every_business: ClassVar[bool] = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        epilog = f"Example:\n  {self.example}"
        return super().create_parser(prog_name, subcommand, formatter_class=Help, epilog=epilog, **kwargs)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """End in a sentence, and not with the code of a finding, when the database cannot be reached or gives up."""
        try:
            with wall.every_business() if self.of_every_business else wall.closed():
                return super().execute(*args, **options)
        except (OperationalError, InterfaceError) as gone:
            reason = str(gone).partition("\n")[0]
            raise CommandError(
                f"The database failed: {reason}. What was committed stays; run the command again.",
                returncode=Exit.UNAVAILABLE,
            ) from gone

    def print_json(self, answer: object) -> None:
        self.stdout.write(json.dumps(answer, indent=2, cls=DjangoJSONEncoder))


def add_json_option(parser: CommandParser) -> None:
    parser.add_argument("--json", action="store_true", dest="as_json", help="print the result as JSON")


def stop(code: Exit, sentence: str) -> Never:
    """End the command with an exit code and a sentence on stderr."""
    raise CommandError(sentence, returncode=code)


def business(uid: UUID) -> Business:
    """The business with this public id; without one the command ends as wrongly used."""
    found = Business.objects.filter(uid=uid).first()
    return found or stop(Exit.USAGE, f"There is no business {uid}.")


def businesses(uid: UUID | None) -> Iterator[Business]:
    """The business with this public id; without an id all of them. While one is at hand, its rows are there."""
    return wall.each([business(uid)] if uid else list(Business.objects.order_by("id")))


def day(text: str) -> date:
    """An argument that is a date, and not one that nobody counts from."""
    try:
        found = date.fromisoformat(text)
    except ValueError as fault:
        raise ArgumentTypeError(f"{text!r} is not a date like 2026-01-31") from fault
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ArgumentTypeError(f"{text} is not between {FIRST_DAY} and {LAST_DAY}")
    return found


def written_file(text: str) -> Path:
    """An argument that is a file to write, told before any work is done for it."""
    path = Path(text)
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ArgumentTypeError(f"{text} cannot be written: {_why_not(path)}")
    return path


def _why_not(path: Path) -> str:
    if path.is_dir():
        return "it is a directory"
    return "permission denied" if path.parent.is_dir() else f"there is no directory {path.parent}"


def words(*, most: int) -> Callable[[str], str]:
    """An argument that is a text of at most so many characters, and not blank."""

    def read(text: str) -> str:
        if not text.strip() or len(text) > most:
            raise ArgumentTypeError(f"must have from 1 to {most} characters")
        return text

    return read


def whole(*, low: int, high: int) -> Callable[[str], int]:
    """An argument that is a whole number within bounds."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    return read
