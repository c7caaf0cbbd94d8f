"""Until when an offer may be accepted, and what becomes of one that was not."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.db import transaction

from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission
from orders import errors
from orders.commands import Origin
from orders.models import Order
from orders.services import composing, moves, reservations, shipping
from orders.services.sweeping import to_the_end
from orders.states import Action, Status

# Doors whose own rules say when an order lapses, or that sell without making an offer.
NO_OFFERS = frozenset({Origin.ADOBE, *reservations.STORES})


@dataclass(kw_only=True)
class Expired:
    """What a run did: numbers of the offers that lapsed, and of those a part of which is shipped, which stay."""

    as_of: date
    expired: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@transaction.atomic
def set_validity(
    *, order: Order, valid_until_date: date | None, by: Actor, at: datetime, seen_version: int | None = None
) -> Order:
    """Say until when an unsigned offer may be accepted; its version rises, its editor becomes a contributor.

    Raises TransitionNotAllowed, StaleOrder, and RefusedTerms for a day that is over.
    """
    by.require(Permission.DRAFT, business=order.business)
    stored = moves.locked(order, by=by, seen_version=seen_version)
    if not stored.is_editable or stored.origin in NO_OFFERS:
        raise errors.TransitionNotAllowed(
            f"{stored.number} is not an offer that can lapse: it is {moves.state_in_words(stored)}.",
            field="valid_until_date",
        )
    composing.offer_day(day=valid_until_date, business=stored.business, at=at)
    before = moves.state(stored)
    stored.valid_until_date = valid_until_date
    stored.contributor_ids = moves.contributors(stored.contributor_ids, by)
    moves.save_version(stored, at)
    moves.record(stored, "set_validity", by=by, at=at, before=before)
    return stored


def is_over(*, order: Order, on: date) -> bool:
    """Whether an offer has lapsed by a day: its last day is past, and nobody has signed it."""
    return order.valid_until_date is not None and order.signed_at is None and on > order.valid_until_date


def check(*, order: Order, on: date) -> None:
    """Raise OfferExpired for an offer that has lapsed by a day."""
    if is_over(order=order, on=on):
        assert order.valid_until_date is not None
        raise errors.OfferExpired(
            f"{order.number} was valid until {order.valid_until_date:%-d %b %Y}, and nobody signed it by then: "
            "a drafter may set a later day.",
            field="valid_until_date",
        )


def expire_orders(*, business: Business, as_of: date, by: Actor, at: datetime, dry_run: bool = False) -> Expired:
    """Cancel the submitted, unsigned offers whose last day is before a day. Running again expires nothing twice.

    One transaction for each order, in any number of processes; a dry run does the same work and leaves nothing behind.
    """
    by.require(Permission.DRAFT, business=business)
    run = Expired(as_of=as_of)
    to_the_end(partial(_next, business, run, by, at), dry_run=dry_run)
    return run


@transaction.atomic
def _next(business: Business, run: Expired, by: Actor, at: datetime, last: int) -> int | None:
    """Expire the next offer that nobody else holds; its row's key, or None when there is none."""
    lapsed = Order.objects.for_business(business).filter(
        status=Status.SUBMITTED, signed_at=None, valid_until_date__lt=run.as_of, pk__gt=last
    )
    rows = lapsed.select_related("business", "customer").select_for_update(skip_locked=True, of=("self",))
    order = rows.order_by("pk").first()
    if order is None:
        return None
    if shipping.has_shipped(order):
        run.kept.append(order.number)
    else:
        reason = f"The offer was valid until {order.valid_until_date}, and nobody signed it."
        moves.move(order, Action.EXPIRE, by=by, at=at, cancelled_at=at, decision_reason=reason)
        run.expired.append(order.number)
    return order.pk
