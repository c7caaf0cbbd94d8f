"""One address that places an order by django-oscar's own basket, offers, totals and order creator."""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path
from oscar.core.compat import get_user_model
from oscar.core.loading import get_class, get_model

Basket, Product = get_model("basket", "Basket"), get_model("catalogue", "Product")
Applicator = get_class("offer.applicator", "Applicator")
Selector = get_class("partner.strategy", "Selector")
Free = get_class("shipping.methods", "Free")
OrderTotalCalculator = get_class("checkout.calculators", "OrderTotalCalculator")
OrderNumberGenerator = get_class("order.utils", "OrderNumberGenerator")
OrderCreator = get_class("order.utils", "OrderCreator")


def place(request: HttpRequest) -> JsonResponse:
    """One of each product that is named, for a customer."""
    asked = json.loads(request.body)
    customer = get_user_model().objects.get(pk=asked["customer"])
    products = Product.objects.in_bulk(asked["products"])
    basket = _filled(customer, [products[key] for key in asked["products"]])
    shipping = Free()
    charge = shipping.calculate(basket)
    order = OrderCreator().place_order(
        basket=basket,
        total=OrderTotalCalculator().calculate(basket, charge),
        shipping_method=shipping,
        shipping_charge=charge,
        user=customer,
        order_number=OrderNumberGenerator().order_number(basket),
    )
    basket.submit()
    return JsonResponse({"number": order.number, "total": str(order.total_incl_tax)}, status=201)


def _filled(customer: Any, products: list[Any]) -> Any:
    basket = Basket.objects.create(owner=customer)
    basket.strategy = Selector().strategy(user=customer)
    for product in products:
        basket.add_product(product)
    Applicator().apply(basket, customer)
    return basket


urlpatterns = [path("orders", place)]
