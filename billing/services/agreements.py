"""Opening and completing agreements."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from billing import queries, translate
from billing.book_rows import Books
from billing.engine import billing as engine
from billing.handover import AgreementLineTerms, AgreementTerms
from billing.models import Agreement, AgreementLine
from billing.services import writing
from billing.states import AgreementStatus
from customers import ledger
from customers import queries as customer_queries
from customers.actors import Actor


@transaction.atomic
def open_agreement(*, terms: AgreementTerms, by: Actor, at: datetime) -> Agreement:
    """Copy approved terms down into an agreement that bills itself. One per order, kept by the database."""
    agreement = _row(terms, at)
    lines = [line_row(agreement=agreement, line=line) for line in terms.lines]
    # Nothing is delivered or booked yet, so its books need not be read.
    agreement.next_due_date = engine.next_due_date(
        terms=translate.agreement_terms(agreement, lines), delivered=(), booked=(), billed_through=None
    )
    agreement.save(force_insert=True)
    AgreementLine.objects.bulk_create(lines)
    ledger.record(
        subject=agreement,
        action="open",
        by=by,
        at=at,
        after={"order": agreement.order_number, "terms_sha256": agreement.terms_sha256},
    )
    return agreement


def schedule_next(*, agreements: Sequence[Agreement], at: datetime) -> None:
    """Store for each agreement of one business the next day on which there is something to bill."""
    if agreements:
        schedule(books=queries.books(business=agreements[0].business, agreements=agreements), at=at)


def schedule(*, books: Sequence[Books], at: datetime) -> None:
    """Store when to look next at each of these agreements of one business, going by books as they now are."""
    for book in books:
        book.agreement.next_due_date = book.next_due_date()
        book.agreement.updated_at = at
    rows = [book.agreement for book in books]
    if rows:
        fields = ["next_due_date", "billed_through_date", "updated_at"]
        writing.update(rows, fields, business=rows[0].business)


def advance(agreements: Sequence[Agreement], *, as_of: date, at: datetime) -> None:
    """Note that these agreements are billed up to a day, and when to look at each of them next."""
    close(agreements, as_of=as_of, at=at)
    schedule_next(agreements=agreements, at=at)


def close(agreements: Sequence[Agreement], *, as_of: date, at: datetime) -> None:
    """Note on agreements of one business, not yet stored, that they are billed up to a day.

    What is billed ahead of its day does not close the days in between: their usage is still to come.
    """
    if not agreements:
        return
    closed = min(as_of, customer_queries.today(business=agreements[0].business, at=at))
    for agreement in agreements:
        agreement.billed_through_date = max(closed, agreement.billed_through_date or closed)


@transaction.atomic
def check_completion(*, agreement: Agreement, today: date, by: Actor, at: datetime) -> Agreement:
    """Complete an active agreement whose term has passed and that has nothing left to bill; else change nothing."""
    stored = locked(agreement)
    if stored.status == AgreementStatus.ACTIVE and _is_over(stored, today):
        stored.status, stored.completed_at, stored.updated_at = AgreementStatus.COMPLETED, at, at
        stored.save(update_fields=["status", "completed_at", "updated_at"])
        ledger.record(subject=stored, action="complete", by=by, at=at)
    return stored


def locked(agreement: Agreement) -> Agreement:
    """The agreement as stored, its row locked until the transaction ends."""
    rows = Agreement.objects.for_business(agreement.business).select_related("business", "customer")
    return rows.select_for_update(of=("self",)).get(pk=agreement.pk)


def _is_over(agreement: Agreement, today: date) -> bool:
    if agreement.next_due_date is not None or queries.has_drafts(agreement=agreement):
        return False
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    end = books.terms_in_force().end_date
    return end is not None and today >= end


def _row(terms: AgreementTerms, at: datetime) -> Agreement:
    """An agreement on these terms, not yet stored."""
    fixed = terms.fixed_tax
    tax = fixed or queries.tax_treatment(business=terms.business, label=terms.tax_treatment)
    return Agreement(
        business=terms.business,
        uid=uuid4(),
        order_uid=terms.order_uid,
        order_number=terms.order_number,
        customer=terms.customer,
        customer_name=terms.customer.name,
        start_date=terms.order_start_date,
        anchor_date=terms.first_invoice_date or terms.order_start_date or terms.approved_on,
        term_months=terms.term_months,
        approved_on=terms.approved_on,
        currency=terms.currency,
        discount_cents=terms.discount_cents,
        tax_treatment=terms.tax_treatment,
        tax_mode=tax.mode,
        stub=terms.stub,
        minimum_commitment_cents=terms.minimum_commitment_cents,
        fixed_tax_cents=fixed.cents if fixed else None,
        fixed_tax_rate_percent=fixed.rate_percent if fixed else None,
        timezone=terms.customer.timezone or terms.business.timezone,
        net_days=_net_days(terms),
        terms_sha256=terms.terms_sha256,
        line_count=len(terms.lines),
        created_at=at,
        updated_at=at,
    )


def _net_days(terms: AgreementTerms) -> int:
    own = terms.customer.net_days
    return terms.business.net_days if own is None else own


def line_row(*, agreement: Agreement, line: AgreementLineTerms) -> AgreementLine:
    """A line of an agreement, not yet stored."""
    return AgreementLine(
        business=agreement.business,
        agreement=agreement,
        position=line.position,
        order_line_uid=line.order_line_uid,
        catalog_item_uid=line.catalog_item_uid,
        description=line.description,
        qty=line.qty,
        unit_price_cents=line.unit_price_cents,
        billing_rule=line.billing_rule,
        billing_timing=line.billing_timing or "",
        ramp_schedule=line.ramp_schedule,
        prepaid_expiry_months=line.prepaid_expiry_months,
        pricing=line.pricing,
        fixed_amount_cents=line.fixed_amount_cents,
        committed_qty=line.qty,
    )
