"""An id that a store keeps goes on to work after its customer was merged into another one."""

from customers.models import Customer
from orders.services.merging import merge_customers
from tests.api.commercelayer.caller import Caller, data
from tests.cast import Company, at


def test_the_old_id_answers_with_the_survivor(acme: Company) -> None:
    api = Caller(acme)
    gone = api.create("customers", {"email": "old@example.com"})
    kept = api.create("customers", {"email": "new@example.com"})
    rows = {row.email: row.pk for row in Customer.objects.for_business(acme.business)}
    merge_customers(
        business=acme.business,
        survivor=rows["new@example.com"],
        merged=rows["old@example.com"],
        take=(),
        by=acme.drafting,
        at=at("2026-01-10"),
    )

    found = data(api.get(f"/customers/{gone['id']}"))
    listed = data(api.get("/customers"))
    again = api.create("customers", {"email": "old@example.com"})

    assert found["id"] == kept["id"] == again["id"]
    assert [row["id"] for row in listed] == [kept["id"]]
