"""Make the peer's tables and fill its shelves, once; tell the ids of customers and products as JSON."""

import json
import os
import sys

import django

CUSTOMERS, PRODUCTS, PRICE = 64, 400, 100


def main() -> None:
    """No stock is kept of the products: an order at the Day Zero door holds none either."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.oscar.settings"
    django.setup()
    from django.contrib.sites.models import Site
    from django.core.management import call_command
    from oscar.core.compat import get_user_model
    from oscar.core.loading import get_model

    call_command("migrate", verbosity=0)
    Site.objects.get_or_create(pk=1, defaults={"domain": "127.0.0.1", "name": "Peer"})
    kind, _ = get_model("catalogue", "ProductClass").objects.get_or_create(
        name="Plan", defaults={"requires_shipping": False, "track_stock": False}
    )
    partner, _ = get_model("partner", "Partner").objects.get_or_create(name="Seller")
    products = [
        get_model("catalogue", "Product").objects.get_or_create(
            upc=f"PLAN-{place}", defaults={"title": f"Plan {place}", "product_class": kind}
        )[0]
        for place in range(PRODUCTS)
    ]
    for product in products:
        product.stockrecords.get_or_create(partner=partner, partner_sku=product.upc, defaults={"price": PRICE})
        # Its counters of what is bought are made here: orders that make the same one at once fail.
        get_model("analytics", "ProductRecord").objects.get_or_create(product=product)
    users = get_user_model().objects
    customers = [users.get_or_create(username=f"customer-{place}")[0] for place in range(CUSTOMERS)]
    for customer in customers:
        get_model("analytics", "UserRecord").objects.get_or_create(user=customer)
    told = {"customers": [each.pk for each in customers], "products": [each.pk for each in products]}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
