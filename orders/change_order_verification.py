"""Proofs of change orders: what was approved is what was drafted, by somebody else, and stands in the agreement."""

from collections.abc import Iterator, Sequence
from datetime import date

from billing.models import AgreementChange, AgreementLine
from billing.states import ChangeKind, ChangePurpose
from billing.verification import Code
from customers import deeds
from customers.findings import Finding
from customers.models import Business, Event
from orders import change_order_queries, change_terms
from orders.models import ChangeOrder, ChangeOrderLine
from orders.states import ChangeOrderStatus

BATCH = 200


def of_business(*, business: Business) -> Iterator[Finding]:
    """Everything that is off with the approved change orders of a business, a batch at a time."""
    rows = change_order_queries.change_orders(business=business).filter(status=ChangeOrderStatus.APPROVED)
    batch = list(rows.order_by("id")[:BATCH])
    while batch:
        yield from _of_batch(business, batch)
        batch = list(rows.filter(id__gt=batch[-1].pk).order_by("id")[:BATCH])


def _of_batch(business: Business, batch: Sequence[ChangeOrder]) -> Iterator[Finding]:
    agreed = _agreed(business, batch)
    drafted_by = _drafted_by(business, batch)
    for row in batch:
        lines = list(row.lines.all())
        if change_terms.sha256(change_order=row, lines=lines) != row.terms_sha256:
            yield _finding(row, Code.TERMS_CHANGED, "Its terms are not those that were drafted and approved.")
        if row.approved_by_id and row.approved_by_id in {*row.contributor_ids, *drafted_by.get(row.pk, ())}:
            yield _finding(row, Code.FOUR_EYES, "Who approved it had drafted it.")
        if (whole := _as_a_whole(row)) and (row.agreement_id, *whole) not in agreed:
            done = "ended" if row.ends else deeds.told(row.purpose)
            yield _finding(row, Code.AGREEMENT_DIFFERS, f"Its agreement was not {done} as it says.")
        if not all((row.agreement_id, *_of_line(row, line)) in agreed for line in lines):
            yield _finding(row, Code.AGREEMENT_DIFFERS, "Its agreement was not changed as it says.")


def _agreed(business: Business, batch: Sequence[ChangeOrder]) -> set[tuple[object, ...]]:
    """All that was agreed of their agreements, each change and each added line by what names it here."""
    agreements = [row.agreement_id for row in batch]
    every = AgreementChange.objects.for_business(business).filter(agreement__in=agreements)
    names = ("agreement_id", "kind", "line_position", "effective_date", "qty", "unit_price_cents")
    changes = {tuple(row) for row in every.values_list(*names)}
    resumed = every.filter(resumed_date__isnull=False).values_list("agreement_id", "resumed_date")
    renewed = every.filter(kind=ChangeKind.RENEW).values_list("agreement_id", "kind", "term_months")
    lines = AgreementLine.objects.for_business(business).filter(agreement__in=agreements, added_by__isnull=False)
    added = lines.values_list("agreement_id", "order_line_uid", "qty", "unit_price_cents", "billing_rule")
    return {*changes, *((known, "resumed", day) for known, day in resumed), *renewed, *added}


def _as_a_whole(row: ChangeOrder) -> tuple[object, ...]:
    """What it does to the whole of the agreement, as that holds it; nothing where it only touches lines."""
    if row.ends:
        return ChangeKind.CANCEL, None, row.effective_date, None, None
    match ChangePurpose(row.purpose):
        case ChangePurpose.PAUSE:
            return ChangeKind.PAUSE, None, row.effective_date, None, None
        case ChangePurpose.RESUME:
            return "resumed", row.effective_date
        case ChangePurpose.RENEW:
            return ChangeKind.RENEW, row.term_months
        case ChangePurpose.AMEND | ChangePurpose.CREDIT:
            return ()


def _drafted_by(business: Business, batch: Sequence[ChangeOrder]) -> dict[int, set[int]]:
    """Who drafted, saved or submitted these change orders, as the ledger tells."""
    rows = Event.objects.for_business(business).filter(
        subject_type="changeorder",
        subject_id__in=[row.pk for row in batch],
        action__in=("create", "save", "submit"),
        staff_member__isnull=False,
    )
    people: dict[int, set[int]] = {}
    for subject_id, staff_member_id in rows.values_list("subject_id", "staff_member_id"):
        people.setdefault(subject_id, set()).add(staff_member_id)
    return people


def _of_line(row: ChangeOrder, line: ChangeOrderLine) -> tuple[object, ...]:
    """The line as the agreement holds it."""
    if line.agreement_line is None:
        return line.uid, line.qty, line.unit_price_cents, line.billing_rule
    place = line.agreement_line.position
    if row.purpose == ChangePurpose.CREDIT:
        return ChangeKind.GIVE_BACK, place, _document_date(row), None, None
    return ChangeKind.AMEND, place, row.effective_date, line.qty, line.unit_price_cents


def _document_date(row: ChangeOrder) -> date | None:
    return max(filter(None, (row.effective_date, row.requested_date)), default=None)


def _finding(row: ChangeOrder, code: Code, sentence: str) -> Finding:
    return Finding(code=code, subject=str(row), sentence=sentence)
