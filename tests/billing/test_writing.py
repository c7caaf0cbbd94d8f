"""Rows written by COPY are the rows that the ORM writes."""

import json
from collections.abc import Iterable, Sequence

import pytest
from django.apps import apps
from django.db import IntegrityError, models
from django.forms.models import model_to_dict

from billing import services
from billing.models import Agreement, Charge, Invoice, InvoiceLine
from billing.services import agreements, writing
from customers.models import Event
from tests.cast import Company, approved, at, line, monthly

OWN = {"id", "uid", "invoice", "invoice_line", "subject_id"}


def stored(company: Company, model: type[models.Model]) -> list[dict[str, object]]:
    rows = model._meta.default_manager.filter(business=company.business).order_by("id")  # type: ignore[union-attr]
    return [{name: value for name, value in model_to_dict(row).items() if name not in OWN} for row in rows]


def by_orm(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    (model,) = (model for model in apps.get_models() if model._meta.db_table == table)
    fields = [next(field for field in model._meta.concrete_fields if field.column == column) for column in columns]
    model._meta.default_manager.bulk_create(  # type: ignore[union-attr]
        model(**{field.attname: _loaded(field, value) for field, value in zip(fields, row, strict=True)})
        for row in rows
    )


def _loaded(field: models.Field[object, object], value: object) -> object:
    return json.loads(str(value)) if isinstance(field, models.JSONField) else value


@pytest.mark.parametrize("model", [Invoice, InvoiceLine, Charge, Event])
def test_a_run_by_copy_stores_what_the_orm_stores(
    acme: Company, monkeypatch: pytest.MonkeyPatch, model: type[models.Model]
) -> None:
    approved(acme, monthly(qty="1.5", description='Tab\tand \\ and "é"'), line(unit_price_cents=500), discount_cents=7)
    day = at("2026-02-28")
    services.run_billing(business=acme.business, as_of=day.date(), by=acme.billing, at=day, dry_run=True)

    def run() -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        services.run_billing(
            business=acme.business,
            as_of=day.date(),
            by=acme.billing,
            at=day,
            dry_run=True,
            on_issued=lambda _: found.extend(stored(acme, model)),
        )
        return found

    copied = run()
    monkeypatch.setattr(writing, "copy", by_orm)

    assert copied == run()
    assert copied != []


def test_the_day_to_look_next_is_the_one_that_reading_the_books_again_gives(acme: Company) -> None:
    approved(acme, monthly(), line(unit_price_cents=500), discount_cents=7)
    services.run_billing(business=acme.business, as_of=at("2026-02-28").date(), by=acme.billing, at=at("2026-02-28"))
    agreement = Agreement.objects.for_business(acme.business).select_related("business").get()
    scheduled = agreement.next_due_date

    agreements.schedule_next(agreements=[agreement], at=at("2026-02-28"))

    assert agreement.next_due_date == scheduled == at("2026-03-31").date()


def test_a_copy_broken_off_leaves_nothing_of_its_batch(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    approved(acme, monthly())
    copy = writing.copy

    def breaks_off(*, table: str, columns: list[str], rows: list[list[object]]) -> None:
        if table == "billing_charge":
            raise IntegrityError("broken off")
        copy(table=table, columns=columns, rows=rows)

    monkeypatch.setattr(writing, "copy", breaks_off)

    summary = services.run_billing(
        business=acme.business, as_of=at("2026-01-31").date(), by=acme.billing, at=at("2026-01-31")
    )

    assert list(summary.parked.values()) == ["broken off"]
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (0, 0)
