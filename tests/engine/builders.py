"""Short words for the engine's tests: lines, agreements that keep their own book, what a document shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from billing.engine import billing, pricing, ramps
from billing.engine.billing import Booked, Delivered, DeliveredOn, Document
from billing.engine.change_refusals import check_change
from billing.engine.changes import AddLine, Amend, Cancel, Change, GiveBack, Pause, Renew
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Line, RampStep, Rule, Stub, Terms, Timing

UNTAXED = Treatment(label="none", mode=Mode.NONE)

day = date.fromisoformat


def taxed(mode: Mode, percent: str) -> Treatment:
    return Treatment(label="standard", mode=mode, rates=((day("2000-01-01"), Decimal(percent)),))


def line(rule: Rule, cents: int, *, qty: str = "1", words: str = "Plan") -> Line:
    return Line(position=0, description=words, qty=Decimal(qty), unit_price_cents=cents, rule=rule)


def flat(cents: int, *, qty: str = "1", words: str = "Setup") -> Line:
    return line(Rule.FLAT, cents, qty=qty, words=words)


def prepaid(
    cents: int, *, qty: str = "1", words: str = "Block", item: str | None = None, expiry_months: int | None = None
) -> Line:
    block = line(Rule.PREPAID_BLOCK, cents, qty=qty, words=words)
    return replace(block, catalog_item=item, prepaid_expiry_months=expiry_months)


def per_unit(cents: int, *, qty: str = "10", words: str = "Hours") -> Line:
    return line(Rule.PER_UNIT, cents, qty=qty, words=words)


def metered(
    cents: int,
    *,
    qty: str = "0",
    words: str = "API calls",
    steps: Iterable[object] = (),
    item: str | None = None,
    price_model: Mapping[str, object] | None = None,
) -> Line:
    usage = line(Rule.USAGE_METERED, cents, qty=qty, words=words)
    model = pricing.parse(price_model) if price_model else None
    return replace(usage, ramp=_ramp(steps), catalog_item=item, pricing=model)


def recurring(
    cents: int,
    *,
    qty: str = "1",
    words: str = "Plan",
    timing: Timing | None = None,
    steps: Iterable[object] = (),
) -> Line:
    return replace(line(Rule.RECURRING, cents, qty=qty, words=words), timing=timing, ramp=_ramp(steps))


def step(from_month: int, **changes: object) -> Mapping[str, object]:
    return {"from_month": from_month, **changes}


def terms(
    *lines: Line,
    start: str = "2026-01-01",
    months: int | None = 3,
    discount_cents: int = 0,
    approved_on: str | None = None,
    service_from: str | None = None,
    stub: Stub = Stub.NONE,
    minimum_cents: int = 0,
) -> Terms:
    return Terms(
        anchor_date=day(start),
        approved_on=day(approved_on or start),
        term_months=months,
        discount_cents=discount_cents,
        lines=tuple(replace(line, position=position) for position, line in enumerate(lines)),
        start_date=day(service_from or start),
        stub=stub,
        minimum_commitment_cents_per_period=minimum_cents,
    )


@dataclass
class Agreement:
    """Terms with the book a billing run would keep for them."""

    terms: Terms
    tax: Treatment = UNTAXED
    delivered: dict[tuple[int, int], str] = field(default_factory=dict)
    events: list[DeliveredOn] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    booked: list[Booked] = field(default_factory=list)
    billed_through: date | None = None

    def deliver(self, qty: str, *, period: int, line: int = 0) -> None:
        """State the quantity a line has delivered in a period, in total."""
        self.delivered[line, period] = qty

    def use(self, qty: str, *, on: str, line: int = 0) -> None:
        """Record one event on a local day."""
        self.events.append(DeliveredOn(line=line, local_date=day(on), quantity=Decimal(qty)))

    def amend(
        self,
        on: str,
        *,
        qty: str | None = None,
        cents: int | None = None,
        line: int = 0,
        requested: str | None = None,
    ) -> None:
        self.agree(
            Amend(
                line=line,
                effective=day(on),
                requested_on=day(requested) if requested else None,
                qty=Decimal(qty) if qty else None,
                unit_price_cents=cents,
            )
        )

    def add(self, line: Line, *, on: str, requested: str | None = None) -> None:
        self.agree(AddLine(line=line, effective=day(on), requested_on=day(requested) if requested else None))

    def cancel(self, on: str, *, requested: str | None = None) -> None:
        self.agree(Cancel(effective=day(on), requested_on=day(requested) if requested else None))

    def renew(self, months: int) -> None:
        self.agree(Renew(term_months=months))

    def pause(self, on: str, *, resumed: str | None = None) -> None:
        self.agree(Pause(effective=day(on), resumed=day(resumed) if resumed else None))

    def give_back(self, on: str, *, line: int = 0) -> None:
        self.agree(GiveBack(line=line, effective=day(on)))

    def agree(self, change: Change) -> None:
        """Take a change that the engine does not refuse."""
        check_change(terms=self.terms, changes=self.changes, change=change)
        self.changes.append(change)

    def run(self, as_of: str) -> tuple[Document, ...]:
        """Bill what is due and book it."""
        documents = billing.due_documents(
            terms=self.terms,
            tax=self.tax,
            delivered=self._deliveries(),
            booked=self.booked,
            billed_through=self.billed_through,
            as_of=day(as_of),
            changes=self.changes,
        )
        for document in documents:
            self.book(document)
        self.billed_through = max(self.billed_through or day(as_of), day(as_of))
        return documents

    def book(self, document: Document) -> None:
        self.booked += [
            Booked(
                line=line.order_line or 0,
                period=charge.period,
                kind=line.kind,
                amount_cents=charge.amount_cents,
                discount_cents=charge.discount_cents,
                next_revision=charge.revision + 1,
            )
            for line in document.lines
            for charge in line.charges
        ]

    def execution_document(self) -> Document | None:
        return billing.execution_document(
            terms=self.terms,
            tax=self.tax,
            delivered=self._deliveries(),
            booked=self.booked,
            changes=self.changes,
        )

    def next_due_date(self) -> str | None:
        found = billing.next_due_date(
            terms=self.terms,
            delivered=self._deliveries(),
            booked=self.booked,
            billed_through=self.billed_through,
            changes=self.changes,
        )
        return None if found is None else found.isoformat()

    def net_booked(self) -> int:
        return sum(row.amount_cents - row.discount_cents for row in self.booked)

    def _deliveries(self) -> list[Delivered | DeliveredOn]:
        by_period = [
            Delivered(line=line, period=period, quantity=Decimal(qty)) for (line, period), qty in self.delivered.items()
        ]
        return [*by_period, *self.events]


def dates(documents: Iterable[Document]) -> list[str]:
    return [document.invoice_date.isoformat() for document in documents]


def totals(documents: Iterable[Document]) -> list[int]:
    return [document.total_cents for document in documents]


def amounts(document: Document) -> list[int]:
    return [line.amount_cents for line in document.lines]


def discounts(document: Document) -> list[int]:
    return [line.discount_cents for line in document.lines if line.charges]


def words(document: Document) -> list[str]:
    return [line.description for line in document.lines]


def services(document: Document) -> list[tuple[str, str]]:
    return [(str(line.service_start), str(line.service_end_exclusive)) for line in document.lines]


def _ramp(steps: Iterable[object]) -> tuple[RampStep, ...]:
    listed = list(steps)
    return ramps.parse({"steps": listed}) if listed else ()
