"""A change that is typed, looked at: what it would do and whom it would need, with nothing stored."""

from datetime import datetime

from billing.errors import BillingError
from customers import queries as customer_queries
from customers.actors import Actor
from orders import services
from orders.admin import change_document, change_words
from orders.commands import DraftChangeOrder
from orders.errors import NothingToChange, OrderError
from orders.models import Order
from orders.services import change_composing

WORDS = {
    "effective_on": "The day",
    "line": "A line",
    "qty": "The quantity",
    "unit_price_cents": "The unit price",
    "term_months": "The term",
}


def look(*, order: Order, command: DraftChangeOrder, by: Actor, at: datetime) -> dict[str, object]:
    """What a command would do to an order's agreement, for the fragment below a form; or why it would not fit."""
    assert order.agreement is not None
    try:
        change_order, lines = change_composing.composed(agreement=order.agreement, command=command, by=by, at=at)
    except (OrderError, BillingError) as refusal:
        return {"look_problems": [sentence(refusal)]}
    if prepared := services.prepared_change(agreement=order.agreement):
        change_order.contributor_ids = [*prepared.contributor_ids, *change_order.contributor_ids]
    today = customer_queries.today(business=order.business, at=at)
    effect = change_document.effect_of(change_order=change_order, lines=lines, today=today)
    return {
        "change_order": change_order,
        "rows": list(change_document.rows(lines, effect)),
        "happens": change_words.happens(change_order, lines),
        "look_problems": [effect.refusal] if effect.refusal else [],
        "checks": list(change_document.checks(change_order, lines, effect, today))[1:],
        "forecast": change_document.forecast(change_order, lines, at),
        **change_document.drawn(effect, change_order),
    }


def sentence(refusal: OrderError | BillingError) -> str:
    """A refusal in the words of a form, whose fields the core calls otherwise."""
    if isinstance(refusal, NothingToChange):
        return "Nothing is typed that would change anything."
    name, rest = WORDS.get(refusal.field), refusal.message.removeprefix(refusal.field)
    return f"{name}{rest}" if name and rest != refusal.message else refusal.message
