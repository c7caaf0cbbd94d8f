from pathlib import Path
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from customers import console, heads, sealing
from customers.models import Business


class Command(console.Command):
    help = (
        "Append the events written since to the chain of their business, and print where it\n"
        "ends. Run it every minute or so, as often as you like.\n\n"
        "With --heads the ends are added to a file as well. Keep it on another machine:\n"
        "verify_audit holds the database against it."
    )
    example = "python manage.py seal_ledger --heads /mnt/elsewhere/heads.jsonl"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        parser.add_argument(
            "--heads", type=console.written_file, metavar="FILE", help="add the ends of the chains to this file"
        )
        parser.add_argument("--from-start", action="store_true", help="look for events of any age outside the chain")
        console.add_json_option(parser)

    def handle(
        self, *, business: UUID | None, heads: Path | None, from_start: bool, as_json: bool, **options: object
    ) -> None:
        rows = [_seal(owner, into=heads, from_start=from_start) for owner in console.businesses(business)]
        if as_json:
            self.print_json(rows)
        else:
            for row in rows:
                self.stdout.write("{business}  {sealed} sealed, {position} in all  {digest}".format_map(row))


def _seal(owner: Business, *, into: Path | None, from_start: bool) -> dict[str, object]:
    now = clock.now()
    sealed = sealing.seal_events(business=owner, at=now, from_start=from_start)
    head = sealing.head(business=owner)
    if into is not None:
        heads.append(path=into, business=owner.uid, head=head, at=now)
    return {"business": str(owner.uid), "sealed": sealed, "position": head.position, "digest": head.digest.hex()}
