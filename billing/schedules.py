"""A billing schedule as people look at it: the engine's own documents, their sums, and what nobody has committed to."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from billing import queries
from billing.engine import billing as engine
from billing.engine import changes
from billing.engine.billing import Document, DocumentLine, Estimate, Schedule
from billing.engine.charges import Kind
from billing.models import Agreement

# More lines than this, in all documents together, are shown by kind: nobody reads further, and browsers do not either.
LINES_SHOWN = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleLine:
    """A line of a document, or several of one kind under one sum."""

    kind: Kind
    description: str
    amount_cents: int
    discount_cents: int
    tax_cents: int
    service_start: date | None
    service_end_exclusive: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleRow:
    """One document to come."""

    document: Document
    lines: tuple[ScheduleLine, ...]

    @property
    def charges(self) -> list[ScheduleLine]:
        """The lines without the contract discount, which each of them shows its share of."""
        return [line for line in self.lines if line.kind is not Kind.DISCOUNT]

    @property
    def gross_cents(self) -> int:
        return self.document.subtotal_cents + self.document.discount_cents


@dataclass(frozen=True, kw_only=True, slots=True)
class UsageStretch:
    """Consecutive periods of metered usage, estimated alike."""

    estimates: tuple[Estimate, ...]

    @property
    def first(self) -> Estimate:
        return self.estimates[0]

    @property
    def last(self) -> Estimate:
        return self.estimates[-1]

    @property
    def amount_cents(self) -> int:
        return sum(estimate.amount_cents for estimate in self.estimates)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All that a page says about a schedule; every amount is in the one currency of its order."""

    currency: str
    term_months: int | None
    schedule: Schedule

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.schedule.documents

    @property
    def usage(self) -> list[Estimate]:
        """Metered usage as ordered: expected, never committed."""
        return [estimate for estimate in self.schedule.estimates if estimate.period is not None]

    @property
    def usage_stretches(self) -> list[UsageStretch]:
        alike = groupby(self.usage, key=lambda usage: (usage.order_line, usage.quantity, usage.unit_price_cents))
        return [UsageStretch(estimates=tuple(estimates)) for _, estimates in alike]

    @property
    def undelivered(self) -> list[Estimate]:
        """Ordered units, committed but billed only as they are delivered."""
        return [estimate for estimate in self.schedule.estimates if estimate.period is None]

    @property
    def is_grouped(self) -> bool:
        return sum(len(document.lines) for document in self.documents) > LINES_SHOWN

    @property
    def rows(self) -> Iterator[ScheduleRow]:
        lines = grouped if self.is_grouped else singly
        return (ScheduleRow(document=document, lines=lines(document.lines)) for document in self.documents)

    @property
    def discount_cents(self) -> int:
        return sum(document.discount_cents for document in self.documents)

    @property
    def gross_cents(self) -> int:
        return sum(document.subtotal_cents for document in self.documents) + self.discount_cents

    @property
    def tax_cents(self) -> int:
        return sum(document.tax_cents for document in self.documents)

    @property
    def total_cents(self) -> int:
        return sum(document.total_cents for document in self.documents)

    @property
    def undelivered_cents(self) -> int:
        """The ordered units after their share of the discount."""
        return sum(estimate.amount_cents - estimate.discount_cents for estimate in self.undelivered)

    @property
    def committed_cents(self) -> int:
        """What the customer commits to, before a tax that comes on top: dated documents and ordered units."""
        return self.gross_cents - self.discount_cents + self.undelivered_cents


def of_agreement(*, agreement: Agreement) -> Overview:
    """What was signed and approved, as it was to be billed from the first day on."""
    terms, tax = queries.as_signed(agreement=agreement)
    return Overview(
        currency=agreement.currency,
        term_months=agreement.term_months,
        schedule=engine.preview(terms=terms, tax=tax),
    )


def by_now(*, agreement: Agreement) -> Overview:
    """The same with all that was agreed since; what is billed already makes no difference."""
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    return Overview(
        currency=agreement.currency,
        term_months=changes.apply(terms=books.terms, changes=books.changes).months,
        schedule=engine.preview(terms=books.terms, tax=books.tax, changes=books.changes),
    )


def singly(lines: Sequence[DocumentLine]) -> tuple[ScheduleLine, ...]:
    return tuple(_line([line], description=line.description) for line in lines)


def grouped(lines: Sequence[DocumentLine]) -> tuple[ScheduleLine, ...]:
    """One line for each kind and service period, with how many it stands for."""
    groups: dict[tuple[Kind, date | None, date | None], list[DocumentLine]] = defaultdict(list)
    for line in lines:
        groups[line.kind, line.service_start, line.service_end_exclusive].append(line)
    return tuple(_line(group, description=_in_words(group)) for group in groups.values())


def _in_words(group: Sequence[DocumentLine]) -> str:
    first = group[0]
    return first.description if len(group) == 1 else f"{len(group)} lines, {first.kind.replace('_', ' ')}"


def _line(group: Sequence[DocumentLine], *, description: str) -> ScheduleLine:
    first = group[0]
    return ScheduleLine(
        kind=first.kind,
        description=description,
        amount_cents=sum(line.amount_cents for line in group),
        discount_cents=sum(line.discount_cents for line in group),
        tax_cents=sum(line.tax_cents for line in group),
        service_start=first.service_start,
        service_end_exclusive=first.service_end_exclusive,
    )
