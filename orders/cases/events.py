"""What may happen to the order of a case. An event is a row of EVENTS: its fields, how they read, and what it does."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, Self

from billing import services as billing_services
from billing.errors import BillingError
from orders import services
from orders.cases import order as case_order
from orders.cases.nodes import Node
from orders.cases.stage import SYSTEM, Stage
from orders.commands import LineSpec


class Event(Protocol):
    @classmethod
    def read(cls, node: Node) -> Self:
        """The event as written in a file."""

    def play(self, stage: Stage) -> None:
        """Let it happen, through the services. Raises what they refuse."""


class Parked(BillingError):
    """A billing run could not bill the order."""

    code = "parked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Approve:
    on: date

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(on=node["on"].day())

    def play(self, stage: Stage) -> None:
        services.approve_order(order=stage.order, by=stage.approver, at=stage.clock.on(self.on))


@dataclass(frozen=True, kw_only=True, slots=True)
class RunBilling:
    as_of: date
    times: int

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(as_of=node["as_of"].day(), times=node.maybe("times", Node.whole) or 1)

    def play(self, stage: Stage) -> None:
        for _ in range(self.times):
            summary = billing_services.run_billing(
                business=stage.business, as_of=self.as_of, by=SYSTEM, at=stage.clock.on(self.as_of)
            )
            if summary.parked:
                raise Parked("; ".join(summary.parked.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    line: int
    event_id: str
    timestamp: datetime
    quantity: Decimal
    corrects: str

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(
            line=node["line"].whole(),
            event_id=node["event_id"].text(),
            timestamp=node["timestamp"].moment(),
            quantity=node["quantity"].quantity(),
            corrects=node.maybe("corrects", Node.text) or "",
        )

    def play(self, stage: Stage) -> None:
        billing_services.record_usage(
            line=stage.line(self.line),
            event_id=self.event_id,
            occurred_at=self.timestamp,
            quantity=self.quantity,
            corrects=self.corrects,
            by=SYSTEM,
            at=stage.clock.on(self.timestamp.date()),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancel:
    effective_on: date
    requested_on: date | None

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(effective_on=node["effective_on"].day(), requested_on=node.maybe("requested_on", Node.day))

    def play(self, stage: Stage) -> None:
        services.end_order(
            agreement=stage.agreement,
            effective_on=self.effective_on,
            requested_on=self.requested_on,
            by=SYSTEM,
            at=stage.clock.on(self.effective_on),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Amend:
    line: int
    effective_on: date
    requested_on: date | None
    qty: Decimal | None
    unit_price_cents: int | None

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(
            line=node["line"].whole(),
            effective_on=node["effective_on"].day(),
            requested_on=node.maybe("requested_on", Node.day),
            qty=node.maybe("qty", Node.quantity),
            unit_price_cents=node.maybe("unit_price_cents", Node.whole),
        )

    def play(self, stage: Stage) -> None:
        billing_services.amend_line(
            agreement=stage.agreement,
            line=self.line,
            effective_on=self.effective_on,
            requested_on=self.requested_on,
            qty=self.qty,
            unit_price_cents=self.unit_price_cents,
            by=SYSTEM,
            at=stage.clock.on(self.effective_on),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class AddLine:
    effective_on: date
    requested_on: date | None
    order_line: LineSpec

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(
            effective_on=node["effective_on"].day(),
            requested_on=node.maybe("requested_on", Node.day),
            order_line=case_order.line_spec(node["order_line"]),
        )

    def play(self, stage: Stage) -> None:
        billing_services.add_line(
            agreement=stage.agreement,
            line=stage.added_line(self.order_line),
            effective_on=self.effective_on,
            requested_on=self.requested_on,
            by=SYSTEM,
            at=stage.clock.on(self.effective_on),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Renew:
    term_months: int

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(term_months=node["term_months"].whole())

    def play(self, stage: Stage) -> None:
        billing_services.renew_agreement(
            agreement=stage.agreement,
            term_months=self.term_months,
            by=SYSTEM,
            at=stage.clock.on(stage.agreement.approved_on),
        )


Kind = type[Approve] | type[RunBilling] | type[Usage] | type[Cancel] | type[Amend] | type[AddLine] | type[Renew]
EVENTS: dict[str, Kind] = {
    "approve": Approve,
    "run_billing": RunBilling,
    "usage": Usage,
    "cancel": Cancel,
    "amend": Amend,
    "add_line": AddLine,
    "renew": Renew,
}


def unknown(node: Node) -> list[str]:
    """What an event asks for that we cannot do: its type, or single fields of it."""
    name = node["type"].text()
    if name not in EVENTS:
        return [f"event {name}"]
    known = {"type", *(field.name for field in fields(EVENTS[name]))}
    return [f"event {name} with {key}" for key in node.names() if key not in known]


def read(node: Node) -> Event:
    """A known event."""
    return EVENTS[node["type"].text()].read(node)
