"""What an agreement owes, computed again by the engine as if nothing were booked yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from billing.book_rows import Books
from billing.engine import billing as engine
from billing.engine.billing import Change, DeliveredOn, Pause
from billing.engine.charges import Kind
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import TermsRefused

UNRATEABLE = (TermsRefused, ArithmeticError)
# Tax is proved on the documents; a table without a rate must not hide what is owed.
UNTAXED = Treatment(label="", mode=Mode.NONE)

# The position of a line, and a period of the grid. What a minimum adds is an account of its own (R21).
Key = tuple[int, int]
TRUE_UPS = -1


@dataclass(slots=True)
class Owed:
    """The exact target of one (line, period), rounded, with its share of discount and the day it is due."""

    invoice_date: date
    amount_cents: int = 0
    discount_cents: int = 0

    @property
    def net_cents(self) -> int:
        """After its share of discount."""
        return self.amount_cents - self.discount_cents


def owed(*, books: Books) -> Mapping[Key, Owed]:
    """The targets of all periods that are booked or were due, whatever has been booked for them.

    A pause that lasts gives nothing back: what was billed of its periods before stands until it ends.
    Raises TermsRefused or ArithmeticError where the engine cannot tell.
    """
    targets = _targets(_documents(books, changes=books.changes, delivered=books.delivered))
    settled = [change for change in books.changes if not (isinstance(change, Pause) and change.resumed is None)]
    if len(settled) < len(books.changes):
        billed = booked(books=books)
        unpaused = _targets(_documents(books, changes=settled, delivered=()))
        targets = {key: target for key, target in unpaused.items() if key in billed} | targets
    return targets


def _targets(documents: Iterable[engine.Document]) -> dict[Key, Owed]:
    targets: dict[Key, Owed] = {}
    for document in documents:
        for line in document.lines:
            for charge in line.charges:
                assert line.order_line is not None
                key = _key(line.order_line, charge.period, line.kind)
                target = targets.setdefault(key, Owed(document.invoice_date))
                target.amount_cents += charge.amount_cents
                target.discount_cents += charge.discount_cents
    return targets


def booked(*, books: Books) -> Mapping[Key, tuple[int, int]]:
    """The amount and the discount that are booked for each (line, period), of whatever kind."""
    sums: dict[Key, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in books.booked:
        key = _key(row.line, row.period, row.kind)
        amount_cents, discount_cents = sums[key]
        sums[key] = amount_cents + row.amount_cents, discount_cents + row.discount_cents
    return sums


def _key(line: int, period: int, kind: Kind) -> Key:
    return (TRUE_UPS if kind is Kind.TRUE_UP else line), period


def _documents(
    books: Books, *, changes: Sequence[Change], delivered: Sequence[DeliveredOn]
) -> tuple[engine.Document, ...]:
    return engine.due_documents(
        terms=books.terms,
        tax=UNTAXED,
        delivered=delivered,
        booked=(),
        billed_through=None,
        as_of=_last_day(books),
        changes=changes,
    )


def _last_day(books: Books) -> date:
    """The last day of which anything is booked: what was billed ahead of its day counts as well."""
    ends = (books.terms.boundary(row.period + 1) for row in books.booked)
    return max([books.terms.approved_on, books.agreement.billed_through_date or date.min, *ends])
