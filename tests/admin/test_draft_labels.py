"""What a draft says besides its terms: purchase order, validity, tags and attributes, in the form and after it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from customers import audit
from customers.admin import lookups
from orders import services
from orders.admin import label_texts
from orders.commands import Signature
from orders.models import DraftTemplate, Order
from tests.admin.pages import Browse, list_of, typed, url
from tests.cast import Company, at, draft, monthly

LABELS = {
    "po_number": "PO-4711",
    "valid_until_date": "2099-12-31",
    "tags": 'vip, "two, words"',
    "attributes": "cost centre: 4711\nregion: north",
}


@pytest.fixture
def rui(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


@pytest.fixture
def order(acme: Company, rui: Client) -> Order:
    """A draft as the form makes it, with all of them."""
    rui.post(f"{list_of(Order)}add/", typed(acme.customer.name, {}, start="2099-01-31", **LABELS))
    return Order.objects.get()


def form(order: Order, **fields: str) -> dict[str, str]:
    """The form of a stored draft as a browser posts it, its lines as they are."""
    shown = {**LABELS, "tags_seen": label_texts.write_tags(order.tags), "version": str(order.version)}
    line = order.lines.get()
    return typed(lookups.label(order.customer), {"order_line": str(line.uid)}, **{**shown, **fields})


def save(client: Client, order: Order, **fields: str) -> str:
    page = client.post(url(order), form(order, **fields), follow=True).content.decode()
    order.refresh_from_db()
    return page


def test_the_form_takes_them_and_shows_them_again(rui: Client, order: Order) -> None:
    assert (order.po_number, str(order.valid_until_date), order.tags) == (
        "PO-4711",
        "2099-12-31",
        ["vip", "two, words"],
    )
    assert order.attributes == {"cost centre": "4711", "region": "north"}

    page = rui.get(url(order)).content.decode()

    assert 'value="PO-4711"' in page
    assert 'value="vip, &quot;two, words&quot;"' in page
    assert "cost centre: 4711\nregion: north" in page


def test_they_are_cleared_as_they_were_typed(rui: Client, order: Order) -> None:
    save(rui, order, po_number="", valid_until_date="", tags="", attributes="")

    assert (order.po_number, order.valid_until_date, order.tags, order.attributes) == ("", None, [], {})


@pytest.mark.parametrize(
    ("field", "said", "why"),
    [
        ("attributes", "no colon", "Line 1: type it like"),
        ("attributes", "a: 1\na: 2", "“a” is there already"),
        ("tags", "x" * 256, "at most 255 characters"),
        ("valid_until_date", "2020-01-01", "valid until today or a later day"),
        ("po_number", "P" * 65, "at most 64 characters"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_stays_typed(
    rui: Client, order: Order, field: str, said: str, why: str
) -> None:
    page = save(rui, order, **{field: said})

    assert why in page
    assert order.version == 1


def test_a_tag_that_somebody_else_put_on_meanwhile_stays(acme: Company, rui: Client, order: Order) -> None:
    before = form(order, tags="vip")
    services.tag_orders(business=acme.business, orders=[order], add=["urgent"], by=acme.approving, at=at("2026-01-06"))

    rui.post(url(order), before)

    order.refresh_from_db()
    assert order.tags == ["vip", "urgent"]


def test_what_two_people_typed_is_merged_field_by_field(acme: Company, browse: Browse, order: Order) -> None:
    before = form(order)
    save(browse(acme.approver), order, attributes="region: south", tags="vip, urgent")

    browse(acme.drafter).post(url(order), {**before, "po_number": "PO-2"})

    order.refresh_from_db()
    assert order.version == 3
    assert (order.po_number, order.attributes, order.tags) == ("PO-2", {"region": "south"}, ["vip", "urgent"])


def test_what_both_changed_differently_is_asked(acme: Company, browse: Browse, order: Order) -> None:
    before = form(order)
    save(browse(acme.approver), order, po_number="PO-2")

    answer = browse(acme.drafter).post(url(order), {**before, "po_number": "PO-3"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert all(said in page for said in ("Their purchase order", "PO-4711", "PO-2", "PO-3"))


def test_what_is_typed_and_not_saved_is_offered_again(rui: Client, order: Order) -> None:
    rui.post(url(order, "autosave"), form(order, po_number="PO-9", tags="typed"))

    page = rui.get(url(order), {"restore": "1"}).content.decode()

    assert 'value="PO-9"' in page
    assert 'name="tags" value="typed"' in page


def test_versions_are_compared_by_them_too(rui: Client, order: Order) -> None:
    save(rui, order, po_number="PO-2", tags="vip", attributes="region: south")

    page = rui.get(url(order, "compare")).content.decode()

    assert all(said in page for said in ("Their purchase order", "PO-4711", "vip, two, words", "region: south"))


def test_a_duplicate_keeps_labels_and_says_what_it_left(rui: Client, order: Order) -> None:
    page = rui.post(url(order, "duplicate"), follow=True).content.decode()

    copy = Order.objects.latest("id")
    assert "Its purchase order and validity stayed with it" in page
    assert (copy.tags, copy.attributes) == (order.tags, order.attributes)
    assert (copy.po_number, copy.valid_until_date) == ("", None)


def test_a_template_keeps_labels(acme: Company, rui: Client, order: Order) -> None:
    rui.post(url(order, "template"), {"name": "Starter"})
    template = DraftTemplate.objects.get()

    shown = rui.get(url(template)).content.decode()
    rui.post(url(template, "start"), {"customer": acme.customer.name})

    copy = Order.objects.latest("id")
    assert "cost centre" in shown
    assert (copy.tags, copy.attributes, copy.po_number) == (order.tags, order.attributes, "")


def test_the_approver_sees_their_number_and_a_signature_keeps_it(acme: Company, rui: Client, order: Order) -> None:
    rui.post(url(order), {**form(order), "_submit": "1"})
    order.refresh_from_db()

    page = rui.get(url(order)).content.decode()
    moment = at("2026-01-06")
    signed = services.sign_order(
        order=order, signature=Signature(signer_name="Sam"), signed_at=moment, by=acme.drafting, at=order.updated_at
    )

    assert "Their purchase order: PO-4711." in page
    assert "cost centre" in page
    assert signed.po_number == "PO-4711"


def test_the_ledger_leads_to_them(acme: Company, rui: Client, order: Order) -> None:
    save(rui, order, tags="vip", attributes="region: south", po_number="")
    services.tag_orders(business=acme.business, orders=[order], add=["urgent"], by=acme.approving, at=at("2026-01-06"))

    assert list(audit.of_business(business=acme.business)) == []


def test_a_form_that_was_kept_from_before_takes_nothing_away(rui: Client, order: Order) -> None:
    older = {name: said for name, said in form(order).items() if name not in {*LABELS, "tags_seen"}}

    rui.post(url(order), older)

    order.refresh_from_db()
    assert (order.version, order.po_number, order.attributes["region"]) == (2, "PO-4711", "north")


def test_an_attribute_that_cannot_be_typed_stays_as_it_is(acme: Company, rui: Client, order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(attributes={"nested": {"a": [1]}, "region": "north"})

    save(rui, order, attributes="region: south")

    assert order.attributes == {"nested": {"a": [1]}, "region": "south"}


def test_a_lapsed_day_is_a_problem_before_it_is_submitted(acme: Company, rui: Client) -> None:
    order = draft(acme, monthly())
    Order.objects.filter(pk=order.pk).update(valid_until_date="2020-01-01")

    assert "Offer valid until: this day is over." in rui.get(url(order)).content.decode()


def test_a_purchase_order_is_attached_to_a_draft(rui: Client, order: Order) -> None:
    sent = SimpleUploadedFile("po.pdf", b"%PDF-1.7 their order")

    page = rui.post(url(order, "attach"), {"file": sent}, follow=True).content.decode()

    assert "po.pdf" in page
    assert "ORD-000001 · draft" in page
