from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.core.management.base import CommandParser

from billing.models import Agreement, Invoice
from billing.verification import snapshot
from customers import console, wall
from customers.management.proofs import Found, Proof
from customers.models import Business
from orders import verification
from orders.models import Order


class Command(Proof):
    help = (
        "Prove the books: numbers without gaps, documents that add up, every period billed\n"
        "with exactly what it comes to, discounts given to the cent, terms as approved.\n"
        "It only reads, at one moment; billing may go on meanwhile.\n\n"
        "Exit code 1 with a list when anything is off."
    )
    example = "python manage.py verify_books --business 3f0c9a3e-5d0e-4b8e-9a51-0c8f6f1d2a77"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        console.add_json_option(parser)

    def handle(self, *, business: UUID | None, as_json: bool, **options: object) -> None:
        with snapshot():
            owners = list(console.businesses(business))
            counts = _counts(owners)
            self.tell(_findings(owners), counts=counts, looked_at=counts, as_json=as_json)


def _findings(owners: Iterable[Business]) -> Iterator[Found]:
    for owner in wall.each(owners):
        for finding in verification.of_business(business=owner):
            yield owner.uid, str(owner), finding


def _counts(owners: Iterable[Business]) -> dict[str, int]:
    """How much was looked at."""
    counts = Counter(businesses=0, orders=0, agreements=0, invoices=0)
    for owner in owners:
        with wall.within(owner.pk):
            counts.update(
                businesses=1,
                orders=Order.objects.for_business(owner).filter(approved_at__isnull=False).count(),
                agreements=Agreement.objects.for_business(owner).count(),
                invoices=Invoice.objects.for_business(owner).count(),
            )
    return counts
