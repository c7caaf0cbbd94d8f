"""Day Zero's viewset: its authentication, its errors, and the envelope around every success."""

from typing import Any, TypeVar

from django.db import models
from django_filters import FilterSet
from rest_framework.exceptions import NotFound

from billing import queries
from customers.queries import as_uuid
from orders.api import routes
from orders.api.base import DoorViewSet
from orders.api.dayzero import errors, filters, vocabulary
from orders.api.dayzero.auth import TokenAuthentication
from orders.api.dayzero.schema import DayZeroSchema
from orders.api.endpoint import Endpoint, Values
from orders.api.paging import Page, page
from orders.commands import Origin

# What staff draft in the admin is readable here too; the orders of other doors are not.
ORIGINS = (Origin.DAYZERO, Origin.STAFF)

Row = TypeVar("Row")
Listed = TypeVar("Listed", bound=models.Model)


def envelope(action: Endpoint, found: object) -> object:
    """A success as Day Zero wraps it; a page and a list become `items`."""
    return {"success": True, "message": action.message, "code": action.code, "data": _data(action, found)}


class DayZeroViewSet(DoorViewSet):
    authentication_classes = (TokenAuthentication,)
    error_handler = staticmethod(errors.handle)
    envelope = staticmethod(envelope)
    schema = DayZeroSchema()

    def contracts(self) -> models.QuerySet[Any]:
        """The business's contracts, but those of orders that came through other doors."""
        return queries.agreements(business=self.business).select_related("business").filter(order__origin__in=ORIGINS)

    def contract(self, contract_id: str) -> Any:
        """One of these; a stranger's, another door's and an unknown one are not found alike."""
        known = as_uuid(contract_id)
        return existing(self.contracts().filter(uid=known).first() if known else None)

    def invoices(self) -> models.QuerySet[Any]:
        """The documents of these contracts."""
        rows = queries.invoices(business=self.business).select_related("business")
        return rows.filter(agreement__order__origin__in=ORIGINS)

    def invoice(self, invoice_id: str) -> Any:
        """One of these; a stranger's, another door's and an unknown one are not found alike."""
        known = as_uuid(invoice_id)
        return existing(self.invoices().filter(uid=known).first() if known else None)

    def listed(
        self, rows: models.QuerySet[Listed], values: Values, *, by: type[FilterSet] | None = None
    ) -> Page[Listed]:
        """The page of these rows that a validated query asks for, narrowed by what it names."""
        rows = filters.of_customer(rows=rows, business=self.business, values=values)
        return page(
            rows=filters.narrowed(rows=rows, by=by, values=values) if by else rows,
            cursor=values.get("cursor"),
            limit=values["limit"],
            is_descending=values["descending"],
            is_backward=values["direction"] == vocabulary.Direction.PREV,
            is_counted=values["include_total_count"],
        )


class UnknownRouteView(routes.UnknownRouteView):
    error_handler = staticmethod(errors.handle)
    refusal = errors.UnknownRoute


def existing(row: Row | None) -> Row:
    """The row, or Day Zero's 404: the same for a stranger's and for one that does not exist."""
    if row is None:
        raise NotFound
    return row


def _data(action: Endpoint, found: object) -> object:
    show = action.answer.to_representation
    match found:
        case Page():
            total = {} if found.total is None else {"total_count": found.total}
            return {
                "items": [show(row) for row in found.rows],
                "next_cursor": found.next_cursor,
                "has_more": found.next_cursor is not None,
                **total,
            }
        case list():
            return {"items": [show(row) for row in found]}
    return show(found)
