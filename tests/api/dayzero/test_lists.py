"""Lists by their published parameters: limit, cursor, direction, order, and how many there are."""

from typing import Any

import pytest

from tests.api.dayzero.caller import Caller, data, detail, line

LISTS = ["/orders", "/contracts", "/invoices", "/customers", "/catalog-items", "/change-orders", "/time-entries"]


def orders(api: Caller, count: int) -> list[str]:
    """The numbers of so many new orders."""
    return [api.create()["order_number"] for _ in range(count)]


def numbers(page: Any) -> list[str]:
    return [row["order_number"] for row in page["items"]]


def test_a_list_is_newest_first_and_says_no_count_unless_asked(api: Caller) -> None:
    made = orders(api, 3)

    plain, counted = data(api.get("/orders")), data(api.get("/orders?include_total_count=true&limit=2"))

    assert numbers(plain) == made[::-1]
    assert set(plain) == {"items", "next_cursor", "has_more"}
    assert (counted["total_count"], len(counted["items"]), counted["has_more"]) == (3, 2, True)


def test_a_count_is_of_what_the_filters_leave(api: Caller) -> None:
    orders(api, 2)
    api.countersigned(line())

    found = data(api.get("/orders?status=draft&include_total_count=1"))

    assert found["total_count"] == 2


def test_a_list_reads_oldest_first_too(api: Caller) -> None:
    made = orders(api, 3)

    first = data(api.get("/orders?descending=false&sort_by=created_at&limit=2"))
    second = data(api.get(f"/orders?descending=false&limit=2&cursor={first['next_cursor']}"))

    assert (numbers(first), numbers(second)) == (made[:2], made[2:])
    assert (second["has_more"], second["next_cursor"]) == (False, None)


@pytest.mark.parametrize(("descending", "pages"), [("true", [[4, 3], [2, 1], [0]]), ("false", [[0, 1], [2, 3], [4]])])
def test_back_from_a_cursor_is_the_page_before_it(api: Caller, descending: str, pages: list[list[int]]) -> None:
    made = orders(api, 5)
    query = f"/orders?limit=2&descending={descending}"
    first = data(api.get(query))
    second = data(api.get(f"{query}&cursor={first['next_cursor']}"))
    third = data(api.get(f"{query}&cursor={second['next_cursor']}"))

    back = data(api.get(f"{query}&direction=prev&cursor={second['next_cursor']}"))
    further = data(api.get(f"{query}&direction=prev&cursor={back['next_cursor']}"))

    expected = [[made[place] for place in page] for page in pages]
    assert [numbers(page) for page in (first, second, third)] == expected
    assert (numbers(back), back["has_more"]) == (expected[1], True)
    assert (numbers(further), further["has_more"], further["next_cursor"]) == (expected[0], False, None)


def test_back_from_the_end_is_the_last_page(api: Caller) -> None:
    made = orders(api, 3)

    last = data(api.get("/orders?direction=prev&limit=2"))

    assert numbers(last) == [made[1], made[0]]
    assert numbers(data(api.get(f"/orders?direction=prev&limit=2&cursor={last['next_cursor']}"))) == [made[2]]


@pytest.mark.parametrize("path", LISTS)
def test_every_list_takes_the_published_parameters(api: Caller, path: str) -> None:
    answer = api.get(f"{path}?limit=1&direction=next&sort_by=created_at&descending=True&include_total_count=false")

    assert answer.status_code == 200


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("direction=up", "value_error"),
        ("sort_by=total_cents", "value_error"),
        ("descending=maybe", "bool_parsing"),
        ("include_total_count=", "bool_parsing"),
        ("limit=1001", "less_than_equal"),
        ("limit=0", "greater_than_equal"),
        ("cursor=x", "value_error"),
    ],
)
def test_a_value_that_is_none_of_them_is_refused_by_its_name(api: Caller, path: str, query: str, kind: str) -> None:
    answer = api.get(f"{path}?{query}")

    assert answer.status_code == 422
    assert [(item["type"], item["loc"]) for item in detail(answer)] == [(kind, ["query", query.partition("=")[0]])]


@pytest.mark.parametrize(("path", "most"), [("/orders", 100), ("/contracts", 100), ("/customers", 1_000)])
def test_a_page_has_its_most(api: Caller, path: str, most: int) -> None:
    assert api.get(f"{path}?limit={most}").status_code == 200
    assert api.get(f"{path}?limit={most + 1}").status_code == 422
