"""The chain of a business's events: each is sealed once, by a digest of itself and of all that was sealed before.

An event is written with its change and sealed shortly after, by a job: a chain that grew within every change would let
one order in at a time. Whoever alters a sealed event, takes it out or puts one in between breaks the chain there;
whoever writes all of it anew is found out by a head that was kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Min

from customers import ledger
from customers.models import Business, Event, EventSeal

BATCH = 1_000
# Events commit in another order than they are numbered: so many sealed ones are looked at again for one between them.
LOOK_BACK = 10_000
BEFORE_ALL = bytes(32)
COLUMNS = ("id", *ledger.COLUMNS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The last link of a chain: how many events it holds, and the digest of them all; zeros while it holds none."""

    position: int = 0
    digest: bytes = BEFORE_ALL


def head(*, business: Business) -> Head:
    """Where the chain of a business ends now."""
    last = EventSeal.objects.for_business(business).order_by("-position").first()
    return Head(position=last.position, digest=bytes(last.digest)) if last else Head()


@transaction.atomic
def seal_events(*, business: Business, at: datetime, from_start: bool = False) -> int:
    """Append the events that are not sealed yet to their business's chain: how many there were.

    One sealer works on a chain at a time. An event that committed more than 10,000 events late is found `from_start`.
    """
    Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    last, sealed = head(business=business), 0
    for events in _unsealed(business, floor=0 if from_start else _floor(business, last)):
        links = []
        for values in events:
            last = Head(position=last.position + 1, digest=digest(previous=last.digest, event=values))
            links.append(
                EventSeal(
                    business=business, event_id=values[0], position=last.position, digest=last.digest, sealed_at=at
                )
            )
        EventSeal.objects.bulk_create(links)
        sealed += len(links)
    return sealed


def digest(*, previous: bytes, event: Sequence[object]) -> bytes:
    """SHA-256 of the link before and of an event's `COLUMNS`, as JSON with sorted keys and its moment in UTC."""
    told = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in event]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(previous + text.encode()).digest()


def _floor(business: Business, last: Head) -> int:
    seals = EventSeal.objects.for_business(business).filter(position__gt=last.position - LOOK_BACK)
    return seals.aggregate(lowest=Min("event_id"))["lowest"] or 0


def _unsealed(business: Business, *, floor: int) -> Iterator[list[tuple[Any, ...]]]:
    rows = Event.objects.for_business(business).filter(seal=None).order_by("id").values_list(*COLUMNS)
    batch = list(rows.filter(id__gte=floor)[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(id__gt=batch[-1][0])[:BATCH])
