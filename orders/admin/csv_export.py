"""The orders of a view as CSV, streamed: memory and the first byte do not depend on how many there are."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from customers import csv_cells
from customers.models import Business
from orders import approvers, desk_list
from orders.admin import order_cells
from orders.models import Order

BATCH = 1_000


def answer(
    orders: QuerySet[Order], *, columns: Sequence[str], business: Business, at: datetime
) -> StreamingHttpResponse:
    """A file of these orders with these columns of the list; amounts in major units, moments in UTC."""
    told = lines(orders, columns=columns, business=business, at=at)
    response = StreamingHttpResponse(told, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="orders-{at:%Y-%m-%d}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def lines(orders: QuerySet[Order], *, columns: Sequence[str], business: Business, at: datetime) -> Iterator[str]:
    """The lines of the file, read through a cursor of the server."""
    shown = order_cells.columns(columns)
    among = approvers.approvers(business=business, at=at)
    yield csv_cells.line(order_cells.header(shown))
    for order in orders.iterator(chunk_size=BATCH):
        yield csv_cells.line(order_cells.texts(desk_list.row(order, among=among), shown))
