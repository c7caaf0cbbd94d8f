"""The number of SQL statements of a request does not grow with what is in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.bitbybit.caller import Caller

pytestmark = pytest.mark.django_db


def _statements(shop: Caller, lines: int) -> int:
    items = [{"productVariantId": shop.variant(), "quantity": 1}] * lines
    body = shop.order(lineItems=items)
    with CaptureQueriesContext(connection) as context:
        assert shop.post("/orders", body).status_code == 201
    return len(context)


def test_250_lines_take_as_many_statements_as_one(shop: Caller) -> None:
    assert _statements(shop, 250) == _statements(shop, 1)


def test_a_longer_list_takes_no_more_statements(shop: Caller) -> None:
    shop.created()
    with CaptureQueriesContext(connection) as one:
        shop.get("/orders")
    shop.created()
    with CaptureQueriesContext(connection) as two:
        shop.get("/orders")

    assert len(one) == len(two)
