"""What people say of an order: kept in the ledger, which nothing edits."""

from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission
from orders import errors
from orders.models import Order

LONGEST = 2_000


@transaction.atomic
def comment(*, order: Order, text: str, by: Actor, at: datetime) -> None:
    """Leave a remark on an order, whatever its state; no term changes and no version rises. Raises CommentRefused."""
    by.require(Permission.READ, business=order.business)
    said = text.replace("\0", "").strip()
    if not said or len(said) > LONGEST:
        raise errors.CommentRefused(f"A comment has from 1 to {LONGEST} characters.", field="comment")
    ledger.record(business=order.business, subject=order, action="comment", by=by, at=at, after={"comment": said})
