"""Metered events by the million, from rows that are read one at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from billing.models import Agreement, AgreementLine
from billing.services.usage_batches import EventOutcome, EventResult, UsageEvent, record_events
from billing.usage_files import BadRow, UsageRow
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission

BATCH = 2_000
Name = TypeVar("Name")


@dataclass(kw_only=True)
class ImportSummary:
    """What an import did with its rows; a conflict is a bad row too: its id is known with another content."""

    rows: int = 0
    new: int = 0
    duplicates: int = 0
    conflicts: int = 0
    bad: int = 0


@dataclass(kw_only=True)
class _Batch:
    """Some rows of a file, by the agreement they belong to, and those that are left out."""

    rows: int = 0
    by_agreement: dict[Agreement, list[tuple[int, UsageEvent]]] = field(default_factory=lambda: defaultdict(list))
    bad: list[BadRow] = field(default_factory=list)


class _LeftOut(Exception):
    """A row cannot be recorded; the sentence says why."""


def import_usage(
    *,
    business: Business,
    rows: Iterable[UsageRow | BadRow],
    by: Actor,
    now: Callable[[], datetime],
    on_bad: Callable[[BadRow], None] = lambda row: None,
    on_batch: Callable[[int], None] = lambda rows: None,
    dry_run: bool = False,
) -> ImportSummary:
    """Record the events of these rows, batch by batch; a bad row is handed to `on_bad` and leaves the others alone.

    Events of one agreement are recorded in their order, each batch of them in one transaction, so an import that is
    broken off has recorded whole batches, and the same rows again record nothing twice. A dry run does all of it in
    one transaction and keeps nothing; the agreements are locked until it ends.
    """
    by.require(Permission.BILL, business=business)
    run = _Import(business=business, by=by, now=now, on_bad=on_bad, on_batch=on_batch)
    if dry_run:
        with transaction.atomic():
            run.to_the_end(rows)
            transaction.set_rollback(True)
    else:
        run.to_the_end(rows)
    return run.summary


@dataclass(kw_only=True)
class _Import:
    business: Business
    by: Actor
    now: Callable[[], datetime]
    on_bad: Callable[[BadRow], None]
    on_batch: Callable[[int], None]
    summary: ImportSummary = field(default_factory=ImportSummary)

    def to_the_end(self, rows: Iterable[UsageRow | BadRow]) -> None:
        source = iter(rows)
        while chunk := list(islice(source, BATCH)):
            batch = _sorted(self.business, chunk)
            for agreement, found in batch.by_agreement.items():
                batch.bad.extend(self._record(agreement, found))
            self.summary.rows += batch.rows
            self.summary.bad += len(batch.bad)
            for row in sorted(batch.bad, key=lambda row: row.line):
                self.on_bad(row)
            self.on_batch(batch.rows)

    def _record(self, agreement: Agreement, found: Sequence[tuple[int, UsageEvent]]) -> Iterator[BadRow]:
        """Record the events of one agreement; what is refused or contradicts what is stored comes back."""
        events = [event for _, event in found]
        outcomes = record_events(agreement=agreement, events=events, by=self.by, at=self.now())
        for (line, event), outcome in zip(found, outcomes, strict=True):
            if reason := self._count(event, outcome):
                yield BadRow(line=line, reason=reason)

    def _count(self, event: UsageEvent, outcome: EventOutcome) -> str:
        """Count an outcome; the answer is why the row is left out, if it is."""
        if outcome.result is EventResult.REFUSED:
            return outcome.reason
        if outcome.result is EventResult.CREATED:
            self.summary.new += 1
        elif outcome.differs:
            self.summary.conflicts += 1
            return f"event {event.event_id} is known with another content, which stays"
        else:
            self.summary.duplicates += 1
        return ""


def _sorted(business: Business, chunk: Sequence[UsageRow | BadRow]) -> _Batch:
    """The rows by their agreement, which is read once for all of them."""
    batch = _Batch(rows=len(chunk))
    wanted = [row for row in chunk if isinstance(row, UsageRow)]
    agreements = _Agreements(business, wanted)
    for row in chunk:
        if isinstance(row, BadRow):
            batch.bad.append(row)
            continue
        try:
            agreement = agreements.of(row)
            event = _event(row, agreement, agreements.line_of(row, agreement))
        except _LeftOut as reason:
            batch.bad.append(BadRow(line=row.line, reason=str(reason)))
        else:
            batch.by_agreement[agreement].append((row.line, event))
    return batch


class _Agreements:
    """The agreements that some rows name, and their lines, in two statements."""

    def __init__(self, business: Business, rows: Sequence[UsageRow]) -> None:
        uids = {row.contract_uid for row in rows if row.contract_uid}
        numbers = {row.order_number for row in rows if row.order_number}
        named = Agreement.objects.for_business(business).filter(Q(uid__in=uids) | Q(order_number__in=numbers))
        found = list(named.select_related("business").order_by("id"))
        self._by_uid = {agreement.uid: agreement for agreement in found}
        self._by_number = {agreement.order_number: agreement for agreement in found}
        lines = AgreementLine.objects.for_business(business).filter(agreement__in=found)
        self._lines: dict[int, dict[int, UUID]] = defaultdict(dict)
        for agreement_id, position, uid in lines.values_list("agreement_id", "position", "order_line_uid"):
            self._lines[agreement_id][position] = uid

    def of(self, row: UsageRow) -> Agreement:
        by_uid = self._known(self._by_uid, row.contract_uid, "contract")
        by_number = self._known(self._by_number, row.order_number, "order")
        if by_uid and by_number and by_uid != by_number:
            raise _LeftOut(f"order {row.order_number} is not of contract {row.contract_uid}")
        found = by_uid or by_number
        assert found is not None
        return found

    def line_of(self, row: UsageRow, agreement: Agreement) -> UUID:
        lines = self._lines[agreement.pk]
        uid = row.line_uid if row.position is None else lines.get(row.position)
        if uid is None or uid not in lines.values():
            raise _LeftOut(f"{agreement} has no line {row.line_uid if row.position is None else row.position + 1}")
        if row.line_uid not in (None, uid):
            raise _LeftOut(f"line {(row.position or 0) + 1} of {agreement} is not {row.line_uid}")
        return uid

    @staticmethod
    def _known(agreements: Mapping[Name, Agreement], name: Name | None, what: str) -> Agreement | None:
        if not name:
            return None
        if name not in agreements:
            raise _LeftOut(f"there is no {what} {name}")
        return agreements[name]


def _event(row: UsageRow, agreement: Agreement, line_uid: UUID) -> UsageEvent:
    return UsageEvent(
        event_id=row.event_id,
        order_line_uid=line_uid,
        occurred_at=_moment(row.occurred_at, ZoneInfo(agreement.timezone)),
        quantity=row.quantity,
        corrects=row.corrects,
    )


def _moment(given: datetime, zone: ZoneInfo) -> datetime:
    """A moment without a zone is local to the agreement; clocks that go back pass an hour twice, the first counts."""
    if given.tzinfo is not None:
        return given
    local = given.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != given:
        raise _LeftOut(f"occurred_at {given} does not exist in {zone}: clocks went forward")
    return local
