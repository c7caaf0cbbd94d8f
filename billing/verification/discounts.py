"""The contract discount: each committed period has its share, never more is given than signed, at the end all (R7)."""

from collections.abc import Iterator, Mapping

from billing.book_rows import Books
from billing.engine.terms import Rule
from billing.verification import recount
from billing.verification.findings import Code
from billing.verification.recount import Key, Owed
from customers.findings import Finding


def off(*, books: Books, owed: Mapping[Key, Owed]) -> Iterator[Finding]:
    """Shares that are not those of the signed schedule, and a discount not given to the cent.

    A change after the approval moves or lapses shares: then the targets prove what is left of them, net.
    """
    if books.changes:
        return
    yield from _shares(books, owed)
    given_cents, signed_cents = sum(row.discount_cents for row in books.booked), books.agreement.discount_cents
    if given_cents > signed_cents:
        yield _finding(books, Code.DISCOUNT_EXCEEDED, f"The discount given is {given_cents}, signed is {signed_cents}.")
    elif given_cents < signed_cents and _is_done(books):
        yield _finding(
            books,
            Code.DISCOUNT_NOT_GIVEN,
            f"All is billed, the discount given is {given_cents}, signed is {signed_cents}.",
        )


def _shares(books: Books, owed: Mapping[Key, Owed]) -> Iterator[Finding]:
    """A line that is billed in arrears earns its share as it delivers, in whatever order; only its sum is fixed."""
    committed = {line.position for line in books.terms.lines if not line.in_arrears}
    for key, (_, discount_cents) in sorted(recount.booked(books=books).items()):
        if key[0] in committed and key in owed and discount_cents != owed[key].discount_cents:
            yield _finding(
                books,
                Code.DISCOUNT_OFF_SHARE,
                f"Period {key[1] + 1} of line {key[0] + 1} has a discount of {discount_cents}, "
                f"its share is {owed[key].discount_cents}.",
            )


def _is_done(books: Books) -> bool:
    """Nothing is left to come, and every ordered unit is delivered."""
    units = (line for line in books.lines if line.billing_rule == Rule.PER_UNIT)
    return books.agreement.next_due_date is None and all(line.delivered_qty == line.qty for line in units)


def _finding(books: Books, code: Code, sentence: str) -> Finding:
    return Finding(code=code, subject=books.agreement.order_number, sentence=sentence)
