"""Products: what a shop sells, variant by variant."""

from http import HTTPStatus

from catalog import services
from catalog.services import Variant
from customers.permissions import Permission
from orders.api.bitbybit import answers, serializers, translate
from orders.api.bitbybit.door import BitbybitViewSet
from orders.api.endpoint import Endpoint, Values


class ProductViews(BitbybitViewSet):
    @Endpoint(
        permission=Permission.DRAFT,
        grant="products:write",
        body=serializers.ProductInput(),
        answer=answers.ProductBody(),
        status=HTTPStatus.CREATED,
    )
    def create(self, values: Values) -> object:
        """Add a product with its variants. Orders name a variant by its id."""
        return services.create_product(
            business=self.business,
            name=values["name"],
            description=values.get("description") or "",
            tags=values.get("tags") or (),
            variants=[
                _variant(values["name"], variant, place=place, currency=self.business.currency)
                for place, variant in enumerate(values["variants"])
            ],
            by=self.actor,
            at=self.now,
        )


def _variant(product: str, given: Values, *, place: int, currency: str) -> Variant:
    path = f"variants[{place}]"
    compare_at = given.get("compareAtPrice")
    attributes: dict[str, object] = {"key": given["title"], "sku": given.get("sku") or "", "media": ""}
    if compare_at is not None:
        attributes["compare_at_cents"] = translate.cents(compare_at, currency=currency, field=f"{path}.compareAtPrice")
    return Variant(
        name=f"{product} - {given['title']}"[:200],
        unit_price_cents=translate.cents(given["price"], currency=currency, field=f"{path}.price"),
        attributes=attributes,
    )
