"""Rows to engine values and back. The only place that knows both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from billing.engine import changes, pricing, ramps, terms
from billing.engine import tax as taxes
from billing.engine.billing import Booked, Change, DeliveredOn, Document, DocumentLine
from billing.engine.charges import Kind
from billing.engine.revenue import Billed
from billing.engine.tax import FixedTax, Mode, Treatment
from billing.models import Agreement, AgreementChange, AgreementLine, Charge, Invoice, InvoiceLine, TaxTreatment
from billing.states import ChangeKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Books:
    """All that the engine needs to bill one agreement."""

    agreement: Agreement
    lines: tuple[AgreementLine, ...]
    terms: terms.Terms
    changes: tuple[Change, ...]
    tax: Treatment
    delivered: tuple[DeliveredOn, ...]
    booked: tuple[Booked, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentRows:
    """An invoice with its lines and their charges, not yet stored."""

    invoice: Invoice
    lines: list[InvoiceLine]
    charges: list[Charge]


def agreement_terms(agreement: Agreement, lines: Sequence[AgreementLine]) -> terms.Terms:
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
        lines=tuple(map(_line, signed)),
    )


def change(row: AgreementChange, *, added: AgreementLine | None) -> Change:
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
            return changes.AddLine(line=_line(added), effective=effective, requested_on=row.requested_date)
        case ChangeKind.CANCEL:
            return changes.Cancel(effective=effective, requested_on=row.requested_date)
        case ChangeKind.RENEW:
            return changes.Renew(term_months=row.term_months or 0)
        case ChangeKind.PAUSE:
            return changes.Pause(effective=effective, resumed=row.resumed_date)
        case ChangeKind.GIVE_BACK:
            return changes.GiveBack(line=row.line_position or 0, effective=effective)


def _line(line: AgreementLine) -> terms.Line:
    return terms.Line(
        position=line.position,
        description=line.description,
        qty=line.qty,
        unit_price_cents=line.unit_price_cents,
        rule=terms.Rule(line.billing_rule),
        timing=terms.Timing(line.billing_timing) if line.billing_timing else None,
        ramp=ramps.parse(line.ramp_schedule) if line.ramp_schedule else (),
        catalog_item=str(line.catalog_item_uid) if line.catalog_item_uid else None,
        prepaid_expiry_months=line.prepaid_expiry_months,
        pricing=pricing.parse(line.pricing) if line.pricing else None,
        fixed_amount_cents=line.fixed_amount_cents,
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


def document_rows(*, books: Books, document: Document, at: datetime) -> DocumentRows:
    """A document of the engine as a draft invoice with its lines and charges."""
    invoice = _invoice(books, document, at)
    agreement_lines = {line.position: line for line in books.lines}
    rows = DocumentRows(invoice=invoice, lines=[], charges=[])
    for position, line in enumerate(document.lines):
        agreement_line = None if line.order_line is None else agreement_lines[line.order_line]
        stored = _invoice_line(invoice, position, line, agreement_line)
        rows.lines.append(stored)
        rows.charges.extend(_charges(stored, line, agreement_line))
    return rows


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
    """Compute a draft's tax again, at the rate in force on its date (R8)."""
    rate = tax.rate_on(invoice.invoice_date)
    charged = [line for line in lines if line.kind != Kind.DISCOUNT]
    nets = [line.amount_cents - line.discount_cents for line in charged]
    invoice.tax_rate_percent = rate
    invoice.tax_cents = taxes.amount(net_cents=sum(nets), mode=tax.mode, rate_percent=rate)
    on_top = invoice.tax_cents if tax.mode is Mode.EXCLUSIVE else 0
    invoice.total_cents = invoice.subtotal_cents + on_top
    parts = taxes.by_line(tax_cents=invoice.tax_cents, nets=nets, mode=tax.mode, rate_percent=rate)
    for line, part in zip(charged, parts, strict=True):
        line.tax_cents = part


def _invoice(books: Books, document: Document, at: datetime) -> Invoice:
    agreement = books.agreement
    return Invoice(
        business=agreement.business,
        uid=uuid4(),
        type=document.type,
        agreement=agreement,
        customer_id=agreement.customer_id,
        customer_name=agreement.customer_name,
        order_number=agreement.order_number,
        currency=agreement.currency,
        invoice_date=document.invoice_date,
        due_date=document.invoice_date + timedelta(days=agreement.net_days),
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


def _invoice_line(
    invoice: Invoice, position: int, line: DocumentLine, agreement_line: AgreementLine | None
) -> InvoiceLine:
    return InvoiceLine(
        business=invoice.business,
        invoice=invoice,
        position=position,
        agreement_line=agreement_line,
        kind=line.kind,
        description=line.description,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        amount_cents=line.amount_cents,
        discount_cents=line.discount_cents,
        tax_cents=line.tax_cents,
        service_start=line.service_start,
        service_end_exclusive=line.service_end_exclusive,
    )


def _charges(stored: InvoiceLine, line: DocumentLine, agreement_line: AgreementLine | None) -> list[Charge]:
    return [
        Charge(
            business=stored.business,
            agreement_line=agreement_line,
            invoice_line=stored,
            period=charge.period,
            kind=line.kind,
            revision=charge.revision,
            amount_cents=charge.amount_cents,
            discount_cents=charge.discount_cents,
        )
        for charge in line.charges
    ]
