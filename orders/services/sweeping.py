"""What every worker does that goes through the waiting rows of a business, one transaction after another."""

from collections.abc import Callable
from contextlib import nullcontext

from django.db import DataError, IntegrityError, transaction

from customers.refusals import CoreRefusal

# What keeps one row from being worked on and no other: it is parked with the reason.
PARKING = (CoreRefusal, ArithmeticError, DataError, IntegrityError)


def to_the_end(step: Callable[[int], int | None], *, dry_run: bool) -> None:
    """Take steps until one finds nothing left. A dry run takes the same steps and keeps nothing.

    A step is a transaction of its own. It is given the key of the last row that the one before it took, 0 at first,
    and answers the key of its own last row, or None when there was none.
    """
    with transaction.atomic() if dry_run else nullcontext():
        last: int | None = 0
        while last is not None:
            last = step(last)
        if dry_run:
            transaction.set_rollback(True)
