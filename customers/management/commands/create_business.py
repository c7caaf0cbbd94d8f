from django.core.management.base import CommandParser
from django.utils import timezone as clock

from customers import console, services
from customers.actors import Actor
from customers.models import Business


class Command(console.Command):
    help = "Open the books of a new business and print its id."
    example = 'python manage.py create_business "Northwind Studio" --currency EUR --timezone Europe/Berlin'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", type=console.words(most=200))
        parser.add_argument("--currency", type=str.upper, required=True, help="ISO 4217 code, such as EUR")
        parser.add_argument("--timezone", required=True, help="IANA zone, such as Europe/Berlin")
        parser.add_argument(
            "--net-days", type=console.whole(low=0, high=365), default=30, help="payment term; default: 30"
        )
        parser.add_argument("--sandbox", action="store_true", help="for trying things out: its keys are test keys")
        console.add_json_option(parser)

    def handle(
        self, *, name: str, currency: str, timezone: str, net_days: int, sandbox: bool, as_json: bool, **options: object
    ) -> None:
        try:
            business = services.create_business(
                name=name,
                currency=currency,
                timezone=timezone,
                net_days=net_days,
                is_sandbox=sandbox,
                by=Actor.system(name="create_business"),
                at=clock.now(),
            )
        except (services.UnknownCurrency, services.UnknownTimezone) as refusal:
            console.stop(console.Exit.USAGE, str(refusal))
        if as_json:
            self.print_json(_fields(business))
        else:
            self.stdout.write(f"{business.uid}")
            self.stderr.write(f"{business.name} is open. Its first key comes from issue_credential.")


def _fields(business: Business) -> dict[str, object]:
    return {
        "business": str(business.uid),
        "name": business.name,
        "currency": business.currency,
        "timezone": business.timezone,
        "net_days": business.net_days,
    }
