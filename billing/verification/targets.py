"""Targets: for every (line, period), what is booked is the exact target, rounded; nothing twice, nothing skipped."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Max

from billing.models import AgreementLine, Charge, Usage
from billing.translate import Books
from billing.verification import recount
from billing.verification.findings import Code, Finding
from billing.verification.recount import Key, Owed


def off(*, books: Books, owed: Mapping[Key, Owed]) -> Iterator[Finding]:
    """Periods billed with more or less than they come to, and committed ones passed over.

    Usage that came in after its period was billed is waiting for the next document, and not a finding.
    """
    lines = {line.position: line for line in books.lines}
    booked = recount.booked(books=books)
    for key, (booked_cents, _) in sorted(booked.items()):
        target_cents = owed[key].amount_cents if key in owed else 0
        if booked_cents != target_cents and not _is_waiting(lines[key[0]], key[1]):
            yield _finding(books, Code.OFF_TARGET, key, f"is billed with {booked_cents}, its target is {target_cents}")
    for key in _skipped(books, owed):
        if key not in booked:
            yield _finding(books, Code.PERIOD_SKIPPED, key, f"was due on {owed[key].invoice_date} and is not billed")


def _skipped(books: Books, owed: Mapping[Key, Owed]) -> list[Key]:
    """The committed periods whose day is over; units and usage may still come in for any period."""
    committed = {line.position for line in books.terms.lines if not line.in_arrears}
    billed_through = books.agreement.billed_through_date or date.min
    return sorted(
        key
        for key, target in owed.items()
        if key[0] in committed and target.amount_cents and target.invoice_date <= billed_through
    )


def _is_waiting(line: AgreementLine, period: int) -> bool:
    """Whether units came in for a period after it was last billed."""
    charges = Charge.objects.for_business(line.business).filter(agreement_line=line, period=period)
    billed_at = charges.aggregate(at=Max("invoice_line__invoice__created_at"))["at"]
    usage = Usage.objects.for_business(line.business).filter(agreement_line=line, period=period)
    return usage.filter(received_at__gte=billed_at).exists()


def _finding(books: Books, code: Code, key: Key, what: str) -> Finding:
    position, period = key
    return Finding(
        code=code,
        subject=books.agreement.order_number,
        sentence=f"Period {period + 1} of line {position + 1} {what}.",
    )
