import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from billing import progress, services, usage_files
from billing.services import ImportSummary
from billing.usage_files import BadHeader, BadRow
from customers import console, wall
from customers.actors import Actor
from customers.models import Business

SYSTEM = Actor.system(name="import_usage")
STDIN = Path("-")
CHUNK = 1_048_576


class Command(console.Command):
    help = (
        "Record the metered events of a CSV file, UTF-8, separated by commas or semicolons,\n"
        "with a header:\n\n"
        + "\n".join(f"  {row.strip()}" for row in (usage_files.__doc__ or "").splitlines()[2:])
        + "\n\nA file may be imported again whole: an event id that its line knows is a duplicate\n"
        "and changes nothing. Bad rows are listed and left out, the others are recorded.\n\n"
        "Exit code 1 when rows were left out, 2 when the file cannot be read."
    )
    example = "python manage.py import_usage january.csv --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file, or - for standard input")
        parser.add_argument("--business", type=UUID, help="id of the business; needed when there are several")
        parser.add_argument("--dry-run", action="store_true", help="do all of it and keep nothing")
        console.add_json_option(parser)

    def handle(self, *, file: Path, business: UUID | None, dry_run: bool, as_json: bool, **options: object) -> None:
        owner = console.business(business) if business else _only_business()
        try:
            with _opened(file) as stream, wall.within(owner.pk):
                summary = self._import(file, stream, owner, dry_run=dry_run, as_json=as_json)
        except OSError as fault:
            console.stop(console.Exit.USAGE, f"{file} cannot be read: {fault.strerror}.")
        except BadHeader as fault:
            console.stop(console.Exit.USAGE, f"{file}: {fault}")
        if dry_run and not as_json:
            self.stderr.write("This was a dry run: nothing was kept.")
        if summary.bad:
            console.stop(console.Exit.FINDINGS, f"Rows left out: {summary.bad:,}.")

    def _import(
        self, file: Path, stream: BinaryIO, business: Business, *, dry_run: bool, as_json: bool
    ) -> ImportSummary:
        rows = usage_files.read(stream)
        told = _Json(cast(TextIO, self.stdout)) if as_json else _Text(cast(TextIO, self.stdout))
        told.begin(file, dry_run=dry_run)
        stderr = cast(TextIO, self.stderr)  # Django's wrapper passes everything on
        with progress.shown(stream=stderr, what=f"{file.name}: rows", total=_lines(file)) as advance:
            summary = services.import_usage(
                business=business,
                rows=rows,
                by=SYSTEM,
                now=clock.now,
                on_bad=told.bad,
                on_batch=advance,
                dry_run=dry_run,
            )
        told.end(summary)
        return summary


class _Text:
    """Bad rows as they are met, and a sum at the end."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def begin(self, file: Path, *, dry_run: bool) -> None:
        self._file = file

    def bad(self, row: BadRow) -> None:
        self._out.write(f"line {row.line}: {row.reason}\n")

    def end(self, summary: ImportSummary) -> None:
        self._out.write(
            f"{self._file}: {summary.rows:,} rows, {summary.new:,} new, {summary.duplicates:,} duplicates, "
            f"{summary.bad:,} bad ({summary.conflicts:,} of them conflicts)\n"
        )


class _Json:
    """One JSON object, written as it comes, so that a file of bad rows is no burden."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._separator = ""

    def begin(self, file: Path, *, dry_run: bool) -> None:
        self._out.write(f'{{"file": {json.dumps(str(file))}, "dry_run": {json.dumps(dry_run)}, "bad_rows": [\n')

    def bad(self, row: BadRow) -> None:
        self._out.write(f"{self._separator}{json.dumps({'line': row.line, 'reason': row.reason})}\n")
        self._separator = ","

    def end(self, summary: ImportSummary) -> None:
        sums = {
            "rows": summary.rows,
            "new": summary.new,
            "duplicates": summary.duplicates,
            "bad": summary.bad,
            "conflicts": summary.conflicts,
        }
        self._out.write(f"], {json.dumps(sums)[1:]}\n")


def _only_business() -> Business:
    found = list(Business.objects.order_by("id")[:2])
    if len(found) != 1:
        console.stop(console.Exit.USAGE, "There is not exactly one business: say --business ID.")
    return found[0]


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    if file == STDIN:
        yield sys.stdin.buffer
        return
    with file.open("rb") as stream:
        yield stream


def _lines(file: Path) -> int | None:
    """About how many rows there are to come; unknown of what only passes by."""
    if not file.is_file():
        return None
    with file.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(CHUNK), b"")) - 1
