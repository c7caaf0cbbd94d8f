"""The billing run: issue what is due and not issued, in batches that any number of processes may share."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q

from billing import queries
from billing.errors import CannotBill
from billing.models import Agreement, Invoice
from billing.services import agreements, documents
from billing.states import AgreementStatus, InvoiceStatus
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission

BATCH = 200
BILLED = (AgreementStatus.ACTIVE, AgreementStatus.COMPLETED)
# What parks one agreement and leaves the others alone.
UNBILLABLE = (CannotBill, ArithmeticError, DataError, IntegrityError)


@dataclass(kw_only=True)
class RunSummary:
    """What a run did. `totals` are minor units per currency; `parked` maps order numbers to the reason."""

    as_of: date
    issued: list[Invoice] = field(default_factory=list)
    parked: dict[str, str] = field(default_factory=dict)

    @property
    def totals(self) -> dict[str, int]:
        totals: Counter[str] = Counter()
        for invoice in self.issued:
            totals[invoice.currency] += invoice.total_cents
        return dict(totals)


def run_billing(*, business: Business, as_of: date, by: Actor, at: datetime, dry_run: bool = False) -> RunSummary:
    """Issue every unissued document dated on or before a day (R11). Running the same day twice issues nothing new.

    An agreement that cannot be rated is parked with its reason and the run goes on. A dry run does the same work and
    leaves nothing behind.
    """
    by.require(Permission.BILL, business=business)
    run = _Run(business=business, by=by, at=at, summary=RunSummary(as_of=as_of))
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
    # The day and id of the last agreement claimed.
    last: tuple[date | None, int] | None = None

    def to_the_end(self) -> None:
        """One transaction for each batch: killed at any moment, a run has issued whole batches and lost nothing."""
        while self._issue_waiting_drafts():
            pass
        while self._bill_batch():
            pass

    @transaction.atomic
    def _issue_waiting_drafts(self) -> bool:
        drafts = Invoice.objects.for_business(self.business).filter(
            status=InvoiceStatus.DRAFT, is_held=False, invoice_date__lte=self.summary.as_of
        )
        claimed = list(drafts.order_by("invoice_date", "id").select_for_update(skip_locked=True)[:BATCH])
        self._issue(claimed)
        self.summary.issued += claimed
        return bool(claimed)

    @transaction.atomic
    def _bill_batch(self) -> bool:
        """Bill the next agreements together; if the database refuses one of them, each for itself."""
        claimed = self._claim()
        try:
            with transaction.atomic():
                issued = self._bill(claimed)
        except UNBILLABLE:
            issued = [invoice for agreement in claimed for invoice in self._bill_or_park(agreement)]
        self.summary.issued += issued
        return bool(claimed)

    def _bill(self, claimed: list[Agreement]) -> list[Invoice]:
        due = [
            (books, documents.due_documents(books, self.summary.as_of))
            for books in queries.books(business=self.business, agreements=claimed)
        ]
        drafts = documents.store_drafts(
            [(books, document) for books, found in due for document in found], by=self.by, at=self.at
        )
        self._issue(drafts)
        agreements.close(claimed, as_of=self.summary.as_of, at=self.at)
        agreements.schedule(books=[documents.with_booked(books, found) for books, found in due], at=self.at)
        return drafts

    def _bill_or_park(self, agreement: Agreement) -> list[Invoice]:
        try:
            with transaction.atomic():
                return self._bill([agreement])
        except UNBILLABLE as reason:
            self.summary.parked[agreement.order_number] = str(reason)
            return []

    def _claim(self) -> list[Agreement]:
        """The next agreements with something due that no other run is holding, in order of their day.

        A completed agreement is among them when usage came in late. Each row is claimed once for each day it is due.
        """
        due = Agreement.objects.for_business(self.business).filter(
            self._after_last(), status__in=BILLED, next_due_date__lte=self.summary.as_of
        )
        rows = due.select_related("business").order_by("next_due_date", "id")
        claimed = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
        if claimed:
            self.last = claimed[-1].next_due_date, claimed[-1].pk
        return claimed

    def _after_last(self) -> Q:
        """Beyond the last row claimed: what is parked, or still due on a later day, must not come up for ever."""
        if self.last is None:
            return Q()
        day, pk = self.last
        return Q(next_due_date__gt=day) | Q(next_due_date=day, id__gt=pk)

    def _issue(self, drafts: list[Invoice]) -> None:
        if drafts:
            documents.issue(drafts, business=self.business, by=self.by, at=self.at)
