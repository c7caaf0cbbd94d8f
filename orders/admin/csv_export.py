"""The orders of a view as CSV, streamed: memory and the first byte do not depend on how many there are."""

import csv
from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from customers import csv_cells
from customers.admin import amounts
from customers.models import StaffMember
from orders import approvers, desk_list
from orders.desk_list import Row
from orders.models import Order

BATCH = 1_000
HEADER = (
    "number reference customer currency total monthly_recurring term_months state version "
    "waiting_since who_can_approve tags"
).split()


class _Line:
    """What csv writes a line to, to have it back."""

    def write(self, line: str) -> str:
        return line


def answer(orders: QuerySet[Order], *, member: StaffMember, at: datetime) -> StreamingHttpResponse:
    """A file of these orders with the columns of the list; amounts in major units, moments in UTC."""
    response = StreamingHttpResponse(lines(orders, member=member), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="orders-{at:%Y-%m-%d}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def lines(orders: QuerySet[Order], *, member: StaffMember) -> Iterator[str]:
    """The lines of the file, read through a cursor of the server."""
    writer = csv.writer(_Line())
    among = approvers.approvers(business=member.business)
    yield writer.writerow(HEADER)
    for order in orders.iterator(chunk_size=BATCH):
        yield writer.writerow(_cells(desk_list.row(order, among=among)))


def _cells(row: Row) -> list[str]:
    order = row.order
    monthly = "" if row.monthly_cents is None else amounts.to_text(cents=row.monthly_cents, currency=order.currency)
    return [
        order.number,
        csv_cells.text(order.reference),
        csv_cells.text(order.customer.name),
        order.currency,
        amounts.to_text(cents=order.total_cents, currency=order.currency),
        monthly,
        str(order.term_months or ""),
        row.state.replace("_", " "),
        str(order.version),
        row.waiting_since.isoformat() if row.waiting_since else "",
        csv_cells.text("; ".join(row.approvers)),
        csv_cells.text(", ".join(order.tags)),
    ]
