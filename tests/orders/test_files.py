"""Files of an order, and the papers that prove a signature."""

import hashlib

import pytest

from customers import ledger
from customers.actors import NotPermitted
from orders import errors, services
from orders.commands import Signature
from orders.models import FileKind, Order, OrderFile
from orders.models.files import LARGEST_BYTES
from orders.services.files import MOST_FILES, SentFile
from tests.cast import Company, approved, at, monthly, submitted

PDF = SentFile(name="signed.pdf", content=b"%PDF-1.7 signed")


def signed_with(company: Company, order: Order, *files: tuple[FileKind, SentFile]) -> Order:
    return services.sign_order(
        order=order,
        signature=Signature(signer_name="Sam Signer", po_number="PO-77"),
        signed_at=at("2026-01-06"),
        evidence=files,
        by=company.drafting,
        at=at("2026-01-06"),
    )


def test_a_signature_comes_with_its_papers(acme: Company) -> None:
    order = signed_with(acme, submitted(acme, monthly()), (FileKind.SIGNATURE, PDF))

    file = OrderFile.objects.get(order=order)
    assert (order.po_number, order.signer_name) == ("PO-77", "Sam Signer")
    assert (file.kind, file.content_type, file.size) == ("signature", "application/pdf", len(PDF.content))
    assert file.sha256 == hashlib.sha256(PDF.content).hexdigest()
    assert [e.action for e in ledger.history(business=acme.business, subject=order)][-2:] == ["attach", "sign"]


def test_a_refused_paper_leaves_the_order_unsigned(acme: Company) -> None:
    order = submitted(acme, monthly())

    with pytest.raises(errors.FileRefused, match="Only PDF, PNG and JPEG"):
        signed_with(acme, order, (FileKind.SIGNATURE, SentFile(name="page.pdf", content=b"<html>")))

    order.refresh_from_db()
    assert order.signed_at is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty"), (b"%PDF-" + bytes(LARGEST_BYTES), "at most 5 MB"), (b"<svg onload=alert(1)>", "none of them")],
)
def test_a_file_that_may_not_be_kept_is_refused(acme: Company, content: bytes, sentence: str) -> None:
    order = approved(acme, monthly())

    with pytest.raises(errors.FileRefused, match=sentence):
        services.attach_file(
            order=order, file=SentFile(name="x.pdf", content=content), by=acme.drafting, at=at("2026-01-07")
        )


def test_a_file_is_told_by_its_bytes_and_named_plainly(acme: Company) -> None:
    order = approved(acme, monthly())
    sent = SentFile(name="C:\\papers\\../evil\r\nname.html", content=b"\x89PNG\r\n\x1a\n....")

    file = services.attach_file(order=order, file=sent, by=acme.drafting, at=at("2026-01-07"))

    assert (file.content_type, file.name, file.kind) == ("image/png", "evilname.html", "other")


def test_an_order_takes_so_many_files(acme: Company) -> None:
    order = approved(acme, monthly())
    for _ in range(MOST_FILES):
        services.attach_file(order=order, file=PDF, by=acme.drafting, at=at("2026-01-07"))

    with pytest.raises(errors.FileRefused, match="takes no more"):
        services.attach_file(order=order, file=PDF, by=acme.drafting, at=at("2026-01-07"))


def test_ops_do_not_attach(acme: Company) -> None:
    with pytest.raises(NotPermitted):
        services.attach_file(order=approved(acme, monthly()), file=PDF, by=acme.billing, at=at("2026-01-07"))
