from uuid import UUID

from django.core.management.base import CommandParser

from billing import explanation_fields, explanation_text, explanations, queries
from billing.models import Invoice
from billing.workings import Explanation
from customers import console, currencies, wall
from customers.models import Business


class Command(console.Command):
    help = (
        "Say why an invoice or credit note has its amounts: for each line the rules, the\n"
        "formula with its values, the exact amount and its rounding, what was billed before,\n"
        "the share of discount and the tax, as they were when the document was made.\n\n"
        "Exit code 1 when a line does not come out again from what is recorded."
    )
    example = "python manage.py explain INV-000012 --line 2"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("invoice", help="a number like INV-000012 or CN-000003, or the id of a document")
        parser.add_argument("--business", type=UUID, help="id of its business; needed when several have the number")
        parser.add_argument("--line", type=console.whole(low=1, high=100_000), help="only this line, counted from 1")
        console.add_json_option(parser)

    def handle(
        self, *, invoice: str, business: UUID | None, line: int | None, as_json: bool, **options: object
    ) -> None:
        document = _document(invoice, console.business(business) if business else None)
        with wall.within(document.business_id):
            explanation = explanations.of_invoice(invoice=document)
        if line is not None and line > len(explanation.lines):
            console.stop(console.Exit.USAGE, f"{document} has {len(explanation.lines)} lines, and no line {line}.")
        if as_json:
            self.print_json(_fields(document, explanation, line))
        else:
            self._print(document, explanation, line)
        off = [
            number
            for number, explained in enumerate(explanation.lines, start=1)
            if not explained.is_reproduced and line in (None, number)
        ]
        if off:
            numbers = ", ".join(map(str, off))
            console.stop(console.Exit.FINDINGS, f"What is recorded does not make these lines again: {numbers}.")

    def _print(self, document: Invoice, explanation: Explanation, only: int | None) -> None:
        self.stdout.write(_title(document))
        for number, line in enumerate(explanation.lines, start=1):
            if only in (None, number):
                self.stdout.write(f"\n{number}. {line.description}")
                for sentence in explanation_text.sentences(line=line, currency=document.currency):
                    self.stdout.write(f"   {sentence}")


def _document(name: str, business: Business | None) -> Invoice:
    owners = [business] if business else list(Business.objects.order_by("id"))
    found = [row for owner in owners if (row := _named(name, owner)) is not None]
    if not found:
        console.stop(console.Exit.USAGE, f"There is no document {name}.")
    if len(found) > 1:
        ids = "".join(f"\n  {row.business.uid}  {row.business}" for row in found)
        console.stop(console.Exit.USAGE, f"Several businesses have a document {name}; say --business:{ids}")
    return found[0]


def _named(name: str, owner: Business) -> Invoice | None:
    with wall.within(owner.pk):
        return queries.invoice_named(business=owner, name=name)


def _fields(document: Invoice, explanation: Explanation, only: int | None) -> dict[str, object]:
    fields = explanation_fields.of_document(invoice=document, explanation=explanation)
    if only is None:
        return fields
    return {**fields, "lines": [explanation_fields.of_line(only, explanation.lines[only - 1], document.currency)]}


def _title(document: Invoice) -> str:
    return "  ".join(
        (
            str(document),
            document.invoice_date.isoformat(),
            document.order_number,
            currencies.amount(document.total_cents, document.currency),
            document.status,
            f"made {document.created_at:%Y-%m-%d %H:%M} UTC; amounts below are minor units",
        )
    )
