"""The books of an agreement as they are read, and the rows of a document as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from billing.engine import billing as engine
from billing.engine.billing import Booked, Change, DeliveredOn, Document
from billing.engine.changes import apply
from billing.engine.charges import Kind
from billing.engine.tax import Treatment
from billing.engine.terms import Terms
from billing.models import Agreement

# The position of a line, a period of the grid and what it is charged for.
Key = tuple[int, int, Kind]


class SignedLine(NamedTuple):
    """What a run reads of an agreement's line: a row of `AgreementLine`, without what it never looks at."""

    id: int
    agreement_id: int
    position: int
    description: str
    qty: Decimal
    unit_price_cents: int
    billing_rule: str
    billing_timing: str
    ramp_schedule: Mapping[str, object] | None
    catalog_item_uid: UUID | None
    prepaid_expiry_months: int | None
    pricing: Mapping[str, object] | None
    fixed_amount_cents: int | None
    added_by_id: int | None
    delivered_qty: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Books:
    """All that the engine needs to bill one agreement, and what only the storing of its charges needs.

    Voided documents keep their revisions: `freed` is the first one that is free of what they alone had charged.
    """

    agreement: Agreement
    lines: tuple[SignedLine, ...]
    terms: Terms
    changes: tuple[Change, ...]
    tax: Treatment
    delivered: tuple[DeliveredOn, ...]
    booked: tuple[Booked, ...]
    documented: frozenset[date]
    freed: Mapping[Key, int]

    def terms_in_force(self) -> Terms:
        """The terms as changes have made them."""
        return apply(terms=self.terms, changes=self.changes)

    def due(self, *, as_of: date, changes: Sequence[Change] | None = None) -> tuple[Document, ...]:
        """What the agreement owes on or before a day and has not been charged; with `changes`, were these all agreed.

        Raises what the engine raises.
        """
        return engine.due_documents(
            terms=self.terms,
            tax=self.tax,
            delivered=self.delivered,
            booked=self.booked,
            billed_through=self.agreement.billed_through_date,
            as_of=as_of,
            changes=self.changes if changes is None else changes,
            documented=self.documented,
        )

    def next_due_date(self) -> date | None:
        """The earliest day on which a run has something to look at; None when nothing is left."""
        return engine.next_due_date(
            terms=self.terms,
            delivered=self.delivered,
            booked=self.booked,
            billed_through=self.agreement.billed_through_date,
            changes=self.changes,
            documented=self.documented,
        )


class LineRow(NamedTuple):
    """A row of `InvoiceLine`, column by column."""

    id: int
    business_id: int
    invoice_id: int
    position: int
    agreement_line_id: int | None
    kind: str
    description: str
    quantity: Decimal | None
    unit_price_cents: int | None
    amount_cents: int
    discount_cents: int
    tax_cents: int
    service_start: date | None
    service_end_exclusive: date | None


class ChargeRow(NamedTuple):
    """A row of `Charge`, column by column; the database numbers it."""

    business_id: int
    agreement_line_id: int
    period: int
    kind: str
    revision: int
    invoice_line_id: int
    amount_cents: int
    discount_cents: int
