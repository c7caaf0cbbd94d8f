"""An id that a shop keeps goes on to work after its customer was merged into another one."""

from orders.services.merging import merge_customers
from tests import factories
from tests.api.bitbybit.caller import Caller, data
from tests.cast import Company, at


def test_the_old_id_answers_with_the_survivor(acme: Company) -> None:
    gone = factories.CustomerFactory.create(business=acme.business, name="Gone")
    merge_customers(
        business=acme.business,
        survivor=acme.customer.pk,
        merged=gone.pk,
        take=(),
        by=acme.drafting,
        at=at("2026-01-10"),
    )
    api = Caller(acme)

    found = data(api.get(f"/customers/cust_{gone.uid.hex}"))
    created = api.created(customerId=f"cust_{gone.uid.hex}")

    assert found["id"] == api.customer_id
    assert acme.customer.orders.count() == 1
    assert created
