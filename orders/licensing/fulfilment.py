"""What completing an order of the programme does: subscriptions open, grow, renew or shrink. Part of its approval."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from billing import services as billing_services
from billing.engine import periods
from billing.models import AgreementLine
from customers import ledger
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import CustomerStatus
from orders import errors
from orders.commands import Origin
from orders.licensing import eligibility, terms
from orders.licensing.vocabulary import LicenceOrderType, Source, SubscriptionStatus
from orders.models import LicenceAccount, LicenceLine, LicenceOrder, Order, Subscription
from orders.services import moves
from orders.states import Action

CODE_BYTES = 15


def fulfil(*, order: Order, by: Actor, at: datetime) -> None:
    """Carry out an order that was just approved, in its transaction; orders of one customer go one by one.

    Raises TransitionNotAllowed for a customer that is no longer active.
    """
    licence = (
        LicenceOrder.objects.for_business(order.business)
        .select_related("order__agreement", "original__order")
        .get(order=order)
    )
    account = _locked(licence.account_id, order)
    if account.customer.status != CustomerStatus.ACTIVE:
        raise errors.TransitionNotAllowed(
            f"Cannot complete {order.number}: {account.customer} is {account.customer.status}.", field="customer"
        )
    lines = _lines(licence)
    today = customer_queries.today(business=order.business, at=at)
    match LicenceOrderType(licence.order_type):
        case LicenceOrderType.NEW:
            _buy(account, order, lines, today, at)
        case LicenceOrderType.RENEWAL:
            _renew(account, licence, lines, today, at)
        case LicenceOrderType.RETURN:
            _give_back(licence, today, by=by, at=at)
    ledger.record(
        subject=account,
        action=f"licence_{licence.order_type.lower()}",
        by=by,
        at=at,
        after={"order": order.number, "coterm_date": account.coterm_date, "licence_level": account.licence_level},
    )


def release(*, order: Order) -> None:
    """Let go of the lines that a return claimed and will not bring back."""
    if order.origin == Origin.ADOBE:
        claimed = LicenceLine.objects.for_business(order.business).filter(returned_by__order=order, returned_at=None)
        claimed.update(returned_by=None)


def _locked(account_id: int, order: Order) -> LicenceAccount:
    """The account behind an order, its row locked until the transaction ends."""
    rows = LicenceAccount.objects.for_business(order.business).select_related("customer", "business")
    return rows.select_for_update(of=("self",)).get(pk=account_id)


def _lines(licence: LicenceOrder) -> list[LicenceLine]:
    rows = LicenceLine.objects.for_business(licence.business).filter(licence_order=licence)
    return list(rows.select_related("line", "offer", "deployment", "subscription").order_by("line__position"))


def _agreement_lines(order: Order) -> dict[int, AgreementLine]:
    """The lines of the order's agreement by their position."""
    rows = AgreementLine.objects.for_business(order.business).filter(agreement=order.agreement)
    return {row.position: row for row in rows}


def _buy(account: LicenceAccount, order: Order, lines: Sequence[LicenceLine], today: date, at: datetime) -> None:
    """Add to what the customer has, or open it; the first order sets the anniversary."""
    account.coterm_date = terms.coterm(account, today=today) or periods.boundary(anchor=today, k=terms.MONTHS_OF_A_TERM)
    active = Subscription.objects.for_business(order.business).filter(account=account, status=SubscriptionStatus.ACTIVE)
    held = {(row.base_code, row.currency, row.deployment_id): row for row in active.select_for_update()}
    billed_by = _agreement_lines(order)
    for line in lines:
        key = (line.offer.base_code, order.currency, line.deployment_id)
        held[key] = _with_more(held[key], line, at) if key in held else _opened(account, order, line, at)
        held[key].agreement_line = billed_by[line.line.position]
        line.subscription = held[key]
    _store_all(order, lines)
    _reach(account, lines, today, at)


def _with_more(held: Subscription, line: LicenceLine, at: datetime) -> Subscription:
    held.quantity += line.quantity
    held.offer, held.updated_at = line.offer, at
    return held


def _opened(account: LicenceAccount, order: Order, line: LicenceLine, at: datetime) -> Subscription:
    assert account.coterm_date is not None
    return Subscription(
        business=order.business,
        code=new_code(),
        account=account,
        offer=line.offer,
        base_code=line.offer.base_code,
        currency=order.currency,
        deployment=line.deployment,
        status=SubscriptionStatus.ACTIVE,
        quantity=line.quantity,
        renewal_date=account.coterm_date,
        created_at=at,
        updated_at=at,
    )


def new_code() -> str:
    """A subscription's id: 30 hexadecimal digits and NA."""
    return f"{secrets.token_hex(CODE_BYTES)}NA"


def _store_all(order: Order, lines: Sequence[LicenceLine]) -> None:
    """Store the subscriptions of these lines and the links to them, in a fixed number of statements."""
    subscriptions = {id(line.subscription): line.subscription for line in lines if line.subscription}.values()
    # Rows that are not stored yet have no key; the stubs do not know that.
    keys: dict[int, int | None] = {id(row): row.pk for row in subscriptions}
    opened = [row for row in subscriptions if keys[id(row)] is None]
    held = [row for row in subscriptions if keys[id(row)] is not None]
    Subscription.objects.bulk_create(opened)
    changed = [
        "offer",
        "quantity",
        "consumed_quantity",
        "status",
        "renewal_date",
        "ended_on",
        "agreement_line",
        "updated_at",
    ]
    known = Subscription.objects.for_business(order.business)
    known.bulk_update(held, changed)
    for line in lines:
        line.subscription = line.subscription  # takes over the id that storing gave
    LicenceLine.objects.for_business(order.business).bulk_update(lines, ["subscription"])


def _renew(
    account: LicenceAccount, licence: LicenceOrder, lines: Sequence[LicenceLine], today: date, at: datetime
) -> None:
    """Give the subscriptions a new term, up to the anniversary that the customer has, or has next."""
    ended = max(line.subscription.renewal_date for line in lines if line.subscription)
    if account.coterm_date is None or account.coterm_date <= ended:
        account.coterm_date = periods.boundary(anchor=ended, k=terms.MONTHS_OF_A_TERM)
    billed_by = _agreement_lines(licence.order)
    for line in lines:
        subscription = line.subscription
        assert subscription is not None
        subscription.status, subscription.ended_on = SubscriptionStatus.ACTIVE, None
        subscription.quantity, subscription.offer, subscription.consumed_quantity = line.quantity, line.offer, 0
        subscription.renewal_date, subscription.updated_at = account.coterm_date, at
        subscription.agreement_line = billed_by[line.line.position]
    _store_all(licence.order, lines)
    _reach(account, lines, today, at, from_scratch=licence.source == Source.SYSTEM)


def _reach(
    account: LicenceAccount, lines: Sequence[LicenceLine], today: date, at: datetime, *, from_scratch: bool = False
) -> None:
    bought = ((line.offer, line.quantity) for line in lines)
    reached = eligibility.reached(account=account, bought=bought, on=today, from_scratch=from_scratch)
    eligibility.raise_levels(account=account, eligible=reached)
    account.updated_at = at
    account.save(update_fields=["coterm_date", "licence_level", "consumable_level", "updated_at"])


def _give_back(licence: LicenceOrder, today: date, *, by: Actor, at: datetime) -> None:
    """Take the lines off their order, their subscription and the bill."""
    original = licence.original
    assert original is not None
    bought = moves.locked(original.order, by=by)
    claimed = LicenceLine.objects.for_business(licence.business).filter(returned_by=licence, returned_at=None)
    rows = list(claimed.select_related("line", "subscription").order_by("id"))
    _shrink(licence, rows, today, at)
    claimed.update(returned_at=at)
    assert bought.agreement is not None
    billing_services.credit_lines(
        agreement=bought.agreement,
        lines=[row.line.position for row in rows],
        returned_on=today,
        reason=f"Returned with {licence.order.number}",
        by=by,
        at=at,
    )
    kept = LicenceLine.objects.for_business(licence.business).filter(licence_order=original, returned_at=None)
    if not kept.exists():
        moves.move(bought, Action.CANCEL, by=by, at=at, cancelled_at=at, decision_reason="Returned")


def _shrink(licence: LicenceOrder, rows: Sequence[LicenceLine], today: date, at: datetime) -> None:
    """Lower what the customer has; a subscription without anything left ends."""
    wanted = {row.subscription_id for row in rows if row.subscription_id is not None}
    held = Subscription.objects.for_business(licence.business).filter(pk__in=wanted).select_for_update()
    by_id = {row.pk: row for row in held}
    for row in rows:
        subscription = by_id[row.subscription_id]  # type: ignore[index]  # a completed line has its subscription
        subscription.quantity = max(0, subscription.quantity - row.quantity)
        subscription.updated_at = at
        if not subscription.quantity and subscription.status == SubscriptionStatus.ACTIVE:
            subscription.status, subscription.ended_on = SubscriptionStatus.INACTIVE, today
    fields = ["quantity", "status", "ended_on", "updated_at"]
    Subscription.objects.for_business(licence.business).bulk_update(list(by_id.values()), fields)
