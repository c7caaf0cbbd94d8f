"""The workers of licences killed at random moments: every order is completed once, every anniversary settled once.

LICENCE_KILLS (for each worker), ORDERS and SEED in the environment; `make kill-licences` sets them.
"""

import os
import random
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from billing import services as billing_services
from billing.models import Agreement, Invoice
from customers.actors import Actor
from customers.models import Event
from orders import verification
from orders.licensing import completing, placing, subscriptions
from orders.licensing.requests import LineRequest, OrderRequest
from orders.licensing.vocabulary import LicenceOrderType
from orders.models import LicenceAccount, LicenceOrder, Order, Subscription
from tests.api.adobe import programme
from tests.api.adobe.programme import CREATIVE, TEAM
from tests.cast import Company, company
from tests.kill.killing import Killer
from tests.prove import report

KILLS = int(os.environ.get("LICENCE_KILLS", "0"))
ORDERS = int(os.environ.get("ORDERS", "150"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
FEW = 5
SYSTEM = Actor.system()

pytestmark = pytest.mark.skipif(not KILLS, reason="LICENCE_KILLS is not set: make kill-licences")


@pytest.fixture
def shop(transactional_db: None) -> Company:
    acme = company("acme")
    programme.open_programme(acme)
    return acme


def killer_of(shop: Company, command: str, *, order_seconds: float) -> Killer:
    """Kills within the time that a few orders take here, so that some are done and most are not."""
    print(f"SEED={SEED}")  # noqa: T201  # pytest shows it when the test fails
    return Killer(
        business=shop.business,
        as_of=timezone.now().date(),
        command=command,
        moments=random.Random(SEED),
        longest_seconds=FEW * order_seconds,
    )


def buy(shop: Company, account: LicenceAccount, quantity: int, at: datetime, original: str = "") -> Order:
    """An order of two lines that waits, or with an original the return of its first line."""
    lines = (
        LineRequest(number=1, offer=TEAM, quantity=quantity, currency="USD"),
        LineRequest(number=2, offer=f"{CREATIVE}01A12", quantity=1, currency="USD"),
    )
    request = OrderRequest(
        order_type=LicenceOrderType.RETURN if original else LicenceOrderType.NEW,
        lines=lines[:1] if original else lines,
        original=original,
    )
    return placing.place_order(account=account, request=request, by=shop.drafting, at=at)


def complete(shop: Company, at: datetime) -> float:
    """Complete what waits, undisturbed; the seconds that an order took."""
    begun = time.perf_counter()
    done = completing.complete_orders(business=shop.business, as_of=at.date(), by=SYSTEM, at=at)
    return (time.perf_counter() - begun) / len(done.completed)


def bill(shop: Company) -> None:
    now = timezone.now()
    billing_services.run_billing(business=shop.business, as_of=now.date(), by=SYSTEM, at=now)


def check_each_order_is_done_once(shop: Company, orders: int) -> None:
    """One completion, one agreement and one event for each; nothing waits."""
    business = shop.business
    assert LicenceOrder.objects.for_business(business).count() == orders
    assert not Order.objects.for_business(business).filter(approved_at=None).exists()
    assert Agreement.objects.for_business(business).count() == orders
    assert Agreement.objects.for_business(business).values("order_uid").distinct().count() == orders
    done = Event.objects.for_business(business).filter(action__startswith="licence_").values_list("after", flat=True)
    assert set(Counter(event["order"] for event in done).values()) == {1}
    assert len(done) == orders


def test_complete_orders_killed_again_and_again_completes_each_order_once(shop: Company) -> None:
    account, now = programme.customer(shop), timezone.now()
    _, *returned = [buy(shop, account, 2, now) for _ in range(11)]
    order_seconds = complete(shop, now)
    bill(shop)
    for order in returned:
        buy(shop, account, 2, now, original=f"{int(order.number[4:]):010d}")
    waiting = [buy(shop, account, 1 + number % 3, now) for number in range(ORDERS)]
    killer = killer_of(shop, "complete_orders", order_seconds=order_seconds)

    killer.kill(times=KILLS)
    killer.finish(at_once=2)

    assert killer.killed == KILLS
    check_each_order_is_done_once(shop, orders=21 + ORDERS)
    seats, creative = Subscription.objects.for_business(shop.business).order_by("base_code")
    assert seats.quantity == 2 + sum(int(order.lines.order_by("position")[0].qty) for order in waiting)
    assert creative.quantity == 11 + ORDERS
    bill(shop)
    billed = Invoice.objects.for_business(shop.business).aggregate(Sum("total_cents"))["total_cents__sum"]
    assert billed == seats.quantity * 299_99 + creative.quantity * 365_00
    assert list(verification.of_business(business=shop.business)) == []
    told = f"{ORDERS} orders, each done once"
    report.told("kills", "completing licence orders", tried=killer.killed, broken=0, remark=told, seed=SEED)


def test_renew_subscriptions_killed_again_and_again_settles_each_anniversary_once(shop: Company) -> None:
    then = timezone.now() - timedelta(days=370)
    accounts = [programme.customer(shop, f"{10**9 + number}") for number in range(ORDERS // 3)]
    for account in accounts:
        buy(shop, account, 2, then)
    order_seconds = complete(shop, then)
    for row in Subscription.objects.for_business(shop.business).filter(base_code=f"{CREATIVE}A12"):
        subscriptions.change_renewal(
            subscription=row, is_auto_renewed=False, renewal_quantity=None, by=shop.drafting, at=then
        )
    first = set(Subscription.objects.for_business(shop.business).values_list("renewal_date", flat=True))
    killer = killer_of(shop, "renew_subscriptions", order_seconds=order_seconds)

    killer.kill(times=KILLS)
    killer.finish(at_once=2)

    assert killer.killed == KILLS
    check_each_order_is_done_once(shop, orders=2 * len(accounts))
    seats = Subscription.objects.for_business(shop.business).filter(base_code="40000001CAA12")
    assert seats.filter(status="active", quantity=2).exclude(renewal_date__in=first).count() == len(accounts)
    assert seats.count() == len(accounts)
    ended = Subscription.objects.for_business(shop.business).filter(base_code=f"{CREATIVE}A12", status="inactive")
    assert ended.filter(ended_on__in=first).count() == len(accounts)
    ends = Event.objects.for_business(shop.business).filter(action="subscriptions_end")
    assert ends.count() == len(accounts)
    bill(shop)
    billed = Invoice.objects.for_business(shop.business).aggregate(Sum("total_cents"))["total_cents__sum"]
    assert billed == len(accounts) * (2 * 2 * 299_99 + 365_00)
    assert list(verification.of_business(business=shop.business)) == []
    told = f"{len(accounts)} anniversaries, each once"
    report.told("kills", "renewing licences", tried=killer.killed, broken=0, remark=told, seed=SEED)
