"""The end of an approved order: its agreement has run its course, or is cancelled."""

from datetime import date, datetime

from django.db import transaction

from billing import services as billing_services
from billing.models import Agreement, AgreementChange
from billing.states import AgreementStatus
from customers.actors import Actor
from customers.permissions import Permission
from orders import errors
from orders.commands import Origin
from orders.models import Order
from orders.services import moves, reservations
from orders.states import Action, Status


@transaction.atomic
def end_order(
    *,
    agreement: Agreement,
    effective_on: date,
    by: Actor,
    at: datetime,
    requested_on: date | None = None,
    reason: str = "",
) -> AgreementChange:
    """Cancel an agreement from a day on, and its order with it (R13).

    Raises ChangeRefused, AgreementNotActive, and TransitionNotAllowed for an order of licences, which is returned.
    """
    change = billing_services.cancel_agreement(
        agreement=agreement, effective_on=effective_on, requested_on=requested_on, reason=reason, by=by, at=at
    )
    order = Order.objects.for_business(agreement.business).select_for_update().get(agreement=agreement)
    if order.origin == Origin.ADOBE:
        raise errors.TransitionNotAllowed(f"{order.number} cannot be cancelled: return its lines.", field="status")
    moves.move(order, Action.CANCEL, by=by, at=at, cancelled_at=at, decision_reason=reason)
    reservations.release(order=order, by=by, at=at)
    return change


@transaction.atomic
def end_if_returned(*, agreement: Agreement, reason: str, by: Actor, at: datetime) -> None:
    """Cancel the order of an agreement that is over because every line of it was credited."""
    order = Order.objects.for_business(agreement.business).select_for_update().get(agreement=agreement)
    over = Agreement.objects.for_business(agreement.business).filter(status=AgreementStatus.TERMINATED)
    if over.filter(pk=agreement.pk).exists():
        moves.move(order, Action.CANCEL, by=by, at=at, cancelled_at=at, decision_reason=reason)
        reservations.release(order=order, by=by, at=at)


@transaction.atomic
def check_completion(*, agreement: Agreement, today: date, by: Actor, at: datetime) -> Agreement:
    """Complete an agreement whose term has passed and that has nothing left to bill, and its order with it.

    The answer is the agreement either way; its status tells the outcome. Asking again changes nothing.
    """
    by.require(Permission.BILL, business=agreement.business)
    checked = billing_services.check_completion(agreement=agreement, today=today, by=by, at=at)
    order = Order.objects.for_business(agreement.business).filter(agreement=agreement, status=Status.APPROVED).first()
    if checked.status == AgreementStatus.COMPLETED and order is not None:
        moves.move(order, Action.COMPLETE, by=by, at=at)
    return checked
