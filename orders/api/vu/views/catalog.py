"""Recipes, and products that order lines can name."""

from catalog import recipes, services
from customers import currencies
from customers.permissions import Permission
from orders.api.endpoint import Endpoint, Values
from orders.api.vu import catalog_answers, catalog_serializers, translate, words
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
        """Add the variants of a product to the catalog, all or none; each sku names one for ever."""
        named = ("product_category", "b2b", "customize_only")
        product = {"name": values["name"], **{name: values.get(name) for name in named}}
        variants = enumerate(values["product_variants_attributes"])
        return {**product, "product_variants": [self._variant(place, variant, product) for place, variant in variants]}

    def _variant(self, place: int, variant: Values, product: dict[str, object]) -> object:
        path = ("product_variants", place)
        currency = self.business.currency
        price = variant["price"]
        if price != round(price, currencies.EXPONENTS[currency]):
            raise Refused(f"{words.place((*path, 'price'))} has more decimals than {currency} has")
        try:
            return services.create_item(
                business=self.business,
                name=variant["name"],
                item_type="inventory",
                unit_price_cents=translate.cents(price, currency),
                codes={translate.SKU_SCHEME: variant["sku"]},
                attributes={"sku": variant["sku"], "upc": variant.get("upc"), "product": product},
                by=self.actor,
                at=self.now,
            )
        except services.ItemCodeTaken as taken:
            raise Refused(f"{words.place((*path, 'sku'))} has already been taken") from taken
