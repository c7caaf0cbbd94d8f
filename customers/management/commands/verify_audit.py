from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from uuid import UUID

from django.core.management.base import CommandParser

from customers import audit, console, heads, wall
from customers.models import Business, EventSeal
from customers.sealing import Head

# The public id and the name of a business, and what is off in it.
Found = tuple[UUID, str, audit.Finding]


class Command(console.Command):
    help = (
        "Prove the ledger of events: each is what was sealed, none is taken out or slipped in,\n"
        "and what they tell leads to what is stored today. It only reads.\n\n"
        "Exit code 1 with a list when anything is off."
    )
    example = "python manage.py verify_audit --heads /mnt/elsewhere/heads.jsonl"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        parser.add_argument("--heads", type=Path, metavar="FILE", help="ends of chains that seal_ledger wrote there")
        console.add_json_option(parser)

    def handle(self, *, business: UUID | None, heads: Path | None, as_json: bool, **options: object) -> None:
        owners, kept = list(console.businesses(business)), _kept(heads) if heads else {}
        sealed = sum(map(_sealed, owners))
        found = chain(_findings(owners, kept), () if business else _missing(owners, kept))
        if as_json:
            rows = [{"business": str(uid), **asdict(finding)} for uid, _, finding in found]
            self.print_json({"businesses": len(owners), "sealed": sealed, "findings": rows})
            number = len(rows)
        else:
            number = sum(map(self._print, found))
        if number:
            console.stop(console.Exit.FINDINGS, f"{number} finding{'' if number == 1 else 's'}.")
        if not as_json:
            self.stdout.write(f"Nothing is off: businesses {len(owners):,}, sealed events {sealed:,}.")

    def _print(self, found: Found) -> int:
        _, name, finding = found
        self.stdout.write(f"{name}  {finding.subject}  {finding.code}: {finding.sentence}")
        return 1


def _findings(owners: Iterable[Business], kept: Mapping[UUID, Iterable[Head]]) -> Iterator[Found]:
    for owner in wall.each(owners):
        for finding in audit.of_business(business=owner, heads=kept.get(owner.uid, ())):
            yield owner.uid, str(owner), finding


def _missing(owners: Iterable[Business], kept: Iterable[UUID]) -> Iterator[Found]:
    """Businesses of which a head was kept, and nothing else."""
    for uid in sorted(set(kept) - {owner.uid for owner in owners}):
        yield uid, str(uid), audit.of_missing(business=uid)


def _sealed(owner: Business) -> int:
    with wall.within(owner.pk):
        return EventSeal.objects.for_business(owner).count()


def _kept(path: Path) -> Mapping[UUID, Iterable[Head]]:
    try:
        return heads.read(path=path)
    except (heads.HeadsUnreadable, OSError) as fault:
        console.stop(console.Exit.USAGE, str(fault))
