"""Recipes, and products that order lines can name."""

from catalog import queries, recipes, services
from customers.permissions import Permission
from orders.api.endpoint import Endpoint, Values
from orders.api.vu import catalog_answers, catalog_serializers, serializers, translate, words
from orders.api.vu.door import VuViewSet
from orders.api.vu.errors import Refused


class RecipeViews(VuViewSet):
    title = "Recipe"

    # The one resource that is not wrapped under its own name.
    @Endpoint(permission=Permission.READ, answer=catalog_answers.RecipeBody(), code="data", message="Get a recipe")
    def retrieve(self, values: Values, recipe_id: str) -> object:
        """The recipe under a token of eight letters and digits, upper and lower case told apart."""
        return self.existing(recipes.recipe_by_token(business=self.business, token=recipe_id))


class ProductViews(VuViewSet):
    title = "Product"

    @Endpoint(
        permission=Permission.DRAFT,
        body=catalog_serializers.ProductInput(),
        answer=catalog_answers.ProductBody(),
        code="product",
        message="Create a product",
    )
    def create(self, values: Values) -> object:
        """Add a product: each variant is an item of the catalog, and its sku names it for ever. All or none."""
        variants = values["product_variants_attributes"]
        try:
            return services.create_product(
                business=self.business,
                name=values["name"],
                variants=[self._variant(place, variant) for place, variant in enumerate(variants)],
                attributes={name: values.get(name) for name in ("product_category", "b2b", "customize_only")},
                by=self.actor,
                at=self.now,
            )
        except services.ItemCodeTaken as taken:
            place = self._taken([variant["sku"] for variant in variants])
            raise Refused(f"{words.place(('product_variants', place, 'sku'))} has already been taken") from taken

    def _variant(self, place: int, variant: Values) -> services.Variant:
        currency, price = self.business.currency, variant["price"]
        if fault := serializers.price_fault(price, currency):
            raise Refused(f"{words.place(('product_variants', place, 'price'))} {fault}")
        return services.Variant(
            name=variant["name"],
            unit_price_cents=translate.cents(price, currency),
            codes={translate.SKU_SCHEME: variant["sku"]},
            attributes={"sku": variant["sku"], "upc": variant.get("upc")},
        )

    def _taken(self, skus: list[str]) -> int:
        """The place of the first sku that an item bears, or that stands before it in the same list."""
        known = queries.items_by_code(business=self.business, scheme=translate.SKU_SCHEME, codes=skus)
        return next((n for n, sku in enumerate(skus) if sku in known or sku in skus[:n]), 0)
