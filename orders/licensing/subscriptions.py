"""What a customer decides about its subscriptions: whether and how many renew, and what begins with the next term."""

from datetime import date, datetime, timedelta

from django.db import transaction

from catalog import offer_queries
from catalog.models import LicenceOffer, OfferType
from customers import currencies, ledger
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import Address
from customers.permissions import Permission
from orders.errors import OrderError
from orders.licensing import fulfilment, limits, programmes, queries
from orders.licensing.refusals import LicensingRefused, Refusal
from orders.licensing.vocabulary import SubscriptionStatus
from orders.models import LicenceAccount, Subscription


@transaction.atomic
def change_renewal(
    *,
    subscription: Subscription,
    is_auto_renewed: bool | None,
    renewal_quantity: int | None,
    by: Actor,
    at: datetime,
) -> Subscription:
    """Turn automatic renewal on or off, or fix how many renew; None leaves either as it is.

    Raises LicensingRefused: only an active subscription is changed, and what was turned off renews nothing.
    """
    by.require(Permission.DRAFT, business=subscription.business)
    rows = Subscription.objects.for_business(subscription.business).select_for_update(of=("self",))
    stored = rows.select_related("offer", "deployment", "account").get(pk=subscription.pk)
    if stored.status != SubscriptionStatus.ACTIVE:
        raise LicensingRefused(Refusal.SUBSCRIPTION_INACTIVE)
    goes_on = stored.is_auto_renewed if is_auto_renewed is None else is_auto_renewed
    if renewal_quantity is not None and not goes_on:
        raise LicensingRefused(Refusal.INVALID_RENEWAL)
    if renewal_quantity is not None and not 1 <= renewal_quantity <= stored.offer.most_per_line:
        raise LicensingRefused(Refusal.RENEWAL_QUANTITY)
    before = {"is_auto_renewed": stored.is_auto_renewed, "renewal_quantity": stored.renewal_quantity}
    stored.is_auto_renewed = goes_on
    # What no longer renews has no quantity to renew with.
    stored.renewal_quantity = (renewal_quantity or stored.renewal_quantity) if goes_on else None
    stored.updated_at = at
    stored.save(update_fields=["is_auto_renewed", "renewal_quantity", "updated_at"])
    _record(stored, "change_renewal", before, by, at)
    return stored


class ConsumptionRefused(OrderError):
    """Only consumables are used up, no more than there are, and none that wait to come back."""

    code = "consumption_refused"


@transaction.atomic
def record_consumption(*, subscription: Subscription, consumed_quantity: int, by: Actor, at: datetime) -> Subscription:
    """Say how many units of a consumable are used up in this term; they can no longer be returned.

    Raises ConsumptionRefused.
    """
    by.require(Permission.DRAFT, business=subscription.business)
    # Before the subscription, as whoever returns or completes does.
    accounts = LicenceAccount.objects.for_business(subscription.business).select_for_update()
    account = accounts.get(pk=subscription.account_id)
    rows = Subscription.objects.for_business(subscription.business).select_for_update(of=("self",))
    stored = rows.select_related("offer").get(pk=subscription.pk)
    most = most_consumed(subscription=stored, coming_back=queries.coming_back(account=account)[stored.pk])
    if not 0 <= consumed_quantity <= most:
        raise ConsumptionRefused(f"At most {most} of {stored.offer} can be used up.", field="consumed_quantity")
    before = {"consumed_quantity": stored.consumed_quantity}
    stored.consumed_quantity, stored.updated_at = consumed_quantity, at
    stored.save(update_fields=["consumed_quantity", "updated_at"])
    after = {"consumed_quantity": consumed_quantity}
    ledger.record(subject=stored, action="record_consumption", by=by, at=at, before=before, after=after)
    return stored


def most_consumed(*, subscription: Subscription, coming_back: int) -> int:
    """How many units can be used up at most while so many wait to come back; none of what is no consumable."""
    is_consumable = subscription.offer.offer_type == OfferType.CONSUMABLES
    return max(0, subscription.quantity - coming_back) if is_consumable else 0


@transaction.atomic
def schedule(
    *,
    account: LicenceAccount,
    offer: str,
    renewal_quantity: int,
    currency: str,
    deployment: Address | None,
    by: Actor,
    at: datetime,
) -> Subscription:
    """Add a product that begins with the next term, within the published days before the anniversary.

    Raises LicensingRefused.
    """
    by.require(Permission.DRAFT, business=account.business)
    today = customer_queries.today(business=account.business, at=at)
    sold = _offer(account, offer, renewal_quantity, currency, today)
    _check_deployment(account, deployment)
    coterm = _coming_anniversary(account, today)
    stored = LicenceAccount.objects.for_business(account.business).select_for_update().get(pk=account.pk)
    subscription = Subscription(
        business=account.business,
        code=fulfilment.new_code(),
        account=stored,
        offer=sold,
        base_code=sold.base_code,
        currency=currency,
        deployment=deployment,
        status=SubscriptionStatus.SCHEDULED,
        quantity=0,
        renewal_quantity=renewal_quantity,
        renewal_date=coterm,
        created_at=at,
        updated_at=at,
    )
    _refuse_twice(subscription)
    subscription.save(force_insert=True)
    _record(subscription, "schedule", {}, by, at)
    return subscription


def _offer(account: LicenceAccount, code: str, quantity: int, currency: str, today: date) -> LicenceOffer:
    known = offer_queries.offers_by_code(business=account.business, codes=[code], on=today)
    if code not in known or not currencies.is_known(currency):
        raise LicensingRefused(
            Refusal.UNKNOWN_OFFER if code not in known else Refusal.INVALID_FIELD, fields=["currencyCode"]
        )
    if not 1 <= quantity <= known[code].most_per_line:
        raise LicensingRefused(Refusal.RENEWAL_QUANTITY)
    return known[code]


def _coming_anniversary(account: LicenceAccount, today: date) -> date:
    first, last = (timedelta(days=days) for days in limits.SCHEDULING_DAYS)
    coterm = account.coterm_date
    if coterm is None or not coterm - first <= today <= coterm - last:
        raise LicensingRefused(Refusal.OUTSIDE_RENEWAL_WINDOW)
    return coterm


def _check_deployment(account: LicenceAccount, deployment: Address | None) -> None:
    """What is bought abroad by an order may begin there with the next term."""
    if deployment is None:
        return
    programme = programmes.programme_of(business=account.business)
    programmes.check_global_sales(account=account, programme=programme)
    if deployment.attributes.get("is_closed"):
        raise LicensingRefused(Refusal.DEPLOYMENT_NOT_ALLOWED)


def _refuse_twice(subscription: Subscription) -> None:
    """What the customer has, or has scheduled already, renews by itself. The account's row is locked."""
    same = Subscription.objects.for_business(subscription.business).filter(
        account=subscription.account,
        base_code=subscription.base_code,
        currency=subscription.currency,
        deployment=subscription.deployment,
    )
    if same.exclude(status=SubscriptionStatus.INACTIVE).exists():
        raise LicensingRefused(Refusal.INVALID_RENEWAL)


def _record(stored: Subscription, action: str, before: ledger.State, by: Actor, at: datetime) -> None:
    after = {"is_auto_renewed": stored.is_auto_renewed, "renewal_quantity": stored.renewal_quantity}
    ledger.record(subject=stored, action=action, by=by, at=at, before=before, after=after)
