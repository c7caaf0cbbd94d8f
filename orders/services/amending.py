"""Amending an approved order at the desk: a draft beside what is agreed, bound to what was seen, then submitted.

The agreement bills on as it is. Whoever saved the draft once worked on it, and so does not approve it. An agreement has
one open amendment at most, in preparation or waiting: `change_order_one_open_amendment`.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from billing import services as billing_services
from billing.engine.terms import TermsRefused
from billing.errors import BillingError
from billing.models import Agreement, AgreementChange
from customers import queries as customer_queries
from customers.actors import Actor
from customers.permissions import Permission
from customers.tenancy import TenantQuerySet
from orders import change_order_queries, change_terms, errors
from orders.commands import DraftChangeOrder, Origin
from orders.models import ChangeOrder, ChangeOrderLine, Order
from orders.services import change_composing, change_orders
from orders.states import CHANGE_ORDER_TRANSITIONS, ChangeOrderAction, ChangeOrderStatus, Status

# The doors whose orders are amended at the desk; the others have published ways of their own.
AMENDED_HERE = frozenset({Origin.STAFF, Origin.DAYZERO})


def seen_state(*, agreement: Agreement) -> str:
    """What an amendment is bound to: whether the agreement runs, and the last thing that was agreed of it."""
    changes = AgreementChange.objects.for_business(agreement.business).filter(agreement=agreement)
    last: int = changes.aggregate(last=Max("number"))["last"] or 0
    return f"{agreement.status}.{last}"


def waiting_change(*, agreement: Agreement) -> ChangeOrder | None:
    """The change of an agreement that is to be decided before another one is submitted here."""
    rows = ChangeOrder.objects.for_business(agreement.business).filter(agreement=agreement)
    return rows.filter(status=ChangeOrderStatus.DRAFT).select_related("agreement").order_by("id").first()


def prepared_change(*, agreement: Agreement) -> ChangeOrder | None:
    """The amendment of an agreement that is being prepared, with its lines."""
    return _prepared(agreement).first()


def is_amendable(order: Order) -> bool:
    return order.status == Status.APPROVED and order.agreement is not None and order.origin in AMENDED_HERE


@transaction.atomic
def save_amendment(
    *, order: Order, command: DraftChangeOrder, seen: str, version: int | None, by: Actor, at: datetime
) -> ChangeOrder:
    """Keep an amendment as a draft beside what is agreed, whether or not it could be submitted as it is.

    `seen` is the `seen_state` that was on the page, `version` that of the draft which was, None where there was none.
    Its value is what its lines come to, nothing while they do not fit. Raises TransitionNotAllowed, AgreementNotActive,
    StaleOrder when something was agreed or the draft was saved since, AmendmentWaiting while an amendment waits, and
    UnknownOrderLine, UnknownItem, TooManyLines, RefusedTerms.
    """
    by.require(Permission.DRAFT, business=order.business)
    agreement = _open_agreement(order, seen)
    stored = _stored(agreement, version)
    if stored is not None and stored.purpose != command.purpose:
        raise errors.StaleOrder(f"{stored} is being prepared, and it is to {stored.purpose}.", field="version")
    if stored is None:
        if (other := waiting_change(agreement=agreement)) and other.version is not None:
            raise errors.AmendmentWaiting(f"{other} is to be decided first: an agreement has one amendment at a time.")
        stored, action = change_composing.begun(agreement=agreement, command=command, by=by, at=at), "create"
        stored.status, stored.version = ChangeOrderStatus.PREPARING, 1
        lines = change_composing.lines_of(change_order=stored, command=command)
    else:
        action = "save"
        change_composing.say(change_order=stored, command=command, at=at)
        stored.version = (stored.version or 0) + 1
        lines = change_composing.lines_of(change_order=stored, command=command, stored=list(stored.lines.all()))
    _add_hand(stored, by)
    stored.value_delta_cents = _worth_so_far(stored, lines)
    _store(stored, lines)
    told = list(map(change_terms.line_document, lines))
    change_orders.record(
        change_order=stored,
        action=action,
        by=by,
        at=at,
        lines=told,
        version=stored.version,
        contributor_ids=stored.contributor_ids,
    )
    return stored


@transaction.atomic
def submit_amendment(*, change_order: ChangeOrder, version: int, by: Actor, at: datetime) -> ChangeOrder:
    """Submit the version of an amendment that was seen; from then on it never changes, and is a request of today.

    Raises StaleOrder, AmendmentWaiting while another change is to be decided, AgreementNotActive, NothingToChange,
    RefusedTerms, and billing's ChangeRefused when the change does not fit the agreement.
    """
    by.require(Permission.SUBMIT, business=change_order.business)
    agreement = change_orders.locked_agreement(change_order.agreement)
    stored = _stored(agreement, version)
    if stored is None or stored.pk != change_order.pk:
        raise errors.StaleOrder(f"{change_order} was submitted or discarded since you looked.", field="version")
    billing_services.check_open(agreement=agreement)
    if other := waiting_change(agreement=agreement):
        raise errors.AmendmentWaiting(f"{other} is to be decided first: two changes would not know of each other.")
    lines = list(stored.lines.all())
    if change_composing.worth(stored, lines) != stored.value_delta_cents:
        raise errors.StaleOrder(f"What is agreed has changed since {stored} was saved: save it again.", field="seen")
    _add_hand(stored, by)
    stored.requested_date = customer_queries.today(business=stored.business, at=at)
    stored.terms_sha256 = change_terms.sha256(change_order=stored, lines=lines)
    stored.save()
    return _move(stored, ChangeOrderAction.SUBMIT, by, at)


@transaction.atomic
def amend_order(
    *, order: Order, command: DraftChangeOrder, seen: str, by: Actor, at: datetime, version: int | None = None
) -> ChangeOrder:
    """Save an amendment and submit it in one go; of two people one goes first. Raises what the two of them raise."""
    saved = save_amendment(order=order, command=command, seen=seen, version=version, by=by, at=at)
    return submit_amendment(change_order=saved, version=saved.version or 0, by=by, at=at)


@transaction.atomic
def discard_amendment(*, change_order: ChangeOrder, version: int, by: Actor, at: datetime) -> ChangeOrder:
    """Give an amendment up while it is prepared; what it said stays on record. Raises StaleOrder."""
    by.require(Permission.DRAFT, business=change_order.business)
    change_order.version = version
    return _move(change_order, ChangeOrderAction.DISCARD, by, at)


def _prepared(agreement: Agreement) -> TenantQuerySet[ChangeOrder]:
    rows = change_order_queries.change_orders(business=agreement.business)
    return rows.filter(agreement=agreement, status=ChangeOrderStatus.PREPARING)


def _open_agreement(order: Order, seen: str) -> Agreement:
    if order.agreement is None or not is_amendable(order):
        raise errors.TransitionNotAllowed(
            f"Only an approved order is amended here: {order.number} is {order.status}, and came through "
            f"{order.origin}.",
            field="status",
        )
    agreement = change_orders.locked_agreement(order.agreement)
    if seen_state(agreement=agreement) != seen:
        raise errors.StaleOrder(f"Something was agreed of {order.number} since you looked.", field="seen")
    billing_services.check_open(agreement=agreement)
    return agreement


def _stored(agreement: Agreement, version: int | None) -> ChangeOrder | None:
    """The draft that was seen, its agreement locked. Raises StaleOrder when it is another one by now."""
    stored = _prepared(agreement).select_for_update(of=("self",)).first()
    if (stored and stored.version) == version:
        return stored
    if stored is None:
        raise errors.StaleOrder("This amendment was submitted or discarded since you looked.", field="version")
    said = f"version {stored.version} of it was saved" if version else f"{stored} was begun"
    raise errors.StaleOrder(f"While you typed, {said} by somebody else.", field="version")


def _add_hand(change_order: ChangeOrder, by: Actor) -> None:
    if by.staff_member and by.staff_member.pk not in change_order.contributor_ids:
        change_order.contributor_ids = [*change_order.contributor_ids, by.staff_member.pk]


def _worth_so_far(change_order: ChangeOrder, lines: list[ChangeOrderLine]) -> int:
    try:
        return change_composing.worth(change_order, lines)
    except (errors.NothingToChange, errors.RefusedTerms, BillingError, TermsRefused):
        return 0


def _store(change_order: ChangeOrder, lines: list[ChangeOrderLine]) -> None:
    change_order.terms_sha256 = change_terms.sha256(change_order=change_order, lines=lines)
    ChangeOrderLine.objects.for_business(change_order.business).filter(change_order_id=change_order.pk).delete()
    change_order.save()
    for line in lines:
        line.change_order = change_order
    ChangeOrderLine.objects.bulk_create(lines)


def _move(change_order: ChangeOrder, action: ChangeOrderAction, by: Actor, at: datetime) -> ChangeOrder:
    """Move the version that was seen out of its preparation; a second hand finds no row to move."""
    status = CHANGE_ORDER_TRANSITIONS[ChangeOrderStatus.PREPARING, action]
    rows = ChangeOrder.objects.for_business(change_order.business).filter(
        pk=change_order.pk, status=ChangeOrderStatus.PREPARING, version=change_order.version
    )
    if rows.update(status=status, updated_at=at) != 1:
        raise errors.StaleOrder(f"{change_order} was saved, submitted or discarded since you looked.", field="version")
    change_order.refresh_from_db()
    hands = change_order.contributor_ids
    change_orders.record(change_order=change_order, action=action, by=by, at=at, contributor_ids=hands)
    return change_order
