"""Lines given back: off the bill by voiding their invoice when all of it comes back, else by a credit note."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from billing import errors, queries, translate
from billing.engine import change_refusals
from billing.models import Agreement, AgreementChange, AgreementLine, Invoice
from billing.refusing import refused_as
from billing.services import agreements, documents, payments, voiding
from billing.states import AGREEMENT_TRANSITIONS, AgreementAction, AgreementStatus, ChangeKind, InvoiceStatus
from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission


@transaction.atomic
def credit_lines(
    *, agreement: Agreement, lines: Collection[int], returned_on: date, reason: str, by: Actor, at: datetime
) -> list[AgreementChange]:
    """Take flat lines back whole, by their positions: they owe nothing any more.

    Once every line is back the agreement is terminated, and its invoices are void where nothing was paid or credited.
    Anything else that was billed for these lines stands on a credit note of its own, dated `returned_on`, which the
    next billing run issues. Raises ChangeRefused, and AgreementNotActive.
    """
    by.require(Permission.APPROVE, business=agreement.business)
    stored = agreements.locked(agreement)
    if stored.status not in (AgreementStatus.ACTIVE, AgreementStatus.PAUSED):
        raise errors.AgreementNotActive(f"{stored} is {stored.status}: nothing more can be agreed.", field="status")
    if stored.fixed_tax_cents is not None:
        raise errors.ChangeRefused("The tax of this agreement was signed as one amount.", field="line")
    rows = _agreed(stored, lines, returned_on=returned_on, reason=reason, at=at)
    documents.discard_drafts(agreement=stored, by=by, at=at)
    AgreementChange.objects.bulk_create(rows)
    if _is_all_back(stored):
        stored.status = AGREEMENT_TRANSITIONS[AgreementStatus(stored.status), AgreementAction.TERMINATE]
        stored.save(update_fields=["status"])
        _void_what_is_unpaid(stored, reason=reason, by=by, at=at)
    agreements.schedule_next(agreements=[stored], at=at)
    ledger.record(
        subject=stored,
        action=ChangeKind.GIVE_BACK,
        by=by,
        at=at,
        after={"lines": sorted(lines), "returned_on": returned_on, "reason": reason},
    )
    return rows


def _agreed(
    agreement: Agreement, lines: Collection[int], *, returned_on: date, reason: str, at: datetime
) -> list[AgreementChange]:
    """The changes, one for each line, none of them stored yet. Raises ChangeRefused for one that does not fit."""
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    known = AgreementChange.objects.for_business(agreement.business).filter(agreement=agreement)
    last: int = known.aggregate(last=Max("number"))["last"] or 0
    rows: list[AgreementChange] = []
    for number, position in enumerate(sorted(lines), start=last + 1):
        row = AgreementChange(
            business=agreement.business,
            uid=uuid4(),
            agreement=agreement,
            number=number,
            kind=ChangeKind.GIVE_BACK,
            line_position=position,
            effective_date=returned_on,
            reason=reason,
            created_at=at,
        )
        agreed = [translate.change(earlier, added=None) for earlier in rows]
        with refused_as(errors.ChangeRefused):
            change = translate.change(row, added=None)
            change_refusals.check_change(terms=books.terms, changes=[*books.changes, *agreed], change=change)
        rows.append(row)
    return rows


def _is_all_back(agreement: Agreement) -> bool:
    changes = AgreementChange.objects.for_business(agreement.business)
    returned = changes.filter(agreement=agreement, kind=ChangeKind.GIVE_BACK).values("line_position")
    lines = AgreementLine.objects.for_business(agreement.business).filter(agreement=agreement)
    return not lines.exclude(position__in=returned).exists()


def _void_what_is_unpaid(agreement: Agreement, *, reason: str, by: Actor, at: datetime) -> None:
    """Void the invoices if all of them are open and unpaid, so that none stands against a payment or a credit."""
    standing = Invoice.objects.for_business(agreement.business).filter(agreement=agreement)
    invoices = [payments.locked(row) for row in standing.exclude(status=InvoiceStatus.VOID).order_by("id")]
    if all(row.status == InvoiceStatus.OPEN and not row.amount_paid_cents and row.total_cents > 0 for row in invoices):
        for invoice in invoices:
            voiding.take_out(invoice, agreement, reason=reason, by=by, at=at)
