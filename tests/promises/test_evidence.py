"""What the database refuses about signatures and files, though every service be bypassed."""

import pytest
from django.db import IntegrityError, connection

from orders import services
from orders.models import OrderFile
from orders.services.files import SentFile
from tests.cast import Company, approved, at, monthly, signed
from tests.promises import sql

PDF = SentFile(name="paper.pdf", content=b"%PDF-1.7")


@pytest.fixture
def file(acme: Company) -> OrderFile:
    return services.attach_file(order=approved(acme, monthly()), file=PDF, by=acme.drafting, at=at("2026-01-07"))


@pytest.mark.parametrize("values", [{"content": b"%PDF-1.8"}, {"name": "other.pdf"}, {"sha256": "0" * 64}])
def test_a_file_never_changes(file: OrderFile, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="nothing changes or deletes it"):
        sql.update(file, **values)


def test_a_file_is_never_deleted(file: OrderFile) -> None:
    with pytest.raises(IntegrityError, match="nothing changes or deletes it"):
        sql.delete(file)


def test_files_are_never_emptied(file: OrderFile) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        with pytest.raises(IntegrityError, match="nothing changes or deletes it"):
            cursor.execute("TRUNCATE orders_orderfile CASCADE")


@pytest.mark.parametrize(
    ("values", "promise"),
    [
        ({"sha256": "0" * 64}, "hash of a file is that of its bytes"),
        ({"size": 3}, "order_file_has_its_size"),
        ({"kind": "signature"}, "comes with it, never after it"),
        ({"kind": "poem"}, "order_file_kind_known|comes with it"),
        ({"content_type": "text/html"}, "order_file_content_type_known"),
    ],
)
def test_a_file_keeps_its_shape(file: OrderFile, values: dict[str, object], promise: str) -> None:
    with pytest.raises(IntegrityError, match=promise):
        sql.insert_copy(file, **values)


def test_a_file_of_another_business_is_no_file_of_this_order(file: OrderFile, globex: Company) -> None:
    with pytest.raises(IntegrityError, match="order_file_order_same_business"):
        sql.insert_copy(file, business_id=globex.business.pk)


@pytest.mark.parametrize("values", [{"po_number": "PO-1"}, {"valid_until_date": "2027-01-01"}, {"signer_name": "Eve"}])
def test_what_was_signed_with_the_order_is_frozen(acme: Company, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="terms of a signed or approved order never change"):
        sql.update(signed(acme, monthly()), **values)
