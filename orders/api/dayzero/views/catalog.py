"""Catalog items: what lines can be based on."""

from http import HTTPStatus

from catalog import queries, services
from customers.permissions import Permission
from orders.api.dayzero import answers, page_queries, serializers, vocabulary
from orders.api.dayzero.door import DayZeroViewSet, existing
from orders.api.endpoint import Endpoint, Values

ITEM = answers.CatalogItemBody()


class CatalogItemViews(DayZeroViewSet):
    @Endpoint(
        permission=Permission.READ,
        query=page_queries.LongPageQuery(),
        answer=ITEM,
        code="CATALOG_ITEMS_RETRIEVED",
        message="Catalog items retrieved successfully",
    )
    def list(self, values: Values) -> object:
        return self.listed(queries.items(business=self.business), values)

    @Endpoint(
        permission=Permission.READ,
        answer=ITEM,
        code="CATALOG_ITEM_RETRIEVED",
        message="Catalog item retrieved successfully",
    )
    def retrieve(self, values: Values, item_id: str) -> object:
        return existing(queries.item_by_uid(business=self.business, uid=item_id))

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.CatalogItemInput(),
        answer=ITEM,
        status=HTTPStatus.CREATED,
        code="CATALOG_ITEM_CREATED",
        message="Catalog item created successfully",
    )
    def create(self, values: Values) -> object:
        return services.create_item(
            business=self.business,
            name=values["name"],
            description=values.get("description") or "",
            item_type=values.get("item_type") or vocabulary.ItemType.SERVICE,
            unit_price_cents=values.get("unit_price") or 0,
            by=self.actor,
            at=self.now,
        )
