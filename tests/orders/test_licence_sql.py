"""What one statement finds for an order of licences is what the ORM finds, and what is stored at once is the same."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import models

from catalog import offer_queries
from catalog.models import LicenceOffer
from orders import licence_sql
from orders.licensing import limits, placing, programmes, queries, quotes, shelves
from orders.licensing.requests import LineRequest, OrderRequest
from orders.licensing.vocabulary import LicenceOrderType
from orders.models import LicenceLine, LicenceOrder, LicenceProgramme, Line, Order
from orders.services import Draft, NotAtOnce
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, line
from tests.api.adobe.programme import ACROBAT, CUSTOMER, RETIRED, TEAM
from tests.cast import Company

SEAT = f"{ACROBAT}01A12"
TABLES: list[type[models.Model]] = [Order, Line, LicenceOrder, LicenceLine]
# Drawn for each row, or told by the row that is pointed at.
DRAWN = {"id", "uid", "number", "order_id", "line_id", "licence_order_id", "terms_sha256"}


@pytest.fixture
def api(acme: Company) -> Caller:
    """A customer that has something already, in a business that says what it may do."""
    programme.open_programme(acme)
    programme.customer(acme)
    LicenceProgramme.objects.create(business=acme.business, late_renewal_days=3)
    LicenceOffer.objects.filter(code=SEAT).update(incompatible_with=["X", "Y"])
    caller = Caller(acme)
    caller.completed("NEW", line(SEAT, 2))
    return caller


def buying(*offers: str, order_type: LicenceOrderType = LicenceOrderType.NEW, **facts: Any) -> OrderRequest:
    lines = (LineRequest(number=number, offer=offer, quantity=3, currency="USD") for number, offer in enumerate(offers))
    return OrderRequest(order_type=order_type, lines=tuple(lines), **facts)


def find(api: Caller, *offers: str, code: str = CUSTOMER) -> licence_sql.Found | None:
    business, today = api.company.business, api.now.date()
    return licence_sql.find(business=business, code=code, offers=offers, today=today, priced_on=quotes.pacific(api.now))


def test_one_statement_finds_what_the_orm_finds(api: Caller) -> None:
    business, offers = api.company.business, (TEAM, SEAT, RETIRED, "NONE")
    found, account = find(api, *offers), queries.account_by_code(business=business, code=CUSTOMER)
    assert found is not None
    assert account is not None

    there = shelves.of(account=account, request=buying(*offers), on=api.now.date())
    items = [offer.item_id for offer in there.offers.values()]
    prices = offer_queries.prices(
        business=business, scheme=limits.PRICE_SCHEME, items=items, on=quotes.pacific(api.now)
    )
    assert (values(found.account), values(found.account.customer)) == (values(account), values(account.customer))
    assert values(found.programme) == values(programmes.programme_of(business=business))
    assert dict(found.shelf.offers) == dict(there.offers)
    assert [read(found.shelf.offers[code], there.offers[code]) for code in (TEAM, SEAT)] == [True, True]
    assert [offer.item.name for offer in found.shelf.offers.values()] == [
        there.offers[code].item.name for code in found.shelf.offers
    ]
    assert (found.shelf.held, len(there.held)) == (there.held, 1)
    assert found.shelf.prices == prices
    assert all(map(read, found.shelf.prices.lists, prices.lists))
    assert set(there.offers) == {TEAM, SEAT}


def values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def read(row: models.Model, other: models.Model) -> bool:
    """Whether all that was read of a row is as in the other."""
    known = {name: value for name, value in row.__dict__.items() if name != "_state"}
    assert len(known) > 5
    return all(getattr(other, name) == value for name, value in known.items())


def test_a_price_counts_from_its_day_on(api: Caller) -> None:
    item = LicenceOffer.objects.get(code=TEAM).item
    first = item.prices.get()
    for day, cents in ((date(2026, 1, 4), 7), (date(2026, 2, 1), 9)):
        first.pk, first.from_date, first.amount_cents = None, day, cents
        first.save(force_insert=True)

    found = find(api, TEAM)

    assert found is not None
    assert found.shelf.prices is not None
    assert list(found.shelf.prices.amounts.values()) == [7]


def test_nobody_finds_the_customer_of_a_stranger(api: Caller, globex: Company) -> None:
    programme.open_programme(globex)
    programme.customer(globex, "1234567890")

    assert find(api, TEAM, code="1234567890") is None


def drafted(api: Caller, request: OrderRequest, code: str = CUSTOMER) -> Draft:
    return placing.draft_new(
        business=api.company.business, code=code, request=request, by=api.company.drafting, at=api.now
    )


def stored() -> list[list[Mapping[str, Any]]]:
    return [
        [
            {name: value for name, value in row.items() if name not in DRAWN}
            for row in model._meta.default_manager.order_by("id").values()  # type: ignore[union-attr]
        ]
        for model in TABLES
    ]


def test_an_order_that_is_drafted_at_once_is_one_that_is_placed(api: Caller) -> None:
    business, request = api.company.business, buying(TEAM, SEAT, reference="r", currency="USD")
    account = queries.account_by_code(business=business, code=CUSTOMER)
    assert account is not None
    before = [len(rows) for rows in stored()]

    drafted(api, request).store()
    ours = [rows[count:] for rows, count in zip(stored(), before, strict=True)]
    placing.place_order(account=account, request=request, by=api.company.drafting, at=api.now)
    theirs = [rows[count + len(mine) :] for rows, mine, count in zip(stored(), ours, before, strict=True)]

    assert ours == theirs
    assert [len(rows) for rows in ours] == [1, 2, 1, 2]


def test_what_is_stored_at_once_are_the_rows_of_the_orm(api: Caller) -> None:
    before = [len(rows) for rows in stored()]
    one, other = (drafted(api, buying(TEAM, SEAT)) for _ in range(2))

    one.store()
    ours = [rows[count:] for rows, count in zip(stored(), before, strict=True)]
    for row in other.rows:
        row.save(force_insert=True)

    assert [rows[count:][len(mine) :] for rows, mine, count in zip(stored(), ours, before, strict=True)] == ours


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (buying(TEAM), "1"),
        (buying(TEAM, order_type=LicenceOrderType.RETURN), CUSTOMER),
        (buying(TEAM, is_preview=True), CUSTOMER),
    ],
)
def test_what_is_not_for_one_statement_is_left_to_the_transaction(
    api: Caller, request_: OrderRequest, code: str
) -> None:
    with pytest.raises(NotAtOnce):
        drafted(api, request_, code)


def test_a_name_that_is_no_more_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    licence_sql.check()
    monkeypatch.setattr(licence_sql, "READS", {Order: ("orders_order", "id gone")})

    with pytest.raises(LookupError, match="gone"):
        licence_sql.check()
