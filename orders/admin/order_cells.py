"""What stands in a column of the orders list, for the eye and in a file. Amounts in a file are in major units."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from customers import csv_cells
from customers.admin import amounts
from customers.templatetags import desk as faces
from orders import desk_columns
from orders.desk_list import Row

NAMED, TAGGED = 2, 3
NOTHING = mark_safe("")  # a constant
FIXED = ("number", "reference", "version", "currency")


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: what it shows of a row, and what it writes into a file under which heading."""

    name: str
    face: Callable[[Row], SafeString | str]
    heading: str
    text: Callable[[Row], str]
    is_number: bool = False

    @property
    def label(self) -> str:
        return desk_columns.LABELS[self.name]


def columns(names: Sequence[str]) -> list[Column]:
    return [COLUMNS[name] for name in names]


def cells(row: Row, shown: Sequence[Column]) -> SafeString:
    """The cells of a row behind its number."""
    return format_html_join("", '<td class="{}">{}</td>', ((NUMBER[one.is_number], one.face(row)) for one in shown))


def header(shown: Sequence[Column]) -> list[str]:
    return [*FIXED, *(column.heading for column in shown)]


def texts(row: Row, shown: Sequence[Column]) -> list[str]:
    """A line of the file; a text that a spreadsheet would run is defused."""
    order = row.order
    fixed = [order.number, csv_cells.text(order.reference), str(order.version), order.currency]
    return [*fixed, *(column.text(row) for column in shown)]


def _customer(row: Row) -> str:
    name = row.order.customer.name
    return name if len(name) <= 60 else f"{name[:59]}…"


def _monthly(row: Row) -> SafeString:
    if row.monthly_cents is None:
        return NOTHING
    shown = faces.money(row.monthly_cents, row.order.currency)
    return format_html("{}<small>ramps</small>", shown) if row.is_ramped else shown


def _waiting(row: Row) -> SafeString:
    if row.waiting_since is None:
        return NOTHING
    return format_html('<time datetime="{}">{}</time>', row.waiting_since.isoformat(), faces.since(row.waiting_since))


def _approvers(row: Row) -> SafeString | str:
    if row.waiting_since is None:
        return ""
    if not row.approvers:
        return format_html("<b>{}</b>", "nobody yet")
    more = len(row.approvers) - NAMED
    return ", ".join(row.approvers[:NAMED]) + (f" +{more}" if more > 0 else "")


def _tags(row: Row) -> SafeString:
    tags = [tag if len(tag) <= 20 else f"{tag[:19]}…" for tag in row.order.tags[:TAGGED]]
    shown = format_html_join("", '<span class="tag">{}</span>', ((tag,) for tag in tags))
    more = len(row.order.tags) - TAGGED
    return format_html("{} +{}", shown, more) if more > 0 else shown


def _monthly_text(row: Row) -> str:
    return "" if row.monthly_cents is None else amounts.to_text(cents=row.monthly_cents, currency=row.order.currency)


NUMBER = {True: "n", False: ""}
COLUMNS = {
    column.name: column
    for column in (
        Column(
            name="customer",
            face=_customer,
            heading="customer",
            text=lambda row: csv_cells.text(row.order.customer.name),
        ),
        Column(
            name="total",
            face=lambda row: faces.money(row.order.total_cents, row.order.currency),
            heading="total",
            text=lambda row: amounts.to_text(cents=row.order.total_cents, currency=row.order.currency),
            is_number=True,
        ),
        Column(name="monthly", face=_monthly, heading="monthly_recurring", text=_monthly_text, is_number=True),
        Column(
            name="term",
            face=lambda row: f"{row.order.term_months} m" if row.order.term_months else "open",
            heading="term_months",
            text=lambda row: str(row.order.term_months or ""),
            is_number=True,
        ),
        Column(
            name="state",
            face=lambda row: faces.chip(row.state),
            heading="state",
            text=lambda row: row.state.replace("_", " "),
        ),
        Column(
            name="waiting",
            face=_waiting,
            heading="waiting_since",
            text=lambda row: row.waiting_since.isoformat() if row.waiting_since else "",
        ),
        Column(
            name="approvers",
            face=_approvers,
            heading="who_can_approve",
            text=lambda row: csv_cells.text("; ".join(row.approvers)),
        ),
        Column(
            name="assignee",
            face=lambda row: str(row.order.assignee or ""),
            heading="assigned_to",
            text=lambda row: csv_cells.text(str(row.order.assignee or "")),
        ),
        Column(
            name="tags",
            face=_tags,
            heading="tags",
            text=lambda row: csv_cells.text(", ".join(row.order.tags)),
        ),
        Column(
            name="start",
            face=lambda row: faces.day(row.order.order_start_date),
            heading="start",
            text=lambda row: str(row.order.order_start_date or ""),
        ),
        Column(
            name="first_invoice",
            face=lambda row: faces.day(row.order.first_invoice_date),
            heading="first_invoice",
            text=lambda row: str(row.order.first_invoice_date or ""),
        ),
        Column(
            name="approved",
            face=lambda row: faces.day(row.order.approved_at),
            heading="approved_at",
            text=lambda row: row.order.approved_at.isoformat() if row.order.approved_at else "",
        ),
        Column(
            name="changed",
            face=lambda row: faces.since(row.order.updated_at),
            heading="changed_at",
            text=lambda row: row.order.updated_at.isoformat(),
        ),
        Column(
            name="door",
            face=lambda row: row.order.origin,
            heading="came_through",
            text=lambda row: row.order.origin,
        ),
    )
}
