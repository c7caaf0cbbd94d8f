"""The billing run: issue what is due and not issued, in batches that any number of processes may share."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from billing import queries
from billing.engine import billing as engine
from billing.engine.refusals import TermsRefused
from billing.models import Agreement, Invoice
from billing.services import agreements, documents
from billing.states import AgreementStatus, InvoiceStatus
from billing.translate import Books
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission

BATCH = 200


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
    by.require(Permission.BILL)
    run = _Run(business=business, by=by, at=at, summary=RunSummary(as_of=as_of))
    if dry_run:
        with transaction.atomic():
            run.to_the_end()
            transaction.set_rollback(True)
    else:
        run.to_the_end()
    return run.summary


@dataclass(frozen=True, kw_only=True)
class _Run:
    business: Business
    by: Actor
    at: datetime
    summary: RunSummary

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
        return bool(claimed)

    @transaction.atomic
    def _bill_batch(self) -> bool:
        claimed = self._claim()
        due: list[tuple[Books, engine.Document]] = []
        billed: list[Agreement] = []
        for books in queries.books(business=self.business, agreements=claimed):
            try:
                due += [(books, document) for document in documents.due_documents(books, self.summary.as_of)]
            except (TermsRefused, ArithmeticError) as reason:
                self.summary.parked[books.agreement.order_number] = str(reason)
            else:
                billed.append(books.agreement)
        self._issue(documents.store_drafts(due, by=self.by, at=self.at))
        agreements.advance(billed, as_of=self.summary.as_of, at=self.at)
        return bool(claimed)

    def _claim(self) -> list[Agreement]:
        """The next agreements with something due that no other run is holding."""
        due = Agreement.objects.for_business(self.business).filter(
            status=AgreementStatus.ACTIVE, next_due_date__lte=self.summary.as_of
        )
        free = due.exclude(order_number__in=self.summary.parked).select_related("business")
        return list(free.order_by("next_due_date", "id").select_for_update(of=("self",), skip_locked=True)[:BATCH])

    def _issue(self, drafts: list[Invoice]) -> None:
        if drafts:
            documents.issue(drafts, business=self.business, by=self.by, at=self.at)
            self.summary.issued += drafts
