"""A billing plan: the documents a run would issue, each with what it would say, and one hash over all of them."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Self, cast
from uuid import UUID

from billing import closed
from billing.engine.documents import Document, DocumentLine
from billing.models import Agreement, Invoice, InvoiceLine

Entry = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What may be issued: drafts by their ids, and what each agreement owes, as fingerprints."""

    drafts: dict[str, str]
    due: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        drafts: dict[str, str] = {}
        due: dict[str, list[str]] = defaultdict(list)
        for entry in entries:
            if entry["draft"]:
                drafts[str(entry["draft"])] = fingerprint(entry)
            else:
                due[str(entry["agreement"])].append(fingerprint(entry))
        return cls(drafts=drafts, due={uid: tuple(found) for uid, found in due.items()})

    def has_draft(self, draft: Invoice, *, closed_through: date | None) -> bool:
        """Whether a draft stands in the plan as it would be issued now."""
        return self.drafts.get(str(draft.uid)) == fingerprint(draft_entry(draft, closed_through=closed_through))

    def has_due(self, agreement: Agreement, documents: Sequence[Document], *, closed_through: date | None) -> bool:
        """Whether these are the documents of an agreement in the plan, all of them and no other."""
        entries = (due_entry(agreement, document, closed_through=closed_through) for document in documents)
        found = tuple(map(fingerprint, entries))
        return self.due.get(str(agreement.uid), ()) == found


@dataclass(kw_only=True)
class BusinessPlan:
    """What a run would issue for one business, and the agreements it could not bill."""

    business: str
    name: str
    as_of: date
    documents: list[Entry] = field(default_factory=list)
    parked: dict[str, str] = field(default_factory=dict)

    @property
    def drafts(self) -> int:
        """How many of the documents exist as drafts; the others are new."""
        return sum(entry["draft"] is not None for entry in self.documents)

    @property
    def totals(self) -> dict[str, int]:
        """Minor units per currency."""
        totals: Counter[str] = Counter()
        for entry in self.documents:
            totals[str(entry["currency"])] += cast(int, entry["total_cents"])
        return dict(totals)

    def fields(self) -> Entry:
        """The plan with its counts and totals, as a file shows it."""
        return {
            "business": self.business,
            "name": self.name,
            "as_of": self.as_of.isoformat(),
            "drafts": self.drafts,
            "new": len(self.documents) - self.drafts,
            "totals": self.totals,
            "parked": self.parked,
            "documents": self.documents,
        }


def fingerprint(entry: Entry) -> str:
    """A hash of what one document says."""
    return sha256(canonical(entry).encode()).hexdigest()


def canonical(entry: Entry) -> str:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def draft_entry(draft: Invoice, *, closed_through: date | None) -> Entry:
    """A stored draft as it would be issued; its lines come from the database in order."""
    lines = draft.lines.order_by("position")
    return {
        **_entry(draft.agreement, draft, list(lines), draft=draft.uid),
        "invoice_date": closed.dated(day=draft.invoice_date, closed_through=closed_through).isoformat(),
        "moved_from_date": _day(
            draft.moved_from_date or closed.moved_from(day=draft.invoice_date, closed_through=closed_through)
        ),
    }


def due_entry(agreement: Agreement, document: Document, *, closed_through: date | None) -> Entry:
    """A document not yet stored as the plan shows it, dated on an open day."""
    return {
        **_entry(agreement, document, document.lines, draft=None),
        "invoice_date": closed.dated(day=document.invoice_date, closed_through=closed_through).isoformat(),
        "moved_from_date": _day(closed.moved_from(day=document.invoice_date, closed_through=closed_through)),
    }


def _entry(
    agreement: Agreement,
    document: Document | Invoice,
    lines: Sequence[DocumentLine | InvoiceLine],
    *,
    draft: UUID | None,
) -> Entry:
    return {
        "agreement": str(agreement.uid),
        "customer": agreement.customer_name,
        "order_number": agreement.order_number,
        "draft": draft and str(draft),
        "type": str(document.type),
        "currency": agreement.currency,
        "lines": list(map(_line, lines)),
        "subtotal_cents": document.subtotal_cents,
        "discount_cents": document.discount_cents,
        "tax_cents": document.tax_cents,
        "total_cents": document.total_cents,
    }


def _line(line: DocumentLine | InvoiceLine) -> Entry:
    return {
        "kind": str(line.kind),
        "description": line.description,
        "quantity": _plain(line.quantity),
        "unit_price_cents": line.unit_price_cents,
        "amount_cents": line.amount_cents,
        "discount_cents": line.discount_cents,
        "tax_cents": line.tax_cents,
        "service_start": _day(line.service_start),
        "service_end_exclusive": _day(line.service_end_exclusive),
    }


def _plain(quantity: Decimal | None) -> str | None:
    """The same text for 1 and 1.000000."""
    return None if quantity is None else f"{quantity.normalize():f}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
