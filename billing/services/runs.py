"""The billing run: issue what is due and not issued, in batches that any number of processes may share."""

import gc
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q

from billing import closed, due, queries
from billing.book_rows import Books
from billing.engine.documents import Document
from billing.errors import CannotBill
from billing.models import Agreement, Invoice
from billing.plans import Plan
from billing.services import agreements, documents, issuing
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission

BATCH = 500
Place = tuple[date, int]
# Nothing of a run reads them, and loading a moment costs more than all the rest of a row.
STAMPS = "completed_at", "created_at", "updated_at"
# What parks one agreement and leaves the others alone.
UNBILLABLE = (CannotBill, ArithmeticError, DataError, IntegrityError)


OnIssued = Callable[[Sequence[Invoice]], None]
Step = Callable[[], list[Invoice] | None]


@dataclass(kw_only=True)
class RunSummary:
    """What a run did. `totals` are minor units per currency; `parked` maps order numbers to the reason."""

    as_of: date
    documents: int = 0
    totals: Counter[str] = field(default_factory=Counter)
    parked: dict[str, str] = field(default_factory=dict)

    def add(self, issued: Sequence[Invoice]) -> None:
        self.documents += len(issued)
        for invoice in issued:
            self.totals[invoice.currency] += invoice.total_cents


def run_billing(
    *,
    business: Business,
    as_of: date,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    on_issued: OnIssued = lambda issued: None,
    plan: Plan | None = None,
) -> RunSummary:
    """Issue every unissued document dated on or before a day (R11). Running the same day twice issues nothing new.

    Each batch is handed to `on_issued` once it is stored, and then forgotten: a run's memory does not grow. An
    agreement that cannot be rated is parked with its reason and the run goes on. A dry run does the same work and
    leaves nothing behind. With a plan only what stands in it is issued; what now owes anything else is parked, and so
    is what the plan has and the run did not come upon.
    """
    by.require(Permission.BILL, business=business)
    run = _Run(business=business, by=by, at=at, summary=RunSummary(as_of=as_of), on_issued=on_issued, plan=plan)
    if dry_run:
        with transaction.atomic():
            run.to_the_end()
            transaction.set_rollback(True)
    else:
        run.to_the_end()
    return run.summary


@dataclass(kw_only=True)
class _Run:
    business: Business
    by: Actor
    at: datetime
    summary: RunSummary
    on_issued: OnIssued
    plan: Plan | None
    # The day and id of the last draft and of the last agreement claimed.
    last_draft: Place | None = None
    last: Place | None = None

    def to_the_end(self) -> None:
        """One transaction for each batch: killed at any moment, a run has issued whole batches and lost nothing."""
        for step in (self._issue_waiting_drafts, self._bill_batch):
            while (issued := _without_collector(step)) is not None:
                self.summary.add(issued)
                self.on_issued(issued)
        if self.plan is not None:
            for order_number in sorted(self.plan.left - self.summary.parked.keys()):
                self.summary.parked[order_number] = (
                    "It was billed, changed or held since it was compared with the plan."
                )

    @transaction.atomic
    def _issue_waiting_drafts(self) -> list[Invoice] | None:
        """Issue the next drafts; None when there are no more."""
        drafts = due.drafts(business=self.business, as_of=self.summary.as_of)
        rows = drafts.filter(_beyond(self.last_draft, "invoice_date")).order_by("invoice_date", "id")
        if self.plan is not None:
            rows = rows.select_related("agreement").prefetch_related("lines")
        claimed = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        if not claimed:
            return None
        self.last_draft = claimed[-1].invoice_date, claimed[-1].pk
        planned = claimed if self.plan is None else self._planned(self.plan, claimed)
        self._issue(planned)
        if self.plan is not None:
            self.plan.cross_off(planned)
        return planned

    def _planned(self, plan: Plan, drafts: list[Invoice]) -> list[Invoice]:
        """The drafts that stand in the plan as they would be issued now; the others are parked."""
        through = closed.locked(business=self.business)
        planned = [draft for draft in drafts if plan.has_draft(draft, closed_through=through)]
        for draft in drafts:
            if draft not in planned:
                self.summary.parked[draft.order_number] = "Its draft is not as the plan says."
        return planned

    @transaction.atomic
    def _bill_batch(self) -> list[Invoice] | None:
        """Bill the next agreements together; if one of them is refused, each for itself. None when all are done."""
        claimed = self._claim()
        if not claimed:
            return None
        try:
            with transaction.atomic():
                return self._bill(claimed)
        except UNBILLABLE:
            return [invoice for agreement in claimed for invoice in self._bill_or_park(agreement)]

    def _bill(self, claimed: list[Agreement]) -> list[Invoice]:
        through = closed.locked(business=self.business) if self.plan else None
        owed = [
            (books, self._due(books, through)) for books in queries.books(business=self.business, agreements=claimed)
        ]
        drafts = documents.store_drafts(
            [(books, document) for books, found in owed for document in found], by=self.by, at=self.at
        )
        self._issue(drafts)
        agreements.close(claimed, as_of=self.summary.as_of, at=self.at)
        agreements.schedule(books=[documents.with_booked(books, found) for books, found in owed], at=self.at)
        if self.plan is not None:
            self.plan.cross_off(claimed)
        return drafts

    def _due(self, books: Books, closed_through: date | None) -> tuple[Document, ...]:
        found = documents.due_documents(books, self.summary.as_of)
        if self.plan is not None and not self.plan.has_due(books.agreement, found, closed_through=closed_through):
            raise CannotBill("It no longer owes what the plan says.")
        return found

    def _bill_or_park(self, agreement: Agreement) -> list[Invoice]:
        try:
            with transaction.atomic():
                return self._bill([agreement])
        except UNBILLABLE as reason:
            self.summary.parked[agreement.order_number] = str(reason)
            return []

    def _claim(self) -> list[Agreement]:
        """The next agreements with something due that no other run is holding, in order of their day.

        Each row is claimed once for each day it is due: what is parked must not come up for ever.
        """
        owing = due.agreements(business=self.business, as_of=self.summary.as_of).defer(*STAMPS)
        rows = owing.filter(_beyond(self.last, "next_due_date")).order_by("next_due_date", "id")
        claimed = list(rows.select_for_update(skip_locked=True)[:BATCH])
        for agreement in claimed:
            agreement.business = self.business
        if claimed:
            day = claimed[-1].next_due_date
            assert day is not None
            self.last = day, claimed[-1].pk
        return claimed

    def _issue(self, drafts: list[Invoice]) -> None:
        if drafts:
            issuing.issue(drafts, business=self.business, by=self.by, at=self.at)


def _without_collector(step: Step) -> list[Invoice] | None:
    """Run a step with Python's search for reference cycles put off until after it.

    A batch makes ten thousands of objects and no cycles among them; looking for some costs a fifth of the batch.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return step()
    finally:
        if was_enabled:
            gc.enable()


def _beyond(place: Place | None, day: str) -> Q:
    """The rows after the last one claimed, in order of day and id."""
    if place is None:
        return Q()
    return Q(**{f"{day}__gt": place[0]}) | Q(**{day: place[0], "id__gt": place[1]})
