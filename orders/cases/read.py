"""A file of acceptance cases, read whole before anything is played."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from billing.engine.terms import Rule
from orders.cases import documents, events, nodes, order, settings
from orders.cases.documents import Document
from orders.cases.events import Approve, Event, Usage
from orders.cases.nodes import Node
from orders.cases.settings import Settings
from orders.cases.stage import TaxRow
from orders.commands import CreateOrder

EXPECTED = frozenset(("invoices", "error"))


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
    case = _known(node, identity, title)
    if _draws_from_a_block(case):
        return NotSupported(id=identity, title=title, reasons=("usage drawn from a prepaid block (R9)",))
    return case


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
    return Case(
        id=identity,
        title=title,
        settings=node.maybe("settings", settings.read) or Settings(),
        tax_rows=tuple(TaxRow.read(label, row) for label, row in (node.maybe("tax_table", Node.parts) or {}).items()),
        order=order.command(node["order"]),
        submitted_on=happens[0].on,
        events=happens,
        expected=tuple(map(documents.expected, expect.maybe("invoices", Node.elements) or ())),
        expected_error=expect.maybe("error", Node.text),
    )


def _draws_from_a_block(case: Case) -> bool:
    blocks = {line.item for line in case.order.lines if line.billing_rule is Rule.PREPAID_BLOCK}
    used = {event.line for event in case.events if isinstance(event, Usage)}
    return any(
        line.billing_rule is Rule.PREPAID_BLOCK or (line.item is not None and line.item in blocks)
        for position, line in enumerate(case.order.lines)
        if position in used
    )
