"""Saved views of the orders list: kept under a name, shared with the team, pinned to the desk."""

from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.models import Business, StaffMember
from customers.permissions import Permission
from orders import errors
from orders.models import SavedView, ViewPin

LONGEST_NAME = 80
LONGEST_QUERY = 1_000
MOST_VIEWS = 50


@transaction.atomic
def save_view(*, business: Business, name: str, query: str, is_team: bool, by: Actor, at: datetime) -> SavedView:
    """Keep a view under a name; the same person's view of that name is replaced, its pins stay.

    Raises UnusableView without a name, or with more than fits, and OnlyReads for a team by whoever may only read.
    """
    owner = _person(business, by)
    if is_team and by.may_only_read:
        raise errors.OnlyReads(f"{by.name} may only read here: save the view for yourself.", field="is_team")
    said = name.replace("\0", "").strip()
    if not said or len(said) > LONGEST_NAME:
        raise errors.UnusableView(f"Give the view a name of at most {LONGEST_NAME} letters.", field="name")
    if len(query) > LONGEST_QUERY:
        raise errors.UnusableView("The search is too long to be kept.", field="query")
    given = SavedView(
        business=business, owner=owner, name=said, query=query, is_team=is_team, created_at=at, updated_at=at
    )
    SavedView.objects.bulk_create(
        [given],
        update_conflicts=True,
        unique_fields=["business", "owner", "name"],
        update_fields=["query", "is_team", "updated_at"],
    )
    stored = SavedView.objects.for_business(business).get(owner=owner, name=said)
    kept = {"name": said, "query": query, "is_team": is_team}
    ledger.record(subject=stored, action="save", by=by, at=at, after=kept)
    return stored


@transaction.atomic
def delete_view(*, view: SavedView, by: Actor, at: datetime) -> None:
    """Forget a view, and its pins. Raises UnusableView for somebody else's."""
    person = _person(view.business, by)
    stored = SavedView.objects.for_business(view.business).select_for_update().filter(pk=view.pk).first()
    if stored is None:
        return
    if stored.owner_id != person.pk:
        raise errors.UnusableView(f"Only {view.owner}, who saved “{view.name}”, can delete it.", field="owner")
    was = {"name": stored.name, "query": stored.query, "is_team": stored.is_team}
    ledger.record(subject=stored, action="delete", by=by, at=at, before=was)
    stored.delete()


@transaction.atomic
def pin_view(*, view: SavedView, by: Actor, at: datetime) -> None:
    """Put a view on one's own desk; a second time changes nothing."""
    person = _person(view.business, by)
    pin = ViewPin(business=view.business, view=view, staff_member=person, created_at=at)
    ViewPin.objects.bulk_create([pin], ignore_conflicts=True)
    ledger.record(subject=view, action="pin", by=by, at=at)


@transaction.atomic
def unpin_view(*, view: SavedView, by: Actor, at: datetime) -> None:
    """Take a view off one's own desk."""
    person = _person(view.business, by)
    pins = ViewPin.objects.for_business(view.business).filter(view=view, staff_member=person)
    if pins.delete()[0]:
        ledger.record(subject=view, action="unpin", by=by, at=at)


def _person(business: Business, by: Actor) -> StaffMember:
    by.require(Permission.READ, business=business)
    if by.person is None:
        raise errors.UnusableView("Only people save views.", field="owner")
    return by.person
