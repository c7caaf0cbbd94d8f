"""`@username` in a comment: a colleague of the same business sees it on their desk, until they say that they have."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower

from customers import ledger
from customers.actors import Actor
from customers.models import Business, Event, StaffMember
from customers.tenancy import TenantQuerySet
from orders.models import Mention, Order

# A name stands by itself: the end of an e-mail address is none.
NAMED = re.compile(r"(?<![\w@.+-])@([\w.+-]{1,150})")
MOST = 20
EXCERPT = 300


def names_in(text: str) -> list[str]:
    """The names after an @, in lower case, as they stand and without what ends a sentence."""
    found = (name.casefold() for name in NAMED.findall(text))
    return list(dict.fromkeys(word for name in found for word in (name, name.rstrip(".-+")) if word))[: 2 * MOST]


def mentioned(*, business: Business, text: str, by: Actor) -> Sequence[StaffMember]:
    """The colleagues who work here and are named, at most twenty; nobody is by themselves, and strangers never are."""
    names = names_in(text)
    if not names:
        return []
    people = StaffMember.objects.for_business(business).filter(user__is_active=True).select_related("user")
    found = people.annotate(called=Lower("user__username")).filter(called__in=names)
    return [person for person in found.order_by("user__username")[: MOST + 1] if person != by.staff_member][:MOST]


def keep(*, order: Order, event: Event, text: str, people: Sequence[StaffMember], by: Actor, at: datetime) -> None:
    """Put a comment that is stored on the desks of whom it names."""
    Mention.objects.bulk_create(
        Mention(
            business=order.business,
            order=order,
            event=event,
            staff_member=person,
            text=text[:EXCERPT],
            by_name=by.name,
            created_at=at,
        )
        for person in people
    )


def of(*, member: StaffMember) -> TenantQuerySet[Mention]:
    """All that a person was named in."""
    return Mention.objects.for_business(member.business).filter(staff_member=member)


def open_for(*, member: StaffMember) -> TenantQuerySet[Mention]:
    """What a person was named in and has not seen, the newest first."""
    return of(member=member).filter(seen_at=None).order_by("-id")


@transaction.atomic
def see(*, mention: Mention, by: Actor, at: datetime) -> None:
    """Say that one has seen a mention of oneself; a second time changes nothing, nor does anybody else."""
    if by.person is None:
        return
    mine = of(member=by.person).filter(pk=mention.pk, seen_at=None)
    if mine.update(seen_at=at) == 1:
        ledger.record(subject=mention, action="see", by=by, at=at, after={"seen_at": at})
