import json
from uuid import UUID

from billing import services
from billing.models import Closing
from tests.cast import Company, at
from tests.commands.conftest import Manage


def test_books_are_closed_through_a_day(acme: Company, globex: Company, manage: Manage) -> None:
    ended = manage("close_books", "--business", acme.business.uid, "--through", "2026-01-31")

    assert (ended.code, ended.out) == (0, "acme: closed through 2026-01-31, the first open day is 2026-02-01.\n")
    assert [closing.business.name for closing in Closing.objects.all()] == ["acme"]


def test_the_answer_as_json(acme: Company, manage: Manage) -> None:
    ended = manage("close_books", "--business", acme.business.uid, "--through", "2026-01-31", "--json")

    assert json.loads(ended.out) == {
        "business": str(acme.business.uid),
        "closed_through": "2026-01-31",
        "first_open_day": "2026-02-01",
    }


def test_an_earlier_day_is_refused(acme: Company, manage: Manage) -> None:
    services.close_books(business=acme.business, through=at("2026-01-31").date(), by=acme.billing, at=at("2026-02-01"))

    ended = manage("close_books", "--business", acme.business.uid, "--through", "2025-12-31")

    assert (ended.code, "never opened again" in ended.err) == (4, True)


def test_a_day_to_come_is_refused(acme: Company, manage: Manage) -> None:
    ended = manage("close_books", "--business", acme.business.uid, "--through", "2999-12-31")

    assert (ended.code, "still to come" in ended.err) == (4, True)


def test_an_unknown_business_is_a_wrong_use(acme: Company, manage: Manage) -> None:
    ended = manage("close_books", "--business", UUID(int=0), "--through", "2026-01-31")

    assert ended.code == 2
