from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from uuid import UUID

from django.core.management.base import CommandParser

from customers import audit, console, heads, wall
from customers.management.proofs import Found, Proof
from customers.models import Business, EventSeal
from customers.sealing import Head


class Command(Proof):
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
        counts = {"businesses": len(owners), "sealed": sum(map(_sealed, owners))}
        looked_at = {"businesses": counts["businesses"], "sealed events": counts["sealed"]}
        found = chain(_findings(owners, kept), () if business else _missing(owners, kept))
        self.tell(found, counts=counts, looked_at=looked_at, as_json=as_json)


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
