"""Due dates: no agreement is looked at later than it has something to bill, or never again (R11)."""

from collections.abc import Iterator

from billing.book_rows import Books
from billing.verification.findings import Code
from customers.findings import Finding


def off(*, books: Books) -> Iterator[Finding]:
    """An agreement whose stored due date would let a run pass it by. An earlier one does no harm."""
    stored = books.agreement.next_due_date
    computed = books.next_due_date()
    if computed is not None and (stored is None or stored > computed):
        yield Finding(
            code=Code.DUE_DATE_OFF,
            subject=books.agreement.order_number,
            sentence=f"It has something to bill on {computed}, and is next looked at "
            f"{'never' if stored is None else f'on {stored}'}.",
        )
