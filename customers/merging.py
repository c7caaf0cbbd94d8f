"""Two customers who turn out to be one: what a customer's own rows do. Orders join in `orders/services/merging.py`."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.core.serializers.json import DjangoJSONEncoder

from customers import ledger, legal
from customers.actors import Actor
from customers.models import Address, Business, Customer, CustomerCode, CustomerMerge, CustomerStatus, Project
from customers.tenancy import TenantQuerySet

UNDO_FOR = timedelta(days=30)
FIELDS = ("name", "legal_name", "tax_id", "email", "phone", "timezone", "net_days")
Moved = dict[str, list[int]]
Rows: TypeAlias = TenantQuerySet[Any]
# The rows that name a customer, by kind, and the field that does.
KINDS: dict[str, tuple[type[Any], str]] = {
    "projects": (Project, "customer"),
    "addresses": (Address, "customer"),
    "codes": (CustomerCode, "customer"),
    "customers": (Customer, "merged_into"),
}


class MergeRefused(ValueError):
    """These two are not made one, or not parted again; the message says why."""

    code = "merge_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Who survives, and who becomes part of it."""

    survivor: Customer
    merged: Customer

    @property
    def sha256(self) -> str:
        """A hash of what both say, so that a merge is of the two that were seen."""
        said = [[customer.pk, customer.status, *values(customer).values()] for customer in (self.survivor, self.merged)]
        return hashlib.sha256(json.dumps(said, cls=DjangoJSONEncoder).encode()).hexdigest()


def values(customer: Customer) -> dict[str, object]:
    """The fields among which a merge chooses."""
    return {name: getattr(customer, name) for name in FIELDS}


def pair(*, business: Business, survivor: int, merged: int, lock: bool = False) -> Pair:
    """Two customers of one business who can be made one; locked in one order for everybody, if asked.

    Raises MergeRefused for one customer twice, a stranger's, and one that is merged already.
    """
    if survivor == merged:
        raise MergeRefused("A customer cannot be merged into itself.")
    rows = Customer.objects.for_business(business).filter(pk__in=(survivor, merged)).order_by("pk")
    found = {row.pk: row for row in (rows.select_for_update(no_key=True) if lock else rows)}
    if len(found) != 2:
        raise MergeRefused("Both must be customers of this business.")
    for row in found.values():
        if row.merged_into_id is not None:
            raise MergeRefused(f"{row} is merged into another customer already.")
    return Pair(survivor=found[survivor], merged=found[merged])


def movable(*, of: Pair) -> Mapping[str, Rows]:
    """A customer's own rows that go over to the survivor, by kind."""
    business, merged = of.survivor.business, of.merged
    taken = Address.objects.for_business(business).filter(customer=of.survivor).exclude(reference="")
    addresses = Address.objects.for_business(business).filter(customer=merged)
    return {
        "projects": Project.objects.for_business(business).filter(customer=merged),
        # The survivor keeps its own address under a reference that both have.
        "addresses": addresses.exclude(reference__in=taken.values("reference")),
        "codes": CustomerCode.objects.for_business(business).filter(customer=merged),
        "customers": Customer.objects.for_business(business).filter(merged_into=merged),
    }


def move(*, of: Pair) -> Moved:
    """Give the survivor the other's projects, addresses and codes, and who was merged into it; as ids, by kind."""
    return {kind: _give(rows, kind, to=of.survivor) for kind, rows in movable(of=of).items()}


def _give(rows: Rows, kind: str, *, to: Customer) -> list[int]:
    """Hand rows over to a customer; which ones those were."""
    ids = sorted(rows.values_list("pk", flat=True))
    model, field = KINDS[kind]
    model.objects.for_business(to.business).filter(pk__in=ids).update(**{field: to})
    return ids


def seal(*, of: Pair, take: Collection[str], moved: Moved, by: Actor, at: datetime) -> CustomerMerge:
    """Write the chosen fields, leave the other as a sign that points at the survivor, and keep how to undo it.

    `take` names the fields that the survivor takes from the other.
    """
    survivor, merged = of.survivor, of.merged
    chosen = {name: getattr(merged, name) for name in FIELDS if name in take}
    before = {name: getattr(survivor, name) for name in chosen}
    for name, value in chosen.items():
        setattr(survivor, name, value)
    survivor.updated_at = at
    survivor.save(update_fields=[*chosen, "updated_at"])
    legal.note_buyer(customer=survivor, at=at)
    merge = CustomerMerge.objects.create(
        business=survivor.business,
        survivor=survivor,
        merged=merged,
        merged_status=merged.status,
        before=before,
        after=chosen,
        moved=moved,
        merged_by=by.staff_member,
        merged_at=at,
        undo_until=at + UNDO_FOR,
    )
    merged.status, merged.merged_into, merged.updated_at = CustomerStatus.INACTIVE, survivor, at
    merged.save(update_fields=["status", "merged_into", "updated_at"])
    counts = {kind: len(rows) for kind, rows in moved.items() if rows}
    said = {"merged": f"{merged} (#{merged.pk})", "moved": counts}
    _record(survivor, "merge", by=by, at=at, before=before, after={**chosen, **said})
    _record(merged, "merge_into", by=by, at=at, after={"survivor": f"{survivor} (#{survivor.pk})", "moved": counts})
    return merge


def standing(*, business: Business, merge: int, at: datetime) -> CustomerMerge:
    """A merge that can be undone, with both customers, all three rows locked. Raises MergeRefused."""
    found = CustomerMerge.objects.for_business(business).filter(pk=merge).first()
    if found is None:
        raise MergeRefused("There is no such merge.")
    rows = Customer.objects.for_business(business).filter(pk__in=(found.survivor_id, found.merged_id)).order_by("pk")
    customers = {row.pk: row for row in rows.select_for_update(no_key=True)}
    found = CustomerMerge.objects.for_business(business).select_for_update(no_key=True).get(pk=merge)
    found.survivor, found.merged = customers[found.survivor_id], customers[found.merged_id]
    if found.undone_at is not None:
        raise MergeRefused("This merge has already been undone.")
    if at > found.undo_until:
        raise MergeRefused(f"A merge can be undone within {UNDO_FOR.days} days; they are over.")
    if found.survivor.merged_into_id is not None:
        raise MergeRefused(f"{found.survivor} was merged on into another customer: undo that first.")
    return found


def restore(*, merge: CustomerMerge, by: Actor, at: datetime) -> Moved:
    """Part the two again: rows that are still the survivor's go back, fields that were not changed since too.

    The answer is what went back, by kind.
    """
    merged = merge.merged
    merged.status, merged.merged_into, merged.updated_at = merge.merged_status, None, at
    merged.save(update_fields=["status", "merged_into", "updated_at"])
    back = {kind: _give(_still(merge, kind), kind, to=merged) for kind in KINDS}
    _restore_fields(merge, by, at, back)
    merge.undone_at, merge.undone_by = at, by.staff_member
    merge.save(update_fields=["undone_at", "undone_by"])
    return back


def _still(merge: CustomerMerge, kind: str) -> Rows:
    """The rows that a merge moved, and that are the survivor's to this day."""
    model, field = KINDS[kind]
    rows: Rows = model.objects.for_business(merge.business).filter(**{field: merge.survivor})
    return rows.filter(pk__in=merge.moved.get(kind, ()))


def _restore_fields(merge: CustomerMerge, by: Actor, at: datetime, back: Moved) -> None:
    survivor = merge.survivor
    untouched = [name for name, value in merge.after.items() if getattr(survivor, name) == value]
    before = {name: getattr(survivor, name) for name in untouched}
    for name in untouched:
        setattr(survivor, name, merge.before[name])
    survivor.updated_at = at
    survivor.save(update_fields=[*untouched, "updated_at"])
    legal.note_buyer(customer=survivor, at=at)
    counts = {kind: len(rows) for kind, rows in back.items() if rows}
    after = {name: merge.before[name] for name in untouched}
    said = {"parted": f"{merge.merged} (#{merge.merged_id})", "moved": counts}
    _record(survivor, "undo_merge", by=by, at=at, before=before, after={**after, **said})
    _record(
        merge.merged, "undo_merge", by=by, at=at, after={"survivor": f"{survivor} (#{survivor.pk})", "moved": counts}
    )


def _record(
    customer: Customer, action: str, *, by: Actor, at: datetime, after: ledger.State, before: ledger.State | None = None
) -> None:
    ledger.record(subject=customer, action=action, by=by, at=at, before=before, after=after)
