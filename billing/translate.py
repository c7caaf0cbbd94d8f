"""Rows to engine values and back. The only place that knows both."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from billing import closed
from billing.book_rows import Books, ChargeRow, LineRow, SignedLine
from billing.engine import changes, pricing, ramps, terms
from billing.engine import tax as taxes
from billing.engine.billing import Change, Document, DocumentType
from billing.engine.charges import Kind
from billing.engine.revenue import Billed
from billing.engine.tax import FixedTax, Mode, Treatment
from billing.models import Agreement, AgreementChange, AgreementLine, Invoice, InvoiceLine, TaxTreatment
from billing.states import ChangeKind


def agreement_terms(agreement: Agreement, lines: Sequence[SignedLine | AgreementLine]) -> terms.Terms:
    """The terms as they were signed; lines that a change added are not among them."""
    signed = [line for line in lines if line.added_by_id is None]
    return terms.Terms(
        anchor_date=agreement.anchor_date,
        start_date=agreement.start_date,
        approved_on=agreement.approved_on,
        term_months=agreement.term_months,
        discount_cents=agreement.discount_cents,
        stub=terms.Stub(agreement.stub),
        minimum_commitment_cents_per_period=agreement.minimum_commitment_cents,
        lines=tuple(map(line, signed)),
    )


def change(row: AgreementChange, *, added: AgreementLine | SignedLine | None) -> Change:
    """What was agreed after the approval, as the engine reads it; `added` is the line that it adds, if it does."""
    effective = row.effective_date or date.min
    match ChangeKind(row.kind):
        case ChangeKind.AMEND:
            return changes.Amend(
                line=row.line_position or 0,
                effective=effective,
                requested_on=row.requested_date,
                qty=row.qty,
                unit_price_cents=row.unit_price_cents,
            )
        case ChangeKind.ADD_LINE:
            assert added is not None
            return changes.AddLine(line=line(added), effective=effective, requested_on=row.requested_date)
        case ChangeKind.CANCEL:
            return changes.Cancel(effective=effective, requested_on=row.requested_date)
        case ChangeKind.RENEW:
            return changes.Renew(term_months=row.term_months or 0)
        case ChangeKind.PAUSE:
            return changes.Pause(effective=effective, resumed=row.resumed_date)
        case ChangeKind.GIVE_BACK:
            return changes.GiveBack(line=row.line_position or 0, effective=effective)


def line(row: AgreementLine | SignedLine) -> terms.Line:
    """A line of an agreement, stored or not, as the engine reads it."""
    return terms.Line(
        position=row.position,
        description=row.description,
        qty=row.qty,
        unit_price_cents=row.unit_price_cents,
        rule=terms.Rule(row.billing_rule),
        timing=terms.Timing(row.billing_timing) if row.billing_timing else None,
        ramp=ramps.parse(row.ramp_schedule) if row.ramp_schedule else (),
        catalog_item=str(row.catalog_item_uid) if row.catalog_item_uid else None,
        prepaid_expiry_months=row.prepaid_expiry_months,
        pricing=pricing.parse(row.pricing) if row.pricing else None,
        fixed_amount_cents=row.fixed_amount_cents,
    )


def agreed_treatment(agreement: Agreement, row: TaxTreatment | None) -> Treatment:
    """How an agreement is taxed: by the amount it was signed with, else by its row of the tax table."""
    mode = Mode(agreement.tax_mode)
    if agreement.fixed_tax_cents is None or agreement.fixed_tax_rate_percent is None:
        return treatment(row, label=agreement.tax_treatment, mode=mode)
    return Treatment.fixed(
        FixedTax(
            cents=agreement.fixed_tax_cents,
            rate_percent=agreement.fixed_tax_rate_percent,
            is_included=mode is Mode.INCLUSIVE,
        )
    )


def treatment(row: TaxTreatment | None, *, label: str, mode: Mode | None = None) -> Treatment:
    """A tax treatment as the engine reads it, its mode as frozen if given.

    A label that was never in the table taxes nothing (R8); one whose row is gone since has no rate to bill with.
    """
    if row is None:
        return Treatment(label=label, mode=mode or Mode.NONE, rates=())
    rates = sorted((rate.from_date, rate.rate_percent) for rate in row.rates.all())
    return Treatment(label=label, mode=mode or Mode(row.mode), rates=tuple(rates))


def invoice(*, books: Books, document: Document, at: datetime, closed_through: date | None) -> Invoice:
    """A document of the engine as a draft, not yet stored, dated on an open day."""
    agreement = books.agreement
    day = closed.dated(day=document.invoice_date, closed_through=closed_through)
    is_due = document.type is not DocumentType.CREDIT_NOTE
    return Invoice(
        business_id=agreement.business_id,
        uid=uuid4(),
        type=document.type,
        agreement_id=agreement.pk,
        customer_id=agreement.customer_id,
        customer_name=agreement.customer_name,
        order_number=agreement.order_number,
        currency=agreement.currency,
        invoice_date=day,
        due_date=day + timedelta(days=agreement.net_days) if is_due else None,
        moved_from_date=closed.moved_from(day=document.invoice_date, closed_through=closed_through),
        subtotal_cents=document.subtotal_cents,
        discount_cents=document.discount_cents,
        tax_cents=document.tax_cents,
        total_cents=document.total_cents,
        tax_treatment=agreement.tax_treatment,
        tax_mode=books.tax.mode,
        tax_rate_percent=document.tax_rate_percent,
        created_at=at,
        updated_at=at,
    )


def lines(*, books: Books, document: Document, invoice: Invoice, ids: Iterator[int]) -> Iterator[LineRow]:
    """The lines of a document under its stored invoice, each with the next of these ids."""
    agreement_lines = {line.position: line.id for line in books.lines}
    for position, line in enumerate(document.lines):
        yield LineRow(
            next(ids),
            invoice.business_id,
            invoice.pk,
            position,
            None if line.order_line is None else agreement_lines[line.order_line],
            line.kind,
            line.description,
            line.quantity,
            line.unit_price_cents,
            line.amount_cents,
            line.discount_cents,
            line.tax_cents,
            line.service_start,
            line.service_end_exclusive,
        )


def charges(*, books: Books, document: Document, lines: Sequence[LineRow]) -> Iterator[ChargeRow]:
    """What the lines of a document charge, given the same lines as rows; each key is free (R12)."""
    for line, row in zip(document.lines, lines, strict=True):
        for charge in line.charges:
            assert row.agreement_line_id is not None
            assert line.order_line is not None
            freed = books.freed.get((line.order_line, charge.period, line.kind), 0)
            yield ChargeRow(
                row.business_id,
                row.agreement_line_id,
                charge.period,
                row.kind,
                max(charge.revision, freed),
                row.id,
                charge.amount_cents,
                charge.discount_cents,
            )


def billed_line(line: InvoiceLine) -> Billed:
    """A line of an issued document as the revenue schedule reads it: after discount, without tax."""
    assert line.agreement_line is not None
    assert line.service_start is not None
    assert line.service_end_exclusive is not None
    inside = line.tax_cents if line.invoice.tax_mode == Mode.INCLUSIVE else 0
    return Billed(
        order_line=line.agreement_line.position,
        kind=Kind(line.kind),
        invoice_date=line.invoice.invoice_date,
        service_start=line.service_start,
        service_end_exclusive=line.service_end_exclusive,
        net_cents=line.amount_cents - line.discount_cents - inside,
    )


def tax_anew(*, invoice: Invoice, lines: Sequence[InvoiceLine], tax: Treatment) -> None:
    """Compute a draft's tax again, at the rate in force on the day it was scheduled for (R8)."""
    rate = tax.rate_on(invoice.scheduled_date)
    charged = [line for line in lines if line.kind != Kind.DISCOUNT]
    nets = [line.amount_cents - line.discount_cents for line in charged]
    invoice.tax_rate_percent = rate
    invoice.tax_cents = taxes.amount(net_cents=sum(nets), mode=tax.mode, rate_percent=rate)
    on_top = invoice.tax_cents if tax.mode is Mode.EXCLUSIVE else 0
    invoice.total_cents = invoice.subtotal_cents + on_top
    parts = taxes.by_line(tax_cents=invoice.tax_cents, nets=nets, mode=tax.mode, rate_percent=rate)
    for line, part in zip(charged, parts, strict=True):
        line.tax_cents = part
