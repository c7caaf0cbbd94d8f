"""Pages by place: wherever one begins, it is the one that reading the whole list would give."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from orders.api import paging
from tests import factories
from tests.cast import Company

OTHERS = 6


@pytest.mark.parametrize("order", [("-pk",), ("name", "-pk")])
@pytest.mark.parametrize("start", [0, 1, 2, 3, 4, 5, 6, 7, 8, 70])
def test_a_page_is_the_one_that_reading_all_of_it_would_give(acme: Company, order: tuple[str, ...], start: int) -> None:
    for place in range(OTHERS):
        factories.CustomerFactory.create(business=acme.business, name="ABC"[place % 3])
    rows = Customer.objects.for_business(acme.business).order_by(*order)
    whole = list(rows)

    page = paging.stretch(rows=rows, start=start, limit=3, total=len(whole))

    assert len(whole) == OTHERS + 1
    assert page == whole[start : start + 3]


def test_what_is_passed_over_is_not_read(acme: Company) -> None:
    for _ in range(OTHERS):
        factories.CustomerFactory.create(business=acme.business)
    rows = Customer.objects.for_business(acme.business).select_related("business").order_by("-pk")

    with CaptureQueriesContext(connection) as context:
        page = paging.stretch(rows=rows, start=5, limit=1, total=OTHERS + 1)

    assert [row.pk for row in page] == [rows[5].pk]
    (found, read) = (query["sql"] for query in context.captured_queries)
    assert "JOIN" not in found
    assert "OFFSET 1" in found
    assert "JOIN" in read
