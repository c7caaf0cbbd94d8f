"""The number of SQL statements of a request, which must not grow with what is in it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.adobe.caller import Caller, body, line
from tests.api.adobe.programme import ACROBAT, CREATIVE, TEAM
from tests.api.dayzero.test_statements import statements

OFFERS = (TEAM, f"{ACROBAT}01A12", f"{CREATIVE}01A12")


def placed(api: Caller, order_type: str, lines: int) -> list[str]:
    sent = [line(OFFERS[number % 3], number=number) for number in range(lines)]
    with CaptureQueriesContext(connection) as context:
        api.placed(order_type, *sent)
    return statements(context)


def test_four_hundred_lines_take_as_many_statements_as_three(api: Caller) -> None:
    assert len(placed(api, "NEW", 400)) == len(placed(api, "NEW", 3)) <= 30


def test_a_longer_preview_takes_no_more_statements(api: Caller) -> None:
    assert len(placed(api, "PREVIEW", 400)) == len(placed(api, "PREVIEW", 3)) <= 15


def test_a_longer_history_takes_no_more_statements(api: Caller) -> None:
    api.placed("NEW", *[line(offer, number=number) for number, offer in enumerate(OFFERS)])
    with CaptureQueriesContext(connection) as one:
        api.get(api.orders)
    api.placed("NEW", line(TEAM))

    with CaptureQueriesContext(connection) as two:
        found = body(api.get(api.orders))["items"]

    assert len(found) == 2
    assert len(statements(two)) == len(statements(one))


def test_completing_more_lines_takes_no_more_statements(api: Caller) -> None:
    api.placed("NEW", *[line(offer, number=number) for number, offer in enumerate(OFFERS)])
    with CaptureQueriesContext(connection) as few:
        api.complete()
    api.placed("NEW", *[line(OFFERS[number % 3], number=number) for number in range(300)])

    with CaptureQueriesContext(connection) as many:
        api.complete()

    assert len(statements(many)) <= len(statements(few)) + 1
