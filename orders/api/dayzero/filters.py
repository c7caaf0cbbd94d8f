"""What the lists can be narrowed by, once the query is validated."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models
from django_filters import CharFilter, FilterSet, UUIDFilter

from customers import queries as customer_queries
from orders.api.dayzero import vocabulary

Row = TypeVar("Row", bound=models.Model)


class Contracts(FilterSet):
    status = CharFilter()


class Orders(FilterSet):
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


class Invoices(FilterSet):
    status = CharFilter(method="in_status")
    contract_id = UUIDFilter(field_name="agreement__uid")

    def in_status(self, rows: models.QuerySet[Row], name: str, value: str) -> models.QuerySet[Row]:
        return rows.filter(vocabulary.INVOICES[vocabulary.InvoiceStatus(value)])


def of_customer(*, rows: models.QuerySet[Row], business: Any, values: Mapping[str, Any]) -> models.QuerySet[Row]:
    """The rows of the customer that `customer_id` means since a merge, whoever of the two they were written for."""
    if not (uid := values.get("customer_id")):
        return rows
    return rows.filter(customer__in=customer_queries.known_as(business=business, uid=uid))


def narrowed(*, rows: models.QuerySet[Row], by: type[FilterSet], values: dict[str, Any]) -> models.QuerySet[Row]:
    """The rows that the given values leave; a value that is absent narrows nothing."""
    found: models.QuerySet[Row] = by(values, queryset=rows).qs
    return found
