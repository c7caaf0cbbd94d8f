"""Keeping what is typed before it is saved. Nothing of an order changes, so the ledger has no event of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from customers.actors import Actor
from customers.models import Business, StaffMember
from customers.permissions import Permission
from orders import errors
from orders.models import Autosave, Order

LARGEST = 400_000
# For so long after their last keystroke people count as typing, and after the last sign of their page as looking.
AT_IT = timedelta(minutes=5)
LOOKING = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Others:
    """Who else is at a draft: who types into it, and who only has it open."""

    typing: tuple[str, ...] = ()
    looking: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Blank where nobody is."""
        parts = (
            f"{_names(self.typing)} typing into this draft as well. What both of you save is merged."
            if self.typing
            else "",
            f"{_names(self.looking)} also viewing." if self.looking else "",
        )
        return " ".join(filter(None, parts))


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
        raise errors.TooMuchTyped("This is too much to be saved automatically: save the draft.")
    kept = Autosave(
        business=business,
        staff_member=by.staff_member,
        order=order,
        seen_version=seen_version if order else None,
        typed={name: said.replace("\0", "") for name, said in typed.items()},
        saved_at=at,
    )
    Autosave.objects.bulk_create(
        [kept],
        update_conflicts=True,
        unique_fields=["business", "staff_member", "order"],
        update_fields=["seen_version", "typed", "saved_at"],
    )
    return kept


def look(*, order: Order, by: Actor, at: datetime) -> None:
    """Say that a person has a draft open before them. What they have typed into it stays as it was."""
    by.require(Permission.DRAFT, business=order.business)
    seen = Autosave(
        business=order.business,
        staff_member=by.staff_member,
        order=order,
        seen_version=order.version,
        saved_at=at,
        looked_at=at,
    )
    Autosave.objects.bulk_create(
        [seen], update_conflicts=True, unique_fields=["business", "staff_member", "order"], update_fields=["looked_at"]
    )


def forget_typed(*, business: Business, order: Order | None, by: Actor) -> None:
    """Drop what a person has typed into a draft's form: it is saved, or not wanted."""
    by.require(Permission.DRAFT, business=business)
    Autosave.objects.for_business(business).filter(staff_member=by.staff_member, order=order).delete()


def kept(*, business: Business, order: Order | None, member: StaffMember) -> Autosave | None:
    """What a member has typed into a draft's form and not saved."""
    rows = Autosave.objects.for_business(business).filter(staff_member=member, order=order)
    return rows.exclude(typed={}).first()


def who_else(*, order: Order, member: StaffMember, at: datetime) -> Others:
    """Who else is at this draft now, in one statement."""
    recent = Q(saved_at__gt=at - AT_IT) | Q(looked_at__gt=at - LOOKING)
    rows = Autosave.objects.for_business(order.business).filter(recent, order=order).exclude(staff_member=member)
    found = {str(row.staff_member): _types(row, at) for row in rows.select_related("staff_member__user").order_by("id")}
    return Others(
        typing=tuple(name for name, types in found.items() if types),
        looking=tuple(name for name, types in found.items() if not types),
    )


def _types(row: Autosave, at: datetime) -> bool:
    return bool(row.typed) and row.saved_at > at - AT_IT


def _names(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"
