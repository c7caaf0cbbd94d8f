"""Making two customers one, and parting them again: drafts go over, whatever was signed stays as it was signed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from billing.models import Agreement, Invoice
from customers import merging
from customers.actors import Actor
from customers.merging import MergeRefused, Moved, Pair
from customers.models import Business, Customer, CustomerMerge
from customers.permissions import Permission
from customers.tenancy import TenantQuerySet
from orders import errors
from orders.commands import Origin, UpdateOrder
from orders.models import LicenceAccount, Order
from orders.services import drafting
from orders.states import Status

# Drafts of the other doors are carts and programmes of their own, and keep whom they were opened for.
MOVING = (Origin.STAFF, Origin.DAYZERO)
MOST_DRAFTS = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a merge would do: how many rows of each kind go over, and how many stay as they were signed."""

    pair: Pair
    moves: Mapping[str, int]
    stays: Mapping[str, int]


def plan_merge(*, business: Business, survivor: int, merged: int) -> Plan:
    """What a merge would do, without doing it. Raises MergeRefused."""
    pair = merging.pair(business=business, survivor=survivor, merged=merged)
    _check_programmes(pair)
    orders = Order.objects.for_business(business).filter(customer=pair.merged)
    drafts = _drafts(pair.merged)
    return Plan(
        pair=pair,
        moves={
            **{kind: rows.count() for kind, rows in merging.movable(of=pair).items()},
            "drafts": drafts.count(),
            "licence accounts": LicenceAccount.objects.for_business(business).filter(customer=pair.merged).count(),
        },
        stays={
            "orders": orders.exclude(pk__in=drafts.values("pk")).count(),
            "agreements": Agreement.objects.for_business(business).filter(customer=pair.merged).count(),
            "invoices": Invoice.objects.for_business(business).filter(customer=pair.merged).count(),
        },
    )


@transaction.atomic
def merge_customers(
    *,
    business: Business,
    survivor: int,
    merged: int,
    take: Collection[str],
    by: Actor,
    at: datetime,
    seen_sha256: str | None = None,
) -> CustomerMerge:
    """Make two customers of a business one. `take` names the fields that the survivor takes from the other.

    Projects, addresses, codes and drafts go over; signed orders, agreements, invoices and payments stay as they are.
    Whoever merges worked on the drafts that go over. Raises MergeRefused, also when either is not as it was seen.
    """
    by.require(Permission.DRAFT, business=business)
    pair = merging.pair(business=business, survivor=survivor, merged=merged, lock=True)
    if seen_sha256 is not None and pair.sha256 != seen_sha256:
        raise MergeRefused("One of the two was changed since you looked: look again.")
    _check_programmes(pair)
    drafts = list(_drafts(pair.merged)[: MOST_DRAFTS + 1])
    if len(drafts) > MOST_DRAFTS:
        raise MergeRefused(f"{pair.merged} has more than {MOST_DRAFTS} drafts: cancel or submit some first.")
    moved: Moved = merging.move(of=pair)
    moved["drafts"] = [order.pk for order in drafts if _hand_over(order, pair.survivor, by, at)]
    accounts = LicenceAccount.objects.for_business(business).filter(customer=pair.merged)
    moved["licence accounts"] = list(accounts.values_list("pk", flat=True))
    accounts.update(customer=pair.survivor)
    return merging.seal(of=pair, take=take, moved=moved, by=by, at=at)


@transaction.atomic
def undo_merge(*, business: Business, merge: int, by: Actor, at: datetime) -> CustomerMerge:
    """Part two customers again within thirty days. Drafts that were submitted since stay with the survivor.

    Raises MergeRefused.
    """
    by.require(Permission.DRAFT, business=business)
    stored = merging.standing(business=business, merge=merge, at=at)
    merging.restore(merge=stored, by=by, at=at)
    mine = Order.objects.for_business(business).filter(customer=stored.survivor, status=Status.DRAFT)
    for order in mine.filter(pk__in=stored.moved.get("drafts", ())).order_by("pk"):
        _hand_over(order, stored.merged, by, at)
    accounts = LicenceAccount.objects.for_business(business).filter(customer=stored.survivor)
    accounts.filter(pk__in=stored.moved.get("licence accounts", ())).update(customer=stored.merged)
    return stored


def merges_of(*, customer: Customer) -> TenantQuerySet[CustomerMerge]:
    """The merges into a customer that stand, newest first."""
    rows = CustomerMerge.objects.for_business(customer.business).filter(survivor=customer, undone_at=None)
    return rows.select_related("merged", "merged_by__user").order_by("-id")


def _drafts(customer: Customer) -> TenantQuerySet[Order]:
    rows = Order.objects.for_business(customer.business).filter(
        customer=customer, status=Status.DRAFT, origin__in=MOVING
    )
    return rows.select_related("business", "customer").order_by("pk")


def _hand_over(order: Order, to: Customer, by: Actor, at: datetime) -> bool:
    """Whether a draft is of another customer now; not one that was submitted meanwhile, or whose project says no."""
    try:
        with transaction.atomic():
            stored = Order.objects.for_business(order.business).select_for_update().get(pk=order.pk)
            if stored.status != Status.DRAFT:
                return False
            drafting.update_order(order=stored, changes=UpdateOrder(customer=str(to.uid)), by=by, at=at)
    except errors.ProjectOfAnotherCustomer:
        return False
    return True


def _check_programmes(pair: Pair) -> None:
    accounts = LicenceAccount.objects.for_business(pair.survivor.business)
    if accounts.filter(customer__in=(pair.survivor, pair.merged)).count() > 1:
        raise MergeRefused("Both have an account in the licence programme, and a customer has one only.")
    waiting = Order.objects.for_business(pair.merged.business).filter(customer=pair.merged, status=Status.SUBMITTED)
    if waiting.filter(origin=Origin.ADOBE).exists():
        raise MergeRefused(f"{pair.merged} has licence orders that wait: complete or cancel them first.")
