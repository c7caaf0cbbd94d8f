"""Proofs over the ledger: no event altered, taken out or slipped in, and its changes lead to what is stored today."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from customers import sealing
from customers.findings import Finding
from customers.models import Business, Event, EventSeal
from customers.sealing import BEFORE_ALL, Head

BATCH = 500
# No change takes longer to commit; what is older than this and stands outside the chain was slipped in.
LONGEST_CHANGE = timedelta(hours=1)
GONE = "delete"


class Code(StrEnum):
    """The promise that is broken."""

    EVENT_ALTERED = "event_altered"
    EVENT_MISSING = "event_missing"
    EVENT_UNSEALED = "event_unsealed"
    CHAIN_REPLACED = "chain_replaced"
    BUSINESS_MISSING = "business_missing"
    ROW_DIFFERS = "row_differs"
    ROW_MISSING = "row_missing"
    ROW_UNTOLD = "row_untold"


def of_business(*, business: Business, heads: Iterable[Head] = ()) -> Iterator[Finding]:
    """Everything that is off in the ledger of a business; `heads` are ends of its chain that were kept elsewhere."""
    yield from _of_chain(business, {kept.position: kept.digest for kept in heads})
    yield from _of_unsealed(business)
    yield from _of_rows(business)
    yield from _of_untold(business)


def of_missing(*, business: UUID) -> Finding:
    """What is off where heads of a chain were kept and their business is not there."""
    sentence = "Heads of its chain were kept, and it is not there."
    return Finding(code=Code.BUSINESS_MISSING, subject=f"business {business}", sentence=sentence)


def _of_chain(business: Business, kept: Mapping[int, bytes]) -> Iterator[Finding]:
    """Each link is worked out from the one that is stored before it, so one that is off hides no other."""
    rows = (
        EventSeal.objects.for_business(business)
        .order_by("position")
        .values_list("position", "digest", *(f"event__{name}" for name in sealing.COLUMNS))
    )
    expected, previous, found = 1, BEFORE_ALL, dict[int, bytes]()
    for position, stored, *event in rows.iterator(chunk_size=BATCH):
        link = bytes(stored)
        if position != expected:
            sentence = f"The chain goes from link {expected - 1} to {position}."
            yield Finding(code=Code.EVENT_MISSING, subject=f"link {expected}", sentence=sentence)
        elif sealing.digest(previous=previous, event=event) != link:
            sentence = "The event or its digest is not what was sealed."
            yield Finding(code=Code.EVENT_ALTERED, subject=f"event {event[0]}", sentence=sentence)
        if position in kept:
            found[position] = link
        expected, previous = position + 1, link
    for position, digest in sorted(kept.items()):
        if position and found.get(position) != digest:
            sentence = "The chain does not pass through the head that was kept."
            if position >= expected:
                sentence = f"The chain ends at link {expected - 1}, before the head that was kept."
            yield Finding(code=Code.CHAIN_REPLACED, subject=f"link {position}", sentence=sentence)


def _of_unsealed(business: Business) -> Iterator[Finding]:
    last = EventSeal.objects.for_business(business).order_by("-position").first()
    if last is None:
        return
    late = Event.objects.for_business(business).filter(seal=None, at__lt=last.sealed_at - LONGEST_CHANGE)
    for pk in late.order_by("id").values_list("pk", flat=True).iterator():
        sentence = "It claims a moment that was sealed long ago, and is not in the chain."
        yield Finding(code=Code.EVENT_UNSEALED, subject=f"event {pk}", sentence=sentence)


def _of_rows(business: Business) -> Iterator[Finding]:
    """What the events of each row say of it, one after the other, against the row itself."""
    kinds = {model._meta.model_name: model for model in apps.get_models()}
    told = _told(business)
    for kind, of_kind in groupby(told, key=lambda item: item[0]):
        if (model := kinds.get(kind)) is None:
            continue
        while batch := {pk: state for _, pk, state in islice(of_kind, BATCH)}:
            rows: dict[int, models.Model] = models.QuerySet(model).in_bulk(list(batch))
            for pk, state in batch.items():
                yield from _of_row(kind, pk, state, rows.get(pk))


def _told(business: Business) -> Iterator[tuple[str, int, dict[str, object] | None]]:
    """Each subject with the last word on each of its fields, or None once it is deleted."""
    rows = Event.objects.for_business(business).order_by("subject_type", "subject_id", "id")
    told = rows.values_list("subject_type", "subject_id", "action", "after").iterator(chunk_size=BATCH)
    for (kind, pk), events in groupby(told, key=lambda row: (row[0], row[1])):
        state: dict[str, object] | None = {}
        for *_, action, after in events:
            state = None if action == GONE else {**(state or {}), **after}
        yield kind, pk, state


def _of_row(kind: str, pk: int, state: Mapping[str, object] | None, row: models.Model | None) -> Iterator[Finding]:
    if (state is None) != (row is None):
        sentence = "It is gone, and no event says so." if row is None else "It is there although it was deleted."
        yield Finding(code=Code.ROW_MISSING, subject=f"{kind} {pk}", sentence=sentence)
        return
    if state is None or row is None:
        return
    tallies: frozenset[str] = getattr(row, "TALLIES", frozenset())
    stored = {field.attname for field in row._meta.concrete_fields}
    for name in sorted(stored.intersection(state) - tallies):
        value = getattr(row, f"{name}_text", getattr(row, name))
        if not _is_same(state[name], value):
            sentence = f"{name} is {value}, and its events lead to {state[name]}."
            yield Finding(code=Code.ROW_DIFFERS, subject=f"{kind} {pk}", sentence=sentence)


def _of_untold(business: Business) -> Iterator[Finding]:
    """Rows that came past the ledger, of the models that say `IS_TOLD`: each of their rows began with an event."""
    for model in apps.get_models():
        if not getattr(model, "IS_TOLD", False):
            continue
        kind = str(model._meta.model_name)
        told = Event.objects.for_business(business).filter(subject_type=kind, subject_id=models.OuterRef("pk"))
        rows: models.QuerySet[models.Model] = (
            models.QuerySet(model).filter(~models.Exists(told), business=business).order_by("pk")
        )
        for pk in rows.values_list("pk", flat=True).iterator(chunk_size=BATCH):
            sentence = "It is there, and no event tells how it came to be."
            yield Finding(code=Code.ROW_UNTOLD, subject=f"{kind} {pk}", sentence=sentence)


def _is_same(told: object, value: object) -> bool:
    if isinstance(value, Decimal) and isinstance(told, str | int):
        try:
            return Decimal(told) == value
        except InvalidOperation:
            return False
    return bool(json.loads(json.dumps(value, cls=_AsTold)) == told)


class _AsTold(DjangoJSONEncoder):
    """As the ledger writes a value; a country is its code."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)
