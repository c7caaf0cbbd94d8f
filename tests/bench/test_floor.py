"""The floor of the billing benchmark writes what a run writes: a floor that did less would prove nothing."""

from collections.abc import Iterable, Mapping

import pytest
from django.db import models

from bench import checks, floor_billing, seed
from bench.billing import DAY, FOLLOWING
from billing import services
from billing.models import Agreement, AgreementLine, Charge, Invoice, InvoiceCounter, InvoiceLine
from customers.actors import Actor
from customers.models import Business, Event

BY = Actor.system(name="run_billing")
TABLES = [Agreement, AgreementLine, Invoice, InvoiceLine, Charge, InvoiceCounter, Event]


@pytest.fixture
def ours(db: None) -> Business:
    business = seed.agreements(count=3)
    services.run_billing(business=business, as_of=DAY, by=BY, at=seed.NOON)
    return business


@pytest.fixture
def theirs(db: None) -> Business:
    business = seed.agreements(count=3)
    floor_billing.Floor(business=business, day=DAY, following=FOLLOWING, actor_name=BY.name).bill_chunk()
    return business


@pytest.mark.parametrize("model", TABLES)
def test_the_floor_writes_the_rows_of_a_run(ours: Business, theirs: Business, model: type[models.Model]) -> None:
    rows = contents(model, ours)

    assert rows == contents(model, theirs)
    assert rows != []


def test_the_books_of_both_pass_the_checks(ours: Business, theirs: Business) -> None:
    checks.check(business=ours, invoices=3)
    checks.check(business=theirs, invoices=3)


def test_books_with_an_invoice_too_few_do_not_pass(ours: Business) -> None:
    with pytest.raises(SystemExit, match="do not add up"):
        checks.check(business=ours, invoices=4)


def contents(model: type[models.Model], business: Business) -> list[dict[str, object]]:
    """All rows of a business by id, each column in full; ids told by their order, random ones left out."""
    rows = list(model._meta.default_manager.filter(business=business).order_by("id").values())  # type: ignore[union-attr]
    columns = {name: [row[name] for row in rows] for name in rows[0] if not name.endswith("uid")}
    told = {name: ranks(values) if is_id(name) else values for name, values in columns.items()}
    return [dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=True)]


def is_id(name: str) -> bool:
    return name == "id" or (name.endswith("_id") and name != "request_id")


def ranks(values: Iterable[int | None]) -> list[int | None]:
    known = list(values)
    order: Mapping[int, int] = {value: place for place, value in enumerate(sorted({v for v in known if v is not None}))}
    return [None if value is None else order[value] for value in known]
