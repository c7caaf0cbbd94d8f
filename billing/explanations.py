"""Why a document says what it says: what was known when it was made, read for the engine's workings.

Changes and voids are placed by the ledger, whose rows are in order for each agreement. Usage is placed by the moment
it was received; what came in while a document was being made is told apart by the amounts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from billing import queries, workings
from billing.book_rows import Books
from billing.engine import periods
from billing.engine.billing import Change, Charge, DeliveredOn, Document, DocumentLine, DocumentType, Pause
from billing.engine.charges import Kind
from billing.models import Agreement, Invoice, InvoiceLine, Usage
from billing.models import Charge as ChargeRow
from billing.states import ChangeKind, InvoiceStatus
from billing.workings import Booking, Explanation, Facts
from customers import ledger

RESUME = "resume"


def of_invoice(*, invoice: Invoice) -> Explanation:
    """Every line of a document explained as it was made, in a number of statements that does not grow."""
    agreement = invoice.agreement
    (books,) = queries.books(business=invoice.business, agreements=[agreement])
    charges = _charges(agreement)
    moment = _moment(invoice, charges)
    bookings = list(_bookings(invoice, charges, moment))
    return workings.explain(
        document=_document(invoice, charges),
        treatment=books.tax,
        then=_facts(books, moment.changes_of(books.changes), bookings, received_by=invoice.created_at),
        now=_facts(books, books.changes, bookings),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Moment:
    """When a document was made, by the ledger: how many changes and resumptions were agreed, and what was void."""

    changes: int
    resumptions: int
    void_ids: frozenset[int]

    def changes_of(self, agreed: Sequence[Change]) -> list[Change]:
        """The changes as they stood: a pause that was resumed later was without end."""
        known = list(agreed[: self.changes])
        pauses = [place for place, change in enumerate(known) if isinstance(change, Pause)]
        for place in pauses[self.resumptions :]:
            pause = known[place]
            assert isinstance(pause, Pause)
            known[place] = replace(pause, resumed=None)
        return known


def _moment(invoice: Invoice, charges: Sequence[ChargeRow]) -> _Moment:
    business = invoice.business
    drafted = ledger.of_kind(business=business, model=Invoice, ids=[invoice.pk], action="draft")
    last = Coalesce(Subquery(drafted.order_by("-id").values("id")[:1]), 0)
    before = ledger.history(business=business, subject=invoice.agreement).filter(id__lt=last)
    actions = list(before.values_list("action", flat=True))
    voided = {row.invoice_line.invoice_id for row in charges if row.invoice_line.invoice.status == InvoiceStatus.VOID}
    voids = ledger.of_kind(business=business, model=Invoice, ids=voided - {invoice.pk}, action="void")
    return _Moment(
        changes=sum(action in set(ChangeKind) for action in actions),
        resumptions=actions.count(RESUME),
        void_ids=frozenset(voids.filter(id__lt=last).values_list("subject_id", flat=True)),
    )


def _charges(agreement: Agreement) -> list[ChargeRow]:
    """All that was ever booked, on documents that stand or are void."""
    rows = ChargeRow.objects.for_business(agreement.business).filter(agreement_line__agreement=agreement)
    return list(
        rows.select_related("agreement_line", "invoice_line__invoice").order_by(
            "invoice_line__invoice_id", "invoice_line__position", "period", "revision"
        )
    )


def _bookings(invoice: Invoice, charges: Sequence[ChargeRow], moment: _Moment) -> Sequence[Booking]:
    """What stood when a document was made, and what was made along with it, which has the same stamp."""
    along = {
        row.invoice_line.invoice_id
        for row in charges
        if row.invoice_line.invoice.created_at == invoice.created_at
        and row.invoice_line.invoice_id not in moment.void_ids
    }
    first = min(along, default=invoice.pk)
    return [
        _booking(row, made_along=row.invoice_line.invoice_id in along)
        for row in charges
        if row.invoice_line.invoice_id in along
        or (row.invoice_line.invoice_id < first and row.invoice_line.invoice_id not in moment.void_ids)
    ]


def _booking(row: ChargeRow, *, made_along: bool) -> Booking:
    invoice = row.invoice_line.invoice
    return Booking(
        line=row.agreement_line.position,
        period=row.period,
        kind=Kind(row.kind),
        revision=row.revision,
        amount_cents=row.amount_cents,
        discount_cents=row.discount_cents,
        document=str(invoice),
        invoice_date=invoice.invoice_date,
        made_along=made_along,
    )


def _facts(
    books: Books, changes: Sequence[Change], bookings: Sequence[Booking], received_by: datetime | None = None
) -> Facts:
    delivered, events = _usage(books.agreement, received_by)
    return Facts.of(terms=books.terms, changes=changes, delivered=delivered, bookings=bookings, events=events)


def _usage(
    agreement: Agreement, received_by: datetime | None
) -> tuple[list[DeliveredOn], Mapping[tuple[int, int], int]]:
    """Net quantities by line and day, and the number of events behind them by line and period."""
    known = Usage.objects.for_business(agreement.business)
    if received_by is not None:
        known = known.filter(received_at__lte=received_by)
    replaced = known.filter(agreement_line=OuterRef("agreement_line"), corrects=OuterRef("event_id"))
    rows = (
        known.filter(~Exists(replaced), agreement_line__agreement=agreement)
        .values("local_date", position=F("agreement_line__position"))
        .annotate(quantity=Sum("quantity"), events=Count("id"))
        .order_by("position", "local_date")
        .values_list("position", "local_date", "quantity", "events")
    )
    delivered: list[DeliveredOn] = []
    counted: dict[tuple[int, int], int] = defaultdict(int)
    for position, local_date, quantity, events in rows:
        delivered.append(DeliveredOn(line=position, local_date=local_date, quantity=quantity))
        counted[position, periods.period_index(anchor=agreement.anchor_date, on=local_date)] += events
    return delivered, counted


def _document(invoice: Invoice, charges: Sequence[ChargeRow]) -> Document:
    """A stored document as the engine made it."""
    by_line: dict[int, list[Charge]] = defaultdict(list)
    for row in charges:
        by_line[row.invoice_line_id].append(
            Charge(
                period=row.period,
                revision=row.revision,
                amount_cents=row.amount_cents,
                discount_cents=row.discount_cents,
            )
        )
    lines = InvoiceLine.objects.for_business(invoice.business).filter(invoice=invoice)
    return Document(
        type=DocumentType(invoice.type),
        invoice_date=invoice.invoice_date,
        lines=tuple(
            _document_line(line, by_line[line.pk])
            for line in lines.select_related("agreement_line").order_by("position")
        ),
        subtotal_cents=invoice.subtotal_cents,
        discount_cents=invoice.discount_cents,
        tax_cents=invoice.tax_cents,
        total_cents=invoice.total_cents,
        tax_rate_percent=invoice.tax_rate_percent,
    )


def _document_line(line: InvoiceLine, charges: Sequence[Charge]) -> DocumentLine:
    return DocumentLine(
        order_line=line.agreement_line.position if line.agreement_line else None,
        kind=Kind(line.kind),
        description=line.description,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        amount_cents=line.amount_cents,
        discount_cents=line.discount_cents,
        service_start=line.service_start,
        service_end_exclusive=line.service_end_exclusive,
        charges=tuple(charges),
        tax_cents=line.tax_cents,
    )
