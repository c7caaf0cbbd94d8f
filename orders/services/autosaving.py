"""Keeping what is typed before it is saved. Nothing of an order changes, so the ledger has no event of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from customers.actors import Actor
from customers.models import Business, StaffMember
from customers.permissions import Permission
from orders import errors
from orders.models import Autosave, Order

LARGEST = 400_000
# For so long after their last keystroke people count as being at a draft.
AT_IT = timedelta(minutes=5)


@transaction.atomic
def keep_typed(
    *,
    business: Business,
    order: Order | None,
    seen_version: int | None,
    typed: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> Autosave:
    """Keep what a person has typed into a draft's form, in place of what was kept before. Raises TooMuchTyped."""
    by.require(Permission.DRAFT, business=business)
    if sum(len(name) + len(said) for name, said in typed.items()) > LARGEST:
        raise errors.TooMuchTyped("This is more than is kept by itself: save the draft.")
    kept = Autosave(
        business=business,
        staff_member=by.staff_member,
        order=order,
        seen_version=seen_version if order else None,
        typed=dict(typed),
        saved_at=at,
    )
    Autosave.objects.bulk_create(
        [kept],
        update_conflicts=True,
        unique_fields=["business", "staff_member", "order"],
        update_fields=["seen_version", "typed", "saved_at"],
    )
    return kept


def forget_typed(*, business: Business, order: Order | None, by: Actor) -> None:
    """Drop what a person has typed into a draft's form: it is saved, or not wanted."""
    by.require(Permission.DRAFT, business=business)
    Autosave.objects.for_business(business).filter(staff_member=by.staff_member, order=order).delete()


def kept(*, business: Business, order: Order | None, member: StaffMember) -> Autosave | None:
    """What a member has typed into a draft's form and not saved."""
    return Autosave.objects.for_business(business).filter(staff_member=member, order=order).first()


def who_else(*, order: Order, member: StaffMember, at: datetime) -> list[str]:
    """Who else is typing into this draft."""
    rows = Autosave.objects.for_business(order.business).filter(order=order, saved_at__gt=at - AT_IT)
    return [str(row.staff_member) for row in rows.exclude(staff_member=member).select_related("staff_member__user")]
