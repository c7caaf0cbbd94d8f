"""Proofs of change orders: what was approved is what was drafted, by somebody else, and stands in the agreement."""

from collections.abc import Iterator, Sequence

from billing.models import AgreementChange, AgreementLine
from billing.states import ChangeKind
from billing.verification import Code
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
    agreements = [row.agreement_id for row in batch]
    every = AgreementChange.objects.for_business(business).filter(agreement__in=agreements)
    ended = set(every.filter(kind=ChangeKind.CANCEL).values_list("agreement_id", "effective_date"))
    changes = every.filter(kind=ChangeKind.AMEND)
    amended = set(changes.values_list("agreement_id", "line_position", "effective_date", "qty", "unit_price_cents"))
    lines = AgreementLine.objects.for_business(business).filter(agreement__in=agreements, added_by__isnull=False)
    added = set(lines.values_list("agreement_id", "order_line_uid", "qty", "unit_price_cents", "billing_rule"))
    drafted_by = _drafted_by(business, batch)
    for row in batch:
        if change_terms.sha256(change_order=row, lines=list(row.lines.all())) != row.terms_sha256:
            yield _finding(row, Code.TERMS_CHANGED, "Its terms are not those that were drafted and approved.")
        if row.approved_by_id and row.approved_by_id in {*row.contributor_ids, *drafted_by.get(row.pk, ())}:
            yield _finding(row, Code.FOUR_EYES, "Who approved it had drafted it.")
        if row.ends and (row.agreement_id, row.effective_date) not in ended:
            yield _finding(row, Code.AGREEMENT_DIFFERS, "Its agreement was not ended as it says.")
        if not all(_of_line(row, line) in (added if line.is_added else amended) for line in row.lines.all()):
            yield _finding(row, Code.AGREEMENT_DIFFERS, "Its agreement was not changed as it says.")


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
        return row.agreement_id, line.uid, line.qty, line.unit_price_cents, line.billing_rule
    return row.agreement_id, line.agreement_line.position, row.effective_date, line.qty, line.unit_price_cents


def _finding(row: ChangeOrder, code: Code, sentence: str) -> Finding:
    return Finding(code=code, subject=str(row), sentence=sentence)
