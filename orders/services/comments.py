"""What people say of an order: kept in the ledger, which nothing edits."""

from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from orders import errors
from orders.models import Order
from orders.services import mentions, questions

LONGEST = 2_000


@transaction.atomic
def comment(*, order: Order, text: str, by: Actor, at: datetime, line: int | None = None) -> None:
    """Leave a remark on an order or one of its lines, by its position, whatever its state.

    No term changes and no version rises; whoever is named by `@username` finds it on their desk. Raises CommentRefused,
    OnlyReads, and QuestionRefused without such a line.
    """
    questions.check_part(order=order, by=by)
    said = text.replace("\0", "").strip()
    if not said or len(said) > LONGEST:
        raise errors.CommentRefused(f"A comment has from 1 to {LONGEST} characters.", field="comment")
    anchor = questions.line_at(order=order, position=line)
    place = {"line_uid": anchor.uid, "line_words": questions.words_of(anchor)} if anchor else {}
    people = mentions.mentioned(business=order.business, text=said, by=by)
    named = {"mentions": [person.user.get_username() for person in people]} if people else {}
    after = {"comment": said, **place, **named}
    event = ledger.event(subject=order, action="comment", by=by, at=at, after=after)
    event.save(force_insert=True)
    mentions.keep(order=order, event=event, text=said, people=people, by=by, at=at)
