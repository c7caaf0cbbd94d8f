"""A customer's page with its orders, addresses and likely duplicates; merging two, with a preview and a way back."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path
from django.utils import timezone

from customers import credit, currencies, duplicates, merging
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin import amounts
from customers.admin.base import business_of, member_of
from customers.admin.parties import CustomerAdmin
from customers.admin.verbs import Refused, Verb, VerbsAdmin
from customers.models import CreditLimit, Customer, CustomerCode
from customers.permissions import Permission
from orders import customer_queries as joined
from orders.services import merging as services

YEAR = timedelta(days=365)
CODES_SHOWN = 50
LABELS = {"tax_id": "VAT or tax id", "net_days": "days until due", "email": "e-mail"}


def merge(customer: Customer, posted: QueryDict, by: Actor, at: datetime) -> None:
    seen = posted.get("seen_sha256", "")
    if not seen:
        raise Refused("The page did not say what you saw: open it again.")
    services.merge_customers(
        business=customer.business,
        survivor=customer.pk,
        merged=_key(posted, "merged"),
        take=[name for name in merging.FIELDS if posted.get(name) == "merged"],
        by=by,
        at=at,
        seen_sha256=seen,
    )


def undo_merge(customer: Customer, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.undo_merge(business=customer.business, merge=_key(posted, "merge"), by=by, at=at)


def set_credit(customer: Customer, posted: QueryDict, by: Actor, at: datetime) -> None:
    currency, text = posted.get("currency", "").upper(), posted.get("amount", "").strip()
    if not currencies.is_known(currency):
        raise Refused("Say the currency of the credit limit, like EUR.")
    try:
        cents = amounts.to_cents(text=text, currency=currency) if text else None
    except ValidationError as wrong:
        raise Refused(wrong.messages[0]) from wrong
    credit.set_credit_limit(customer=customer, currency=currency, amount_cents=cents, by=by, at=at)


class CustomerDesk(CustomerAdmin):
    """The customer with everything of it that other apps know."""

    refusals = (*VerbsAdmin.refusals, merging.MergeRefused, credit.CreditRefused)
    verbs = (
        Verb(slug="merge", call=merge, done="Merged into {row}. It can be undone for thirty days."),
        Verb(slug="set_credit", call=set_credit, done="The credit limit of {row} is changed."),
        Verb(slug="undo_merge", call=undo_merge, done="Undone: {row} and the other are two customers again."),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("<int:survivor>/merge/<int:merged>/", view, name="customers_merge_preview"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        customer = self.row(request, object_id)
        context = {**(extra_context or {}), **self._panels(request, customer)}
        return super().change_view(request, object_id, form_url, context)

    def preview_view(self, request: HttpRequest, survivor: int, merged: int) -> HttpResponse:
        """Both customers beside each other, what goes over and what stays; it changes nothing."""
        if not member_of(request).may(Permission.DRAFT) or max(survivor, merged) >= 2**63:
            raise Http404
        try:
            plan = services.plan_merge(business=business_of(request), survivor=survivor, merged=merged)
        except merging.MergeRefused as refused:
            row = self.row(request, str(survivor))
            return self.page(request, "admin/customers/merge_refused.html", row=row, title="Merge", why=str(refused))
        pair = plan.pair
        return self.page(
            request,
            "admin/customers/merge.html",
            row=pair.survivor,
            title=f"Merge {pair.merged} into {pair.survivor}",
            plan=plan,
            pair=pair,
            fields=[_choice(pair, name) for name in merging.FIELDS],
        )

    def _panels(self, request: HttpRequest, customer: Customer) -> dict[str, object]:
        family = list(customer_queries.family(customer=customer))
        for member in family:
            member.business = customer.business
        now = timezone.now()
        may_merge = member_of(request).may(Permission.DRAFT) and customer.merged_into_id is None
        return {
            "customer": customer,
            "family": family,
            "orders": list(joined.orders_of(family=family)[: joined.ORDERS_SHOWN]),
            "months": joined.committed_by_month(family=family, since=now - YEAR),
            "addresses": joined.addresses_with_usage(family=family),
            "codes": CustomerCode.objects.for_business(customer.business).filter(customer=customer)[:CODES_SHOWN],
            "duplicates": duplicates.duplicates(customer=customer) if customer.merged_into_id is None else (),
            "merges": services.merges_of(customer=customer),
            "may_merge": may_merge,
            "credit_limits": list(_credit_limits(customer)),
            "may_set_credit": member_of(request).may(Permission.BILL) and customer.merged_into_id is None,
            "now": now,
        }


def _credit_limits(customer: Customer) -> QuerySet[CreditLimit]:
    return CreditLimit.objects.for_business(customer.business).filter(customer=customer).order_by("currency")


def _key(posted: QueryDict, name: str) -> int:
    typed = posted.get(name, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        raise Refused("The page did not say which customer: open it again.")
    return int(typed)


def _choice(pair: merging.Pair, name: str) -> dict[str, object]:
    """A field of both; the other's is proposed where the survivor has none."""
    ours, theirs = getattr(pair.survivor, name), getattr(pair.merged, name)
    return {
        "name": name,
        "label": LABELS.get(name, name.replace("_", " ")),
        "ours": ours,
        "theirs": theirs,
        "differs": ours != theirs,
        "take": ours in ("", None) and theirs not in ("", None),
    }


# The page of the customers' own app, with what only this one can join.
admin.site.unregister(Customer)
admin.site.register(Customer, CustomerDesk)
