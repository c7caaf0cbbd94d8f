"""Orders: create, read, list, and move along three axes."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db import models

from catalog import queries as catalog_queries
from customers import queries as customer_queries
from customers import services as customer_services
from customers.permissions import Permission
from orders import queries, services, variant_sql
from orders.api.bitbybit import answers, ids, moves, serializers, translate, vocabulary
from orders.api.bitbybit.door import BitbybitViewSet, existing, numbered
from orders.api.bitbybit.vocabulary import OrderStatus
from orders.api.endpoint import Endpoint, Values
from orders.commands import Origin
from orders.errors import UnknownCustomer

ORDER = answers.OrderBody()


class OrderViews(BitbybitViewSet):
    @Endpoint(permission=Permission.READ, grant="orders:read", query=serializers.OrderQuery(), answer=ORDER)
    def list(self, values: Values) -> object:
        rows = _with_status(self._orders(), values.get("status"))
        return numbered(rows=rows, page=values["page"], limit=values["limit"])

    @Endpoint(permission=Permission.READ, grant="orders:read", answer=ORDER)
    def retrieve(self, values: Values, order_id: str) -> object:
        return self._order(order_id)

    @Endpoint(
        permission=Permission.SUBMIT,
        grant="orders:write",
        body=serializers.OrderInput(),
        answer=ORDER,
        status=HTTPStatus.CREATED,
        is_draft=True,
    )
    def create(self, values: Values) -> object:
        """Create an order for a customer who exists, or for one who is found by phone or e-mail, or made."""
        customer, items = self._named(values)
        command = translate.create_order(
            values, customer=str(customer.uid), items=items, currency=self.business.currency
        )
        draft = services.draft_order(
            business=self.business, command=command, by=self.actor, at=self.now, asked_by=self.asked_by
        )
        draft.order.customer = customer
        return services.submit_draft(draft=draft, by=self.actor, at=self.now)

    @Endpoint(permission=Permission.SUBMIT, grant="orders:write", body=serializers.OrderUpdate(), answer=ORDER)
    def update(self, values: Values, order_id: str) -> object:
        """Change status, fulfilment, payment or notes; lines and address stay as they were ordered."""
        order = self._found(order_id, self._orders().prefetch_related(None))
        moves.update(order=order, values=values, by=self.actor, at=self.now)
        return self._order(order_id)

    def _orders(self) -> models.QuerySet[Any]:
        rows = queries.orders(business=self.business, origins=(Origin.BITBYBIT,))
        return rows.prefetch_related("parties")

    def _order(self, order_id: str) -> Any:
        return self._found(order_id, self._orders())

    def _found(self, order_id: str, rows: models.QuerySet[Any]) -> Any:
        known = customer_queries.as_uuid(ids.read(ids.ORDER, order_id))
        return existing(rows.filter(uid=known).first() if known else None)

    def _named(self, values: Values) -> tuple[Any, Mapping[str, Any]]:
        """Whom an order is for, and the variants that it names and that are sold, by our own ids."""
        codes = translate.variant_ids(values)
        if "customerId" not in values:
            items = catalog_queries.items_by_code(business=self.business, scheme=translate.ITEM_SCHEME, codes=codes)
            return self._customer(values), items
        uid = ids.read(ids.CUSTOMER, values["customerId"])
        known, items = variant_sql.find(business=self.business, customer=uid, items=codes)
        if known is None:
            raise UnknownCustomer("Customer not found", field="customer")
        return known, items

    def _customer(self, values: Values) -> Any:
        """Who is found by what is said of them, or made. One who is found keeps the data that is stored (rule 3)."""
        given = values["customer"]
        codes = translate.customer_codes(
            phone=given.get("phone"),
            email=given.get("email"),
            region=values["shippingAddress"].get("country") or "",
        )
        if self.is_at_once:
            known = customer_queries.customer_by_codes(business=self.business, codes=codes)
            if known is None:
                raise services.NotAtOnce
            return known
        return customer_services.find_or_create_customer(
            business=self.business,
            codes=codes,
            name=translate.full_name(given),
            email=given.get("email") or "",
            phone=given.get("phone") or "",
            attributes=translate.names(given),
            by=self.actor,
            at=self.now,
        )


def _with_status(rows: models.QuerySet[Any], status: str | None) -> models.QuerySet[Any]:
    """The orders that bitbybit would show with this status."""
    match status:
        case OrderStatus.REFUNDED:
            return rows.filter(status__in=vocabulary.ENDED, decision_reason=vocabulary.REFUNDED)
        case OrderStatus.CANCELLED:
            return rows.filter(status__in=vocabulary.ENDED).exclude(decision_reason=vocabulary.REFUNDED)
        case OrderStatus.ARCHIVED:
            return rows.exclude(status__in=vocabulary.ENDED).filter(archived_at__isnull=False)
        case OrderStatus.ACTIVE:
            return rows.exclude(status__in=vocabulary.ENDED).filter(archived_at__isnull=True)
    return rows
