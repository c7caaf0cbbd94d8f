"""What holds for every address of the desk: reading writes nothing, and nothing is styled or scripted inline."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from customers.models import StaffMember
from tests.admin.pages import Browse, everything_of
from tests.cast import Company

INLINE = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", re.IGNORECASE)
# Logging out is a POST of Django's own; its session is no row of ours.
OURS = ("customers", "catalog", "billing", "orders", "admin")


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Every named address of the site, resolvers included."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def rows_by_admin() -> dict[str, Model]:
    """A row for every model that has pages."""
    models = (model for model in apps.get_models() if admin.site.is_registered(model) and model.objects.exists())  # type: ignore[attr-defined]
    return {
        f"{model._meta.app_label}_{model._meta.model_name}": model.objects.latest("id")  # type: ignore[attr-defined]
        for model in models
    }


def addresses() -> list[str]:
    """All addresses of the site, with a row's id where one is needed."""
    site_patterns = admin.site.get_urls()
    found = {reverse(f"admin:{name}") for name in SIMPLE}
    for prefix, row in rows_by_admin().items():
        of_rows = [name for name in set(names(site_patterns)) if name.startswith(f"{prefix}_")]
        for name in of_rows:
            needs_no_row = name.endswith(("_changelist", "_add"))
            found.add(reverse(f"admin:{name}", args=[] if needs_no_row else [row.pk]))
    return sorted(found)


SIMPLE = ("index", "login", "password_change", "password_change_done", "jsi18n", "billing_overdue")


def counts() -> dict[str, int]:
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    return {model.__name__: model.objects.count() for model in models}  # type: ignore[attr-defined]


def versions() -> list[tuple[object, ...]]:
    """Every order and invoice as it is, to the last column."""
    from billing.models import Invoice
    from orders.models import Order

    return [*Order.objects.order_by("id").values_list(), *Invoice.objects.order_by("id").values_list()]


def people(company: Company) -> tuple[StaffMember, ...]:
    return (company.drafter, company.approver, company.ops)


def test_reading_every_address_writes_nothing(acme: Company, browse: Browse) -> None:
    everything_of(acme)
    clients = [browse(member) for member in people(acme)]
    before = counts(), versions()

    statuses = {client.get(address).status_code for client in clients for address in addresses()}

    assert (counts(), versions()) == before
    assert statuses <= {200, 302, 403, 405}


def test_the_addresses_that_are_read_include_every_verb(acme: Company) -> None:
    everything_of(acme)

    verbs = {address.rstrip("/").rpartition("/")[2] for address in addresses()}

    assert {"approve", "send_back", "reject", "withdraw", "cancel", "issue", "hold", "discard", "revoke"} <= verbs


def test_no_page_has_an_inline_style_or_script(acme: Company, browse: Browse) -> None:
    everything_of(acme)
    clients = [Client(), *(browse(member) for member in people(acme))]

    pages = {address: client.get(address).content.decode() for client in clients for address in addresses()}

    assert {address: INLINE.findall(page) for address, page in pages.items() if INLINE.search(page)} == {}


def test_every_page_carries_the_strict_policy(acme: Company, browse: Browse) -> None:
    answer = browse(acme.approver).get(reverse("admin:index"))

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("verb", ["approve", "reject", "send_back", "withdraw", "cancel"])
def test_a_verb_does_not_answer_get(acme: Company, browse: Browse, verb: str) -> None:
    order = everything_of(acme)

    answer = browse(acme.approver).get(reverse(f"admin:orders_order_{verb}", args=[order.pk]))

    assert answer.status_code == 405


def test_hostile_ids_are_simply_not_there(acme: Company, browse: Browse) -> None:
    client = browse(acme.approver)

    for_each = [
        client.get(f"/admin/orders/order/{given}/change/").status_code
        for given in ("9" * 30, "abc", "-1", "1%00", "_00")
    ]

    assert for_each == [404] * 5
