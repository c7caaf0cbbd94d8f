"""What is written by one statement is what the ORM writes row by row, and what is found is what its queries find."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from billing.engine.terms import Rule, Timing
from catalog.models import CatalogItem, ItemCode
from customers.actors import Actor
from customers.models import ApiCredential, Customer, CustomerStatus, Event
from customers.permissions import Permission
from orders import agreement_terms, hot_sql, replay, services
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin, PartySpec, ShipMethod
from orders.models import DateChange, Line, LineProgress, Order, Party, ReplayRecord
from orders.services import calendar
from tests import factories
from tests.cast import Company

AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
# Drawn for each row, or told by the row that is pointed at.
DRAWN = {"id", "uid", "number", "order_id", "subject_id", "key_sha256"}
TABLES: list[type[models.Model]] = [Order, Line, Party, Event, ReplayRecord]
LINES = (
    LineSpec(
        qty=Decimal("1.5"),
        unit_price_cents=199,
        billing_rule=Rule.RECURRING,
        billing_timing=Timing.EACH_PERIOD,
        ramp_schedule={"steps": [{"from_month": 3, "qty": "2", "unit_price_cents": 250}]},
        description="Caf\u00e9 \u2603 {with} 'quotes' and \"quotes\" % \\ \n",
        reference="1",
        attributes={"weight": Decimal("1.25"), "nested": [{"a": None}, 3, "x"]},
    ),
    LineSpec(
        description="Hours",
        qty=Decimal(10),
        unit_price_cents=10**12,
        billing_rule=Rule.PREPAID_BLOCK,
        prepaid_expiry_months=12,
    ),
    LineSpec(
        description="Calls",
        qty=Decimal(0),
        unit_price_cents=1,
        billing_rule=Rule.USAGE_METERED,
        pricing={"model": "package", "size": "10", "unit_price_cents": 5},
    ),
)


@pytest.fixture
def item(acme: Company) -> CatalogItem:
    return factories.CatalogItemFactory.create(business=acme.business)


@pytest.fixture
def command(acme: Company, item: CatalogItem) -> CreateOrder:
    """An order that fills as many columns as a new one can."""
    project = factories.ProjectFactory.create(business=acme.business, customer=acme.customer)
    return CreateOrder(
        origin=Origin.DAYZERO,
        customer=str(acme.customer.uid),
        project=str(project.uid),
        order_description="Annual",
        order_start_date=date(2026, 4, 1),
        first_invoice_date=date(2026, 4, 2),
        term_months=12,
        discount_cents=7,
        tax_treatment="standard",
        currency="EUR",
        lines=(
            LineSpec(qty=Decimal(1), unit_price_cents=1, item=ItemRef(scheme="uid", code=str(item.uid))),
            *LINES,
        ),
        parties=(PartySpec(role="billing", name="N. N.", country="DE", attributes={"vat": "DE1"}),),
        reference="r-1",
        tags=("a b", 'c"d', "NULL"),
        attributes={"note": "", "amount": Decimal("0.10")},
    )


@pytest.fixture
def request_with_key(acme: Company) -> replay.KeyedRequest:
    acme.token(Permission.DRAFT)
    credential = ApiCredential.objects.get(business=acme.business)
    return replay.KeyedRequest(credential=credential, scope="POST /orders", key="a", fingerprint=b"f" * 32)


ANSWER = replay.Answer(status=201, content_type="application/json", body=b'{"caf\xc3\xa9": "\\"}')


@pytest.mark.parametrize("model", TABLES)
def test_one_statement_writes_the_rows_of_the_orm(
    acme: Company, command: CreateOrder, request_with_key: replay.KeyedRequest, model: type[models.Model]
) -> None:
    one, other = (drafted(acme, command) for _ in range(2))
    one.store(answer=ANSWER, to=request_with_key)
    ours = stored(model)

    for row in other.rows:
        row.save(force_insert=True)
    replay.store(request=replace(request_with_key, key="b"), answer=ANSWER, request_id="", at=AT)

    theirs = stored(model)[len(ours) :]
    assert ours == theirs
    assert ours != []


def drafted(company: Company, command: CreateOrder, **asked: Any) -> services.Draft:
    return services.draft_order(business=company.business, command=command, by=company.drafting, at=AT, **asked)


def stored(model: type[models.Model]) -> list[Mapping[str, Any]]:
    """The rows of orders in full but for what is drawn."""
    rows = model._meta.default_manager.order_by("id")  # type: ignore[union-attr]
    return [told(row) for row in (rows.filter(subject_type="order") if model is Event else rows).values()]


def told(row: Mapping[str, Any]) -> Mapping[str, Any]:
    if "lines" in row.get("after", {}) and isinstance(row["after"]["lines"], list):
        lines = [{**line, "uid": None} for line in row["after"]["lines"]]
        row = {**row, "after": {**row["after"], "lines": lines}}
    return {name: bytes(v) if isinstance(v, memoryview) else v for name, v in row.items() if name not in DRAWN}


def test_what_a_draft_shows_is_what_is_read_back(acme: Company, command: CreateOrder) -> None:
    draft = drafted(acme, command)
    draft.store()

    read = Order.objects.get(pk=draft.order.pk)

    assert values(read) == values(draft.order)
    assert list(map(values, read.lines.order_by("position"))) == list(map(values, draft.lines))


def values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_what_is_submitted_and_followed_at_once_is_what_is_so_later(acme: Company, command: CreateOrder) -> None:
    tables: list[type[models.Model]] = [*TABLES, LineProgress, DateChange]
    services.set_lead_time(business=acme.business, factory_code="f1", days=3, by=Actor.system(), at=AT)
    method, factories = ShipMethod(carrier_code="UPS"), ["f1", "", "f1", "f2"]
    followed: dict[str, Any] = {
        "factories": factories,
        "method": method,
        "received_on": AT.date(),
        "by": acme.drafting,
        "at": AT,
    }

    draft = services.submit_draft(draft=drafted(acme, command), by=acme.drafting, at=AT)
    services.track_draft(draft=draft, days=calendar.days(business=acme.business), **followed).store()
    ours = [stored(model) for model in tables]

    order = services.create_order(business=acme.business, command=command, by=acme.drafting, at=AT)
    order = services.submit_order(order=order, by=acme.drafting, at=AT)
    services.track_lines(order=order, **followed)

    one, other = Order.objects.order_by("id")
    theirs = [stored(model)[len(rows) :] for model, rows in zip(tables, ours, strict=True)]
    assert without_hashes(ours) == without_hashes(theirs)
    assert [len(rows) for rows in ours] == [1, 4, 1, 3, 0, 4, 2]
    for row in (one, other):
        lines = list(row.lines.select_related("catalog_item").order_by("position"))
        assert row.terms_sha256 == agreement_terms.sha256(order=row, lines=lines)


def without_hashes(tables: list[list[Mapping[str, Any]]]) -> list[list[Mapping[str, Any]]]:
    """Rows without the hash of the terms, in which the public id of the order is."""
    return [[bare(row) for row in rows] for rows in tables]


def bare(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: bare(value) if isinstance(value, dict) else value
        for name, value in row.items()
        if name not in {"terms_sha256", "line_id"}
    }


def test_ids_of_the_orm_follow_those_that_were_drawn(acme: Company, command: CreateOrder) -> None:
    one = drafted(acme, command)
    one.store()

    other = Order.objects.get(pk=one.order.pk)
    other.pk, other.uid, other.number = None, uuid4(), "ORD-X"
    other.save(force_insert=True)

    assert other.pk > one.order.pk


def test_an_order_takes_two_statements_whatever_its_length(acme: Company, command: CreateOrder) -> None:
    with CaptureQueriesContext(connection) as captured:
        drafted(acme, command).store()

    own = [query for query in captured.captured_queries if "SAVEPOINT" not in str(query["sql"])]
    assert len(own) == 2


def test_a_key_that_has_an_answer_writes_nothing(
    acme: Company, command: CreateOrder, request_with_key: replay.KeyedRequest
) -> None:
    late = drafted(acme, command, asked_by=request_with_key)
    drafted(acme, command, asked_by=request_with_key).store(answer=ANSWER, to=request_with_key)

    with pytest.raises(replay.Answered):
        late.store(answer=ANSWER, to=request_with_key)
    with pytest.raises(replay.Answered):
        drafted(acme, command, asked_by=request_with_key)

    assert [model.objects.count() for model in (Order, ReplayRecord)] == [1, 1]


def test_a_kept_answer_is_given_again_to_the_same_request_only(
    acme: Company, command: CreateOrder, request_with_key: replay.KeyedRequest
) -> None:
    drafted(acme, command).store(answer=ANSWER, to=request_with_key)
    ReplayRecord.objects.update(expires_at=Now() + timedelta(days=1))
    others = [
        replace(request_with_key, fingerprint=b"g" * 32),
        replace(request_with_key, key="b"),
        replace(request_with_key, scope="PUT /orders"),
    ]

    assert [replay.given_again(request=each) for each in others] == [None, None, None]
    assert replay.given_again(request=request_with_key) == ANSWER
    assert replay.given_again(request=replace(request_with_key, fingerprint=None)) == ANSWER
    record = ReplayRecord.objects.get()
    assert (record.replays, record.last_replayed_at is not None) == (2, True)

    ReplayRecord.objects.update(expires_at=Now())
    assert replay.given_again(request=request_with_key) is None


def test_a_breach_of_a_constraint_stores_nothing_and_leaves_the_transaction_usable(
    acme: Company, command: CreateOrder, request_with_key: replay.KeyedRequest
) -> None:
    draft = drafted(acme, command)
    draft.lines[0].qty = Decimal(-1)

    with pytest.raises(IntegrityError, match="line_qty"):
        draft.store(answer=ANSWER, to=request_with_key)

    assert [stored(model) for model in TABLES] == [[]] * len(TABLES)


def test_a_row_of_another_business_is_refused_by_the_wall(acme: Company, globex: Company, command: CreateOrder) -> None:
    draft = drafted(acme, command)
    draft.order.customer = globex.customer

    with pytest.raises(IntegrityError, match="order_customer_same_business"):
        draft.store()


def find(company: Company, *items: ItemRef, customer: str = "", project: str | None = None) -> hot_sql.Found:
    named = customer or str(company.customer.uid)
    return hot_sql.find(
        business=company.business, customer=named, project=project, items=items, lines=2, parties=0, key=None
    )


def test_items_are_found_by_their_own_ids_and_by_codes(acme: Company, item: CatalogItem) -> None:
    other = factories.CatalogItemFactory.create(business=acme.business)
    ItemCode.objects.create(business=acme.business, item=other, scheme="vu_sku", code="A-1")
    own, sku = ItemRef(scheme="uid", code=str(item.uid).upper()), ItemRef(scheme="vu_sku", code="A-1")

    found = find(acme, own, sku, ItemRef(scheme="vu_sku", code="A-2"), ItemRef(scheme="uid", code="no uuid"))

    assert found.items == {own: item, sku: other}
    assert [found.items[ref].name for ref in (own, sku)] == [item.name, other.name]
    assert len(set(found.line_ids)) == 2


def test_an_archived_item_is_not_found(acme: Company, item: CatalogItem) -> None:
    CatalogItem.objects.update(is_active=False)

    assert find(acme, ItemRef(scheme="uid", code=str(item.uid))).items == {}


def test_a_merged_customer_is_who_stands_for_it(acme: Company) -> None:
    merged = factories.CustomerFactory.create(business=acme.business)
    Customer.objects.filter(pk=merged.pk).update(merged_into=acme.customer, status=CustomerStatus.INACTIVE)

    found = find(acme, customer=str(merged.uid))

    assert found.customer == acme.customer
    assert found.customer.uid == acme.customer.uid


def test_what_belongs_to_others_is_not_found_and_draws_no_number(acme: Company, globex: Company) -> None:
    item = factories.CatalogItemFactory.create(business=globex.business)
    project = factories.ProjectFactory.create(business=globex.business, customer=None)

    found = find(
        acme, ItemRef(scheme="uid", code=str(item.uid)), customer=str(globex.customer.uid), project=str(project.uid)
    )

    assert (found.customer, found.project, found.items) == (None, None, {})
    assert (found.number, found.order_id, found.line_ids) == (None, None, ())


def test_a_name_that_is_no_more_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    hot_sql.check()
    monkeypatch.setattr(hot_sql, "READS", {Order: ("orders_order", "id gone")})

    with pytest.raises(LookupError, match="gone"):
        hot_sql.check()
