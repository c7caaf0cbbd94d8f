"""The acceptance cases, each played once in a process for all that is asked of it; what is kept are plain values."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest import mock

from billing import explanations, queries
from billing.workings import Explanation
from customers.findings import Finding
from customers.models import Business
from orders import verification
from orders.cases import documents, read, report
from orders.cases.read import Case
from orders.cases.report import Outcome

CASES = {case.id: case for case in read.cases(Path(__file__).with_name("billing_cases.json"))}
SUPPORTED = [case.id for case in CASES.values() if isinstance(case, Case)]


@dataclass(kw_only=True)
class Books:
    """What was found in the books of a case when it had ended, and every document of theirs explained."""

    findings: list[Finding] = field(default_factory=list)
    explained: list[Explanation] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Played:
    outcome: Outcome
    books: Books


@cache
def played(case: str) -> Played:
    with looked_at() as books:
        return Played(outcome=report.outcome(CASES[case]), books=books)


@contextmanager
def looked_at() -> Iterator[Books]:
    """Look into the books before a case has never been."""
    books, issued = Books(), documents.issued

    def looking(*, business: Business) -> tuple[documents.Document, ...]:
        rows = queries.invoices(business=business).select_related("business").order_by("id")
        books.findings.extend(verification.of_business(business=business))
        books.explained.extend(explanations.of_invoice(invoice=invoice) for invoice in rows)
        return issued(business=business)

    with mock.patch.object(documents, "issued", looking):
        yield books
