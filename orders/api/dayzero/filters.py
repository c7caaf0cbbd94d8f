"""What the lists can be narrowed by, once the query is validated."""

from typing import Any, TypeVar

from django.db import models
from django_filters import CharFilter, FilterSet, UUIDFilter

from orders.api.dayzero import vocabulary

Row = TypeVar("Row", bound=models.Model)


class Contracts(FilterSet):
    status = CharFilter()
    customer_id = UUIDFilter(field_name="customer__uid")


class Orders(Contracts):
    status = CharFilter(method="in_status")

    def in_status(self, rows: models.QuerySet[Row], name: str, value: str) -> models.QuerySet[Row]:
        return rows.filter(vocabulary.ORDERS[vocabulary.OrderStatus(value)])


class Drawdowns(FilterSet):
    status = CharFilter()


class TimeEntries(Drawdowns):
    contract_id = UUIDFilter(field_name="agreement_line__agreement__uid")


class ChangeOrders(FilterSet):
    status = CharFilter()
    contract_id = UUIDFilter(field_name="agreement__uid")


class Invoices(Contracts):
    status = CharFilter(method="in_status")
    contract_id = UUIDFilter(field_name="agreement__uid")

    def in_status(self, rows: models.QuerySet[Row], name: str, value: str) -> models.QuerySet[Row]:
        return rows.filter(vocabulary.INVOICES[vocabulary.InvoiceStatus(value)])


def narrowed(*, rows: models.QuerySet[Row], by: type[FilterSet], values: dict[str, Any]) -> models.QuerySet[Row]:
    """The rows that the given values leave; a value that is absent narrows nothing."""
    found: models.QuerySet[Row] = by(values, queryset=rows).qs
    return found
