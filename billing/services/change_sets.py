"""Several changes agreed as one: what a change order brings down, and what it is worth."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from billing import errors, queries, translate
from billing.engine import value
from billing.engine.changes import AddLine, Amend
from billing.engine.terms import TermsRefused
from billing.handover import AgreementLineTerms, ChangeTerms
from billing.models import Agreement, AgreementChange, AgreementLine
from billing.services import agreements, changes
from customers.actors import Actor


def check_open(*, agreement: Agreement) -> None:
    """Raise AgreementNotActive unless something can still be agreed."""
    if agreement.status not in changes.OPEN:
        raise errors.AgreementNotActive(f"{agreement} is {agreement.status}: nothing more can be agreed.")


def value_delta(*, agreement: Agreement, change: ChangeTerms) -> int:
    """By how much a change would move the committed value of an agreement, before discount and tax.

    Open-ended, it is the difference for one period. Raises ChangeRefused when the change does not fit.
    """
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    amended = [
        Amend(
            line=amendment.position,
            effective=change.effective_on,
            requested_on=change.requested_on,
            qty=amendment.qty,
            unit_price_cents=amendment.unit_price_cents,
        )
        for amendment in change.amended
    ]
    added = [
        AddLine(
            line=translate.line(agreements.line_row(agreement=agreement, line=line)),
            effective=change.effective_on,
            requested_on=change.requested_on,
        )
        for line in change.added
    ]
    try:
        return value.delta(terms=books.terms, agreed=books.changes, proposed=[*amended, *added], on=change.effective_on)
    except TermsRefused as refused:
        raise errors.ChangeRefused(refused.message, field=refused.field) from refused


@transaction.atomic
def agree(*, agreement: Agreement, change: ChangeTerms, by: Actor, at: datetime) -> list[AgreementChange]:
    """Amend and add all lines of a change, or none (R14).

    Raises ChangeRefused, AgreementNotActive, and MoreThanOrdered when less would be committed than is delivered.
    """
    amended = [
        changes.amend_line(
            agreement=agreement,
            line=amendment.position,
            effective_on=change.effective_on,
            requested_on=change.requested_on,
            qty=amendment.qty,
            unit_price_cents=amendment.unit_price_cents,
            by=by,
            at=at,
        )
        for amendment in change.amended
    ]
    added = [
        changes.add_line(
            agreement=agreement,
            line=line,
            effective_on=change.effective_on,
            requested_on=change.requested_on,
            by=by,
            at=at,
        )
        for line in _placed(agreement, change)
    ]
    return [*amended, *added]


def _placed(agreement: Agreement, change: ChangeTerms) -> list[AgreementLineTerms]:
    """The added lines after those that the agreement has by now; the caller holds its row."""
    first = AgreementLine.objects.for_business(agreement.business).filter(agreement=agreement).count()
    return [replace(line, position=first + place) for place, line in enumerate(change.added)]
