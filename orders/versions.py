"""What an order was at each version, told by the ledger, and how two of them differ."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing import queries as billing_queries
from billing.engine import billing as engine
from billing.engine import pricing
from billing.engine.tax import Treatment
from billing.engine.terms import Line, RampStep, Rule, Stub, Terms, TermsRefused, Timing
from customers import ledger
from orders import agreement_terms
from orders.models import Order

Document = Mapping[str, Any]
HEADER = (
    "customer_id project_id description order_start_date first_invoice_date term_months discount_cents tax_treatment "
    "currency subtotal_cents total_cents valid_until_date"
).split()
MOST_VERSIONS = 500
COMPARED = ("description", "qty", "unit_price_cents", "billing_rule", "billing_timing", "ramp")


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """The header fields and the lines that the ledger tells of a version."""

    number: int
    header: Document
    lines: Sequence[Document]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A line in two versions; none on one side where it was added or removed."""

    before: Document | None
    after: Document | None

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed" if self.changed else "same"

    @property
    def changed(self) -> set[str]:
        if self.before is None or self.after is None:
            return set()
        return {name for name in COMPARED if self.before.get(name) != self.after.get(name)}


def versions(*, order: Order) -> list[Version]:
    """Every version in which a term moved, oldest first; at most five hundred."""
    header: dict[str, Any] = {}
    lines: Sequence[Document] = ()
    told: list[Version] = []
    for event in ledger.history(business=order.business, subject=order).filter(after__has_key="version")[
        :MOST_VERSIONS
    ]:
        moved = {name: event.after[name] for name in HEADER if name in event.after}
        if moved or "lines" in event.after:
            header, lines = {**header, **moved}, event.after.get("lines", lines)
            told.append(Version(number=event.after["version"], header=header, lines=lines))
    return told


def header_changes(*, before: Version, after: Version) -> list[tuple[str, Any, Any]]:
    """The header fields that differ: name, what it was, what it is."""
    return [
        (name, before.header.get(name), after.header.get(name))
        for name in HEADER
        if before.header.get(name) != after.header.get(name)
    ]


def line_changes(*, before: Version, after: Version) -> list[Difference]:
    """The lines of both, matched by item and description, then by their place; those alike on both sides too."""
    left = defaultdict(list)
    for line in before.lines:
        left[_name(line)].append(line)
    pairs: list[tuple[Document | None, Document]] = []
    for line in after.lines:
        named = left[_name(line)]
        pairs.append((named.pop(0) if named else None, line))
    gone = {line["position"]: line for lines in left.values() for line in lines}
    found = [
        Difference(before=gone.pop(line["position"], None) if match is None else match, after=line)
        for match, line in pairs
    ]
    return [*found, *(Difference(before=line, after=None) for _, line in sorted(gone.items()))]


def schedule(*, order: Order, version: Version, today: date) -> engine.Schedule | None:
    """What a version would have billed, had it been approved today; None for terms that cannot be billed."""
    tax = agreement_terms.fixed_tax(order)
    label = version.header.get("tax_treatment") or ""
    treatment = Treatment.fixed(tax) if tax else billing_queries.tax_treatment(business=order.business, label=label)
    try:
        return engine.preview(terms=_terms(order, version.header, version.lines, today), tax=treatment)
    except TermsRefused:
        return None


def _name(line: Document) -> tuple[object, ...]:
    return line.get("catalog_item"), line["description"], line["billing_rule"]


def _terms(order: Order, header: Document, lines: Iterable[Document], today: date) -> Terms:
    start, first = (_day(header.get(name)) for name in ("order_start_date", "first_invoice_date"))
    return Terms(
        anchor_date=first or start or today,
        start_date=start,
        approved_on=today,
        term_months=header.get("term_months"),
        discount_cents=header.get("discount_cents") or 0,
        stub=Stub(order.stub),
        minimum_commitment_cents_per_period=order.minimum_commitment_cents,
        lines=tuple(map(_line, lines)),
    )


def _line(said: Document) -> Line:
    return Line(
        position=said["position"],
        description=said["description"],
        qty=Decimal(said["qty"]),
        unit_price_cents=said["unit_price_cents"],
        rule=Rule(said["billing_rule"]),
        timing=Timing(said["billing_timing"]) if said["billing_timing"] else None,
        ramp=tuple(
            RampStep(from_month=month, qty=None if qty is None else Decimal(qty), unit_price_cents=cents)
            for month, qty, cents in said.get("ramp", ())
        ),
        catalog_item=None,
        prepaid_expiry_months=said.get("prepaid_expiry_months"),
        pricing=pricing.parse(said["pricing"]) if said.get("pricing") else None,
        fixed_amount_cents=said.get("fixed_amount_cents"),
    )


def _day(said: object) -> date | None:
    return date.fromisoformat(said) if isinstance(said, str) else None
