"""A billing plan: the documents a run would issue, each with what it would say."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from hashlib import sha256
from typing import cast
from uuid import UUID

from billing import closed
from billing.engine.documents import Document, DocumentLine
from billing.models import Agreement, Invoice, InvoiceLine

Entry = dict[str, object]


@dataclass(slots=True)
class Promise:
    """What a plan says of one draft, or of all that one agreement owes: a hash, and whose it is."""

    order_number: str
    sha256: bytes


class Plan:
    """What may be issued, a hash for each draft and for each agreement; what is issued is crossed off."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._open: dict[bytes, Promise] = {}
        for entry in entries:
            found = self._open.setdefault(_key(entry), Promise(str(entry["order_number"]), b""))
            found.sha256 = _chained(found.sha256, entry)

    def has_draft(self, draft: Invoice, *, closed_through: date | None) -> bool:
        """Whether a draft stands in the plan as it would be issued now."""
        return self._promises(draft.uid, [draft_entry(draft, closed_through=closed_through)])

    def has_due(self, agreement: Agreement, documents: Sequence[Document], *, closed_through: date | None) -> bool:
        """Whether these are the documents of an agreement in the plan, all of them and no other."""
        entries = (due_entry(agreement, document, closed_through=closed_through) for document in documents)
        return self._promises(agreement.uid, entries)

    def cross_off(self, issued: Iterable[Agreement | Invoice]) -> None:
        """Note that these drafts, or all that these agreements owed, are issued as planned."""
        for row in issued:
            self._open.pop(row.uid.bytes, None)

    @property
    def left(self) -> set[str]:
        """The order numbers of what is planned and not crossed off."""
        return {promise.order_number for promise in self._open.values()}

    def _promises(self, uid: UUID, entries: Iterable[Entry]) -> bool:
        promised = self._open.get(uid.bytes)
        return (promised.sha256 if promised else b"") == reduce(_chained, entries, b"")


def _key(entry: Entry) -> bytes:
    return UUID(str(entry["draft"] or entry["agreement"])).bytes


def _chained(before: bytes, entry: Entry) -> bytes:
    return sha256(before + canonical(entry).encode()).digest()


@dataclass(kw_only=True)
class BusinessPlan:
    """What a run would issue for one business: its documents to be drawn once, and the sums of those drawn so far.

    `parked` are the agreements that it could not bill, with the reason.
    """

    business: str
    name: str
    as_of: date
    drafts: int = 0
    new: int = 0
    totals: Counter[str] = field(default_factory=Counter)
    parked: dict[str, str] = field(default_factory=dict)

    def counted(self, entry: Entry) -> Entry:
        """A document, now in the sums."""
        self.drafts += entry["draft"] is not None
        self.new += entry["draft"] is None
        self.totals[str(entry["currency"])] += cast(int, entry["total_cents"])
        return entry

    def sums(self) -> Entry:
        """The counts and totals, as a file shows them."""
        return {"drafts": self.drafts, "new": self.new, "totals": self.totals, "parked": self.parked}

    def header(self) -> Entry:
        """Whose plan it is, and up to which day."""
        return {"business": self.business, "name": self.name, "as_of": self.as_of.isoformat()}


def canonical(entry: Entry) -> str:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def draft_entry(draft: Invoice, *, closed_through: date | None) -> Entry:
    """A stored draft as it would be issued; its agreement and its lines are best read along with it."""
    lines = sorted(draft.lines.all(), key=lambda line: line.position)
    return {
        **_entry(draft.agreement, draft, lines, draft=draft.uid),
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
