"""The versions of an order, told from its ledger: what each said, who made it, and what it would have billed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from billing.engine import billing as engine
from billing.engine import refusals
from billing.engine.tax import Mode, Treatment
from billing.schedules import Overview
from customers.models import Event
from orders import agreement_terms
from orders.errors import RefusedTerms
from orders.models import Line, Order
from orders.services.moves import HEADER
from orders.states import Status

TOLD = frozenset({*HEADER, "tags", "attributes"})
UNTAXED = Treatment(label="none", mode=Mode.NONE)
DAYS = ("order_start_date", "first_invoice_date")
TERMS = (*DAYS, "term_months", "discount_cents", "stub", "minimum_commitment_cents", "currency", "total_cents")


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """An order as one event left it. `said` has its header and lines as the ledger keeps them."""

    number: int
    action: str
    actor_name: str
    at: datetime
    said: Mapping[str, Any]

    @property
    def lines(self) -> Sequence[Mapping[str, Any]] | None:
        """The lines as documents; None where the ledger does not tell them."""
        return self.said.get("lines")


def of_events(events: Iterable[Event]) -> list[Version]:
    """Every version that these events of one order left, oldest first."""
    found: list[Version] = []
    said: dict[str, Any] = {}
    for event in events:
        if "version" in event.after:
            said = {**said, **{name: value for name, value in event.after.items() if name in TOLD}}
            if "lines" in event.after:
                said["lines"] = _lines_after(said.get("lines", []), event)
            found.append(
                Version(
                    number=said["version"], action=event.action, actor_name=event.actor_name, at=event.at, said=said
                )
            )
    return found


def _lines_after(known: Sequence[Mapping[str, Any]], event: Event) -> list[Mapping[str, Any]]:
    """The lines that an event left; it tells those that moved by their ids, as they were and as they became."""
    became, were = event.after["lines"], event.before.get("lines", [])
    moved = {line.get("uid") for line in (*became, *were)}
    kept = [line for line in known if line.get("uid") not in moved] if "lines" in event.before else []
    return sorted((*kept, *became), key=lambda line: line["position"])


def numbered(*, versions: Sequence[Version], number: int) -> Version | None:
    return next((version for version in versions if version.number == number), None)


def last_decided_on(*, versions: Sequence[Version], terms_sha256: str) -> Version | None:
    """The version that approvers had before them last, if its terms were not these; None on a first submission."""
    waiting = (
        version
        for version in reversed(versions)
        if version.said.get("status") == Status.SUBMITTED and version.said.get("terms_sha256") != terms_sha256
    )
    return next(waiting, None)


def overview(*, version: Version, order: Order, today: date) -> Overview | None:
    """What a version would have billed, before a tax that comes on top; None where its terms cannot be told."""
    if version.lines is None:
        return None
    try:
        terms = agreement_terms.engine_terms(
            order=_header(version, order), lines=list(map(_line, version.lines)), approved_on=today
        )
        schedule = engine.preview(terms=terms, tax=UNTAXED)
    except (refusals.TermsRefused, RefusedTerms):
        return None
    return Overview(currency=version.said["currency"], term_months=terms.term_months, schedule=schedule)


def _header(version: Version, order: Order) -> Order:
    said = {name: version.said.get(name) for name in TERMS}
    days = {name: date.fromisoformat(told) if (told := version.said.get(name)) else None for name in DAYS}
    return Order(business=order.business, number=order.number, **{**said, **days})


def _line(document: Mapping[str, Any]) -> Line:
    steps = [
        {"from_month": month, "qty": qty, "unit_price_cents": price} for month, qty, price in document.get("ramp") or ()
    ]
    return Line(
        position=document["position"],
        description=document["description"],
        qty=Decimal(document["qty"]),
        unit_price_cents=document["unit_price_cents"],
        billing_rule=document["billing_rule"],
        billing_timing=document["billing_timing"],
        ramp_schedule={"steps": list(map(_mentioned, steps))} if steps else None,
        prepaid_expiry_months=document.get("prepaid_expiry_months"),
        pricing=document.get("pricing"),
        fixed_amount_cents=document.get("fixed_amount_cents"),
    )


def _mentioned(step: Mapping[str, Any]) -> Mapping[str, Any]:
    """A step without what it does not say."""
    return {name: Decimal(value) if name == "qty" else value for name, value in step.items() if value is not None}
