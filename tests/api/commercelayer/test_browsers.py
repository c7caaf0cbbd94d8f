"""A storefront in a browser, served from another host."""

from django.test import Client

from tests.api.commercelayer.caller import Caller


def test_a_browser_that_asks_first_is_let_through(db: None) -> None:
    answer = Client().options(
        "/commercelayer/api/orders",
        headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"},
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_answers_and_refusals_may_be_read_from_anywhere(api: Caller) -> None:
    for answer in (api.get("/orders"), api.get("/orders/x"), api.get("/orders", Authorization=""), api.get("/nowhere")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
