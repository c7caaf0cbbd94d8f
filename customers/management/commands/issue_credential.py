from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from customers import console, credentials, wall
from customers.actors import Actor, Channel
from customers.credentials import IssuedCredential
from customers.permissions import Permission

# What an ordering system needs. To approve or to bill is asked for by name.
USUAL_SCOPES = (Permission.READ, Permission.DRAFT, Permission.SUBMIT)

# Doors where a client sends the credential's public prefix as its API key.
NAMED_BY_PREFIX = frozenset({Channel.ADOBE})


class Command(console.Command):
    help = "Give a business an API credential and print its token, this once."
    example = (
        "python manage.py issue_credential --business 7b0c2d6e-1f2a-4c3b-9d8e-0a1b2c3d4e5f \\\n"
        '    --door dayzero --name "CRM" --scope read --scope draft --expires-in-days 90'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--business", type=UUID, required=True, help="id of the business")
        parser.add_argument("--door", choices=sorted(credentials.MARKERS), required=True, help="API it opens")
        parser.add_argument("--name", type=console.words(most=100), required=True, help="who will use it")
        parser.add_argument(
            "--scope",
            action="append",
            choices=[permission.value for permission in Permission],
            dest="scopes",
            help=f"what it may do, once for each; default: {', '.join(USUAL_SCOPES)}",
        )
        parser.add_argument(
            "--grant",
            action="append",
            dest="grants",
            metavar="RESOURCE:ACTION",
            help="narrow a key of a door that has scopes by resource, such as orders:read; once for each",
        )
        parser.add_argument("--requests-per-minute", type=console.whole(low=1, high=1_000_000), help="its own limit")
        parser.add_argument("--expires-in-days", type=console.whole(low=1, high=365), help="1 to 365; default: never")
        console.add_json_option(parser)

    def handle(
        self,
        *,
        business: UUID,
        door: str,
        name: str,
        scopes: list[str] | None,
        grants: list[str] | None,
        requests_per_minute: int | None,
        expires_in_days: int | None,
        as_json: bool,
        **options: object,
    ) -> None:
        _refuse_unknown(grants or (), door=door)
        now, owner = clock.now(), console.business(business)
        with wall.within(owner.pk):
            issued = credentials.issue(
                business=owner,
                door=door,
                name=name,
                scopes=frozenset(map(Permission, scopes or USUAL_SCOPES)),
                grants=frozenset(grants or ()),
                requests_per_minute=requests_per_minute,
                at=now,
                by=Actor.system(name="issue_credential"),
                expires_at=now + timedelta(days=expires_in_days) if expires_in_days else None,
            )
        if as_json:
            self.print_json(_fields(issued))
        else:
            self.stdout.write(f"{issued.key}:{issued.secret}" if door in credentials.KEYED else issued.token)
            if issued.credential.door in NAMED_BY_PREFIX:
                self.stderr.write(f"Its API key, which goes beside the token: {issued.credential.prefix}")
            self.stderr.write("Keep this token now: it is stored as a hash and cannot be shown again.")


def _refuse_unknown(grants: Iterable[str], *, door: str) -> None:
    """A grant misspelt would make a key that may do nothing, which is told long afterwards and by somebody else."""
    known = credentials.GRANTS.get(door, frozenset())
    for grant in grants:
        if grant not in known:
            offered = f"there are {', '.join(sorted(known))}" if known else f"keys of {door} are not narrowed"
            console.stop(console.Exit.USAGE, f"--grant {grant}: {offered}.")


def _fields(issued: IssuedCredential) -> dict[str, object]:
    credential = issued.credential
    api_key = {"api_key": credential.prefix} if credential.door in NAMED_BY_PREFIX else {}
    return {
        "token": issued.token,
        **({"key": issued.key, "secret": issued.secret} if credential.door in credentials.KEYED else {}),
        **api_key,
        "business": str(credential.business.uid),
        "door": credential.door,
        "name": credential.name,
        "scopes": credential.scopes,
        "expires_at": credential.expires_at and credential.expires_at.isoformat(),
    }
