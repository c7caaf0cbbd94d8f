"""What one statement finds of a customer and variants is what the ORM finds of each."""

import pytest
from django.db import models

from catalog.models import CatalogItem
from customers.models import Customer, CustomerStatus
from orders import variant_sql
from orders.models import Order
from tests import factories
from tests.cast import Company


def test_a_customer_and_items_are_found_whole(acme: Company, globex: Company) -> None:
    sold, gone, other = (factories.CatalogItemFactory.create(business=acme.business) for _ in range(3))
    strangers = factories.CatalogItemFactory.create(business=globex.business)
    CatalogItem.objects.filter(pk=gone.pk).update(is_active=False)
    codes = [str(sold.uid), sold.uid.hex, str(gone.uid), str(strangers.uid), str(other.uid), "none"]

    customer, items = variant_sql.find(business=acme.business, customer=acme.customer.uid.hex, items=codes)

    assert customer is not None
    assert values(customer) == values(Customer.objects.get(pk=acme.customer.pk))
    assert items == {str(sold.uid): sold, sold.uid.hex: sold, str(other.uid): other}
    assert values(items[str(sold.uid)]) == values(CatalogItem.objects.get(pk=sold.pk))


def values(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_who_stands_for_a_customer_is_found_but_nobody_who_was_let_go_nor_a_stranger(
    acme: Company, globex: Company
) -> None:
    merged, left = (factories.CustomerFactory.create(business=acme.business) for _ in range(2))
    Customer.objects.filter(pk=merged.pk).update(merged_into=acme.customer, status=CustomerStatus.INACTIVE)
    Customer.objects.filter(pk=left.pk).update(status=CustomerStatus.INACTIVE)

    def found(uid: object) -> Customer | None:
        return variant_sql.find(business=acme.business, customer=str(uid), items=[])[0]

    assert found(merged.uid) == acme.customer
    assert [found(uid) for uid in (left.uid, globex.customer.uid, "none")] == [None, None, None]


def test_a_name_that_is_no_more_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    variant_sql.check()
    monkeypatch.setattr(variant_sql, "READS", {Order: ("orders_order", "id gone")})

    with pytest.raises(LookupError, match="gone"):
        variant_sql.check()
