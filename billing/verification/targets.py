"""Targets: for every (line, period), what is booked is the exact target, rounded; nothing twice, nothing skipped."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Max, Q

from billing.book_rows import Books
from billing.engine import adjustments, charges
from billing.engine.billing import Cancel
from billing.engine.book import Book
from billing.engine.discounts import Shares
from billing.engine.history import History
from billing.models import Charge, Usage
from billing.verification import recount
from billing.verification.findings import Code
from billing.verification.recount import Key, Owed
from customers.findings import Finding


def off(*, books: Books, owed: Mapping[Key, Owed]) -> Iterator[Finding]:
    """Periods billed with more or less than they come to, and committed ones passed over.

    Usage that came in after its period was billed is waiting for the next document, and not a finding; no more is
    what a change still has to credit and charge.
    """
    booked = recount.booked(books=books)
    moving = _moving(books)
    for key, (amount_cents, discount_cents) in sorted(booked.items()):
        if _is_kept(books, key, amount_cents) and key not in owed:
            continue
        billed, target = _compared(books, amount_cents, discount_cents, owed.get(key))
        if billed + moving.get(key, 0) != target and not (_moves_with(key, moving) or _is_waiting(books, key)):
            yield _finding(books, Code.OFF_TARGET, key, f"is billed with {billed}, its target is {target}")
    for key in _skipped(books, owed):
        if key not in booked:
            yield _finding(books, Code.PERIOD_SKIPPED, key, f"was due on {owed[key].invoice_date} and is not billed")


def _moving(books: Books) -> Mapping[Key, int]:
    """What changes that are agreed will move, by the day of their documents, on periods that are booked."""
    history = History(terms=books.terms, changes=books.changes)
    found: dict[Key, int] = defaultdict(int)
    for step in adjustments.steps(history=history, shares=Shares(terms=books.terms), book=Book(books.booked)):
        found[step.line.position, step.period] += step.credit_cents + step.charge_cents
    return found


def _moves_with(key: Key, moving: Mapping[Key, int]) -> bool:
    """Whether a minimum waits for a change to settle the period that it tops up."""
    position, period = key
    return position == recount.TRUE_UPS and any(cents for (_, moved), cents in moving.items() if moved == period)


def _skipped(books: Books, owed: Mapping[Key, Owed]) -> list[Key]:
    """The committed periods whose day is over; units and usage may still come in for any period.

    What a change adds for days that were billed before, as a renewal may, waits for the run that is due for it.
    """
    committed = {line.position for line in books.terms.lines if not line.in_arrears}
    billed_through = books.agreement.billed_through_date or date.min
    looked_at_from = (books.changes and books.agreement.next_due_date) or date.max
    return sorted(
        key
        for key, target in owed.items()
        if key[0] in committed
        and target.amount_cents
        and target.invoice_date <= billed_through
        and target.invoice_date < looked_at_from
    )


def _compared(books: Books, amount_cents: int, discount_cents: int, owed: Owed | None) -> tuple[int, int]:
    """What is billed and what is owed: gross as signed, and net once a change has credited part of it."""
    if books.changes:
        return amount_cents - discount_cents, owed.net_cents if owed else 0
    return amount_cents, owed.amount_cents if owed else 0


def _is_kept(books: Books, key: Key, amount_cents: int) -> bool:
    """Whether this is a one-off charge, billed as signed, of a cancelled agreement: no credit is due for it (R13)."""
    if not any(isinstance(change, Cancel) for change in books.changes):
        return False
    one_off = [line for line in books.terms.lines if line.one_off and line.position == key[0]]
    return any(charges.line_total(line=line, term_months=None) == amount_cents for line in one_off)


def _is_waiting(books: Books, key: Key) -> bool:
    """Whether units came in for a period, or took some of it elsewhere, after it was last billed.

    A minimum waits with the usage it counts.
    """
    position, period = key
    lines = [line.id for line in books.lines if position in (line.position, recount.TRUE_UPS)]
    charged = Charge.objects.for_business(books.agreement.business).filter(agreement_line__in=lines, period=period)
    billed_at = charged.aggregate(at=Max("invoice_line__invoice__created_at"))["at"]
    usage = Usage.objects.for_business(books.agreement.business).filter(agreement_line__in=lines)
    replaced = usage.filter(period=period).values("event_id")
    since = usage.filter(received_at__gte=billed_at)
    return since.filter(Q(period=period) | Q(corrects__in=replaced)).exists()


def _finding(books: Books, code: Code, key: Key, what: str) -> Finding:
    position, period = key
    account = "the minimum" if position == recount.TRUE_UPS else f"line {position + 1}"
    return Finding(
        code=code,
        subject=books.agreement.order_number,
        sentence=f"Period {period + 1} of {account} {what}.",
    )
