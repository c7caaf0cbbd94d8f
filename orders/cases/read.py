"""A file of acceptance cases, read whole before anything is played."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orders.cases import documents, events, nodes, order, settings
from orders.cases.documents import Document, Month
from orders.cases.events import Approve, Event
from orders.cases.nodes import Node
from orders.cases.settings import Settings
from orders.cases.stage import TaxRow
from orders.commands import CreateOrder

EXPECTED = frozenset(("invoices", "error", "revenue_schedule"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An order, what happens to it, and the documents or the refusal to expect."""

    id: str
    title: str
    settings: Settings
    tax_rows: tuple[TaxRow, ...]
    order: CreateOrder
    submitted_on: date
    events: tuple[Event, ...]
    expected: tuple[Document, ...]
    expected_error: str | None
    expected_revenue: tuple[Month, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSupported:
    """A case that asks for what this version cannot do, and what that is."""

    id: str
    title: str
    reasons: tuple[str, ...]


def cases(path: Path) -> list[Case | NotSupported]:
    """Every case of a file. Raises BadFile for the first that is not one."""
    found = [_case(node) for node in nodes.of_file(path).elements()]
    ids = [case.id for case in found]
    if len(set(ids)) < len(ids):
        raise nodes.BadFile(f"{path.name} has two cases with the same id.")
    return found


def _case(element: Node) -> Case | NotSupported:
    identity = element["id"].text()
    node = Node(value=element.value, path=identity)
    title = node.maybe("title", Node.text) or ""
    if reasons := list(_beyond(node)):
        return NotSupported(id=identity, title=title, reasons=tuple(dict.fromkeys(reasons)))
    return _known(node, identity, title)


def _beyond(node: Node) -> Iterator[str]:
    """The fields, settings, events and expectations that this version does not know."""
    yield from order.unknown_fields(node["order"])
    yield from node.maybe("settings", settings.unknown) or ()
    for event in node["events"].elements():
        yield from events.unknown(event)
    yield from (f"expect.{key}" for key in node["expect"].names() if key not in EXPECTED)


def _known(node: Node, identity: str, title: str) -> Case:
    happens = tuple(map(events.read, node["events"].elements()))
    if not happens or not isinstance(happens[0], Approve):
        node.refuse("must begin with an approve event")
    expect = node["expect"]
    options = node.maybe("settings", settings.read) or Settings()
    return Case(
        id=identity,
        title=title,
        settings=options,
        tax_rows=tuple(TaxRow.read(label, row) for label, row in (node.maybe("tax_table", Node.parts) or {}).items()),
        order=options.applied(order.command(node["order"])),
        submitted_on=happens[0].on,
        events=happens,
        expected=tuple(map(documents.expected, expect.maybe("invoices", Node.elements) or ())),
        expected_error=expect.maybe("error", Node.text),
        expected_revenue=tuple(map(documents.expected_month, expect.maybe("revenue_schedule", Node.elements) or ())),
    )
