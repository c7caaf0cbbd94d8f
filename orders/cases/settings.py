"""The settings of a case: options of the product that the fields of its order do not carry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from billing.engine.terms import Stub
from orders.cases.nodes import Node
from orders.commands import CreateOrder, LineSpec

Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """`timezone` is the customer's zone; blank means the business's, which is UTC. Lines are named by their index."""

    timezone: str = ""
    stub: Stub = Stub.NONE
    minimum_commitment_cents_per_period: int = 0
    pricing: Mapping[int, dict[str, object]] = field(default_factory=dict)
    prepaid_expiry_months: Mapping[int, int] = field(default_factory=dict)

    def applied(self, command: CreateOrder) -> CreateOrder:
        """The order with these options."""
        return replace(
            command,
            stub=self.stub,
            minimum_commitment_cents=self.minimum_commitment_cents_per_period,
            lines=tuple(self._line(position, line) for position, line in enumerate(command.lines)),
        )

    def _line(self, position: int, line: LineSpec) -> LineSpec:
        return replace(
            line,
            pricing=self.pricing.get(position),
            prepaid_expiry_months=self.prepaid_expiry_months.get(position),
        )


def unknown(settings: Node) -> list[str]:
    """The settings that we do not know."""
    known = {field.name for field in fields(Settings)}
    return [f"setting {key}" for key in settings.names() if key not in known]


def read(settings: Node) -> Settings:
    return Settings(
        timezone=settings.maybe("timezone", Node.zone) or "",
        stub=settings.maybe("stub", lambda stub: stub.one_of(Stub)) or Stub.NONE,
        minimum_commitment_cents_per_period=settings.maybe("minimum_commitment_cents_per_period", Node.whole) or 0,
        pricing=_by_line(settings, "pricing", Node.as_is),
        prepaid_expiry_months=_by_line(settings, "prepaid_expiry_months", Node.whole),
    )


def _by_line(settings: Node, name: str, read_one: Callable[[Node], Value]) -> dict[int, Value]:
    found: dict[int, Value] = {}
    for position, node in (settings.maybe(name, Node.parts) or {}).items():
        if not (position.isascii() and position.isdigit()):
            node.refuse("must be under the index of a line")
        found[int(position)] = read_one(node)
    return found
