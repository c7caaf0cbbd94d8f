"""The licensing programme at the desk: its customers, what they have, and what is sold."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from catalog import offers
from catalog.models import LicenceOffer
from customers.admin.base import BusinessAdmin, actor_of, typed
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk
from orders.licensing import accounts, queries, subscriptions
from orders.licensing.vocabulary import LEVELS, MarketSegment, SubscriptionStatus
from orders.models import LicenceAccount, Subscription

LEVEL_CHOICES = [(level, level) for level in LEVELS]


class AccountForm(forms.ModelForm[LicenceAccount]):
    licence_level = forms.ChoiceField(choices=LEVEL_CHOICES)
    consumable_level = forms.ChoiceField(choices=LEVEL_CHOICES)

    class Meta:
        model = LicenceAccount
        fields = (
            "coterm_date",
            "licence_level",
            "consumable_level",
            "commitment_start_date",
            "commitment_end_date",
            "committed_licences",
            "committed_consumables",
            "high_volume_code",
            "tags",
            "is_global_sales_enabled",
        )
        labels = {"is_global_sales_enabled": "Global sales", "coterm_date": "Anniversary"}
        help_texts = {"tags": "Separated by commas.", "coterm_date": "The day on which all subscriptions renew."}

    def clean(self) -> dict[str, Any]:
        """A three-year commitment is a period, or is not there."""
        values = super().clean() or {}
        start, end = values.get("commitment_start_date"), values.get("commitment_end_date")
        if (start is None) != (end is None) or (start and end and start >= end):
            raise forms.ValidationError("A commitment has a start, and an end after it.")
        return values


@admin.register(LicenceAccount)
class LicenceAccountAdmin(BusinessAdmin[LicenceAccount]):
    writing = Permission.DRAFT
    form = AccountForm
    teaches = "A licence customer comes with its first order at the licence door."
    list_display = ("code", "customer", "market_segment", "country", "anniversary", "licence_level", "consumable_level")
    list_select_related = ("customer",)
    search_fields = ("code",)
    search_help_text = "The beginning of a customer number"
    readonly_fields = ("code", "customer", "market_segment", "country", "reseller")
    fields = (*readonly_fields, *AccountForm.Meta.fields)

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(code__startswith=term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Customers join through the door."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: LicenceAccount | None = None) -> bool:
        return super().has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: LicenceAccount, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        values = typed(form, *AccountForm.Meta.fields)
        accounts.adjust_account(account=obj, **values, by=actor_of(request), at=timezone.now())

    @admin.display(description="anniversary", empty_value="none yet")
    def anniversary(self, account: LicenceAccount) -> str | None:
        return desk.day(account.coterm_date) or None


class SubscriptionForm(forms.ModelForm[Subscription]):
    consumed_quantity = forms.IntegerField(
        required=False, min_value=0, label="Used up", help_text="Of consumables, in this term: these cannot come back."
    )

    class Meta:
        model = Subscription
        fields = ("is_auto_renewed", "renewal_quantity", "consumed_quantity")
        labels = {"is_auto_renewed": "Renews by itself"}
        help_texts = {"renewal_quantity": "Empty: as many as there are."}

    def clean_consumed_quantity(self) -> int:
        """Left empty it stays as it is."""
        row: Subscription = self.instance
        given: int | None = self.cleaned_data["consumed_quantity"]
        if given is None or given == row.consumed_quantity:
            return row.consumed_quantity
        most = subscriptions.most_consumed(
            subscription=row, coming_back=queries.coming_back(account=row.account)[row.pk]
        )
        if given > most:
            raise forms.ValidationError(f"At most {most} can be used up.")
        return given

    def clean(self) -> dict[str, Any]:
        """What the service would refuse, as a sentence for a person."""
        values = super().clean() or {}
        if self.instance.status != SubscriptionStatus.ACTIVE:
            raise forms.ValidationError("Only an active subscription can be changed.")
        if values.get("renewal_quantity") and not values.get("is_auto_renewed"):
            raise forms.ValidationError("What does not renew has no quantity to renew with.")
        if (values.get("renewal_quantity") or 1) > self.instance.offer.most_per_line:
            raise forms.ValidationError(f"At most {self.instance.offer.most_per_line} of this product renew.")
        return values


@admin.register(Subscription)
class SubscriptionAdmin(BusinessAdmin[Subscription]):
    writing = Permission.DRAFT
    form = SubscriptionForm
    teaches = "A subscription comes with the first completed order of its offer."
    list_display = ("code", "account", "offer", "quantity", "state", "renews", "renewal_quantity")
    list_select_related = ("account", "offer")
    search_fields = ("code",)
    search_help_text = "The beginning of a subscription's id, or of a customer number"
    readonly_fields = (
        "code",
        "account",
        "offer",
        "currency",
        "deployment",
        "quantity",
        "status",
        "renewal_date",
        "ended_on",
        "agreement_line",
    )
    fields = (*readonly_fields, *SubscriptionForm.Meta.fields)

    def find(self, business: Business, rows: Any, term: str) -> Any:
        by_code = rows.filter(code__startswith=term)
        return by_code if len(term) > 10 else by_code | rows.filter(account__code__startswith=term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Orders open subscriptions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        return super().has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        said, by, at = form.cleaned_data, actor_of(request), timezone.now()
        if {"is_auto_renewed", "renewal_quantity"} & set(form.changed_data):
            subscriptions.change_renewal(
                subscription=obj,
                is_auto_renewed=said["is_auto_renewed"],
                renewal_quantity=said["renewal_quantity"],
                by=by,
                at=at,
            )
        if said["consumed_quantity"] != form.initial["consumed_quantity"]:
            subscriptions.record_consumption(
                subscription=obj, consumed_quantity=said["consumed_quantity"], by=by, at=at
            )

    @admin.display(description="status")
    def state(self, subscription: Subscription) -> str:
        return desk.chip(subscription.status)

    @admin.display(description="renews", empty_value="ends")
    def renews(self, subscription: Subscription) -> str | None:
        return desk.day(subscription.renewal_date) if subscription.is_auto_renewed else None


class OfferForm(forms.ModelForm[LicenceOffer]):
    market_segment = forms.ChoiceField(required=False, choices=[("", "all"), *((s, s) for s in MarketSegment)])

    class Meta:
        model = LicenceOffer
        fields = (
            "market_segment",
            "most_per_line",
            "is_volume_discounted",
            "is_base_product",
            "add_on_of",
            "incompatible_with",
            "growth_quantity",
            "first_order_date",
            "last_order_date",
        )
        help_texts = {
            "add_on_of": "The id of the product it needs, without its level. Empty: none.",
            "incompatible_with": "Ids without their level, separated by commas: products no customer has beside it.",
            "growth_quantity": "A high-growth offer: the least that a customer has of it, under a commitment.",
        }


@admin.register(LicenceOffer)
class LicenceOfferAdmin(BusinessAdmin[LicenceOffer]):
    """What is sold; an offer comes with its price list, and here its limits and days are changed."""

    writing = Permission.DRAFT
    form = OfferForm
    teaches = "A licence offer comes with its price list."
    list_display = ("code", "item", "level", "offer_type", "market_segment", "last_order")
    list_select_related = ("item",)
    search_fields = ("code",)
    search_help_text = "The beginning of an offer's id"
    readonly_fields = ("code", "item", "base_code", "level", "offer_type")
    fields = (*readonly_fields, *OfferForm.Meta.fields)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Offers come with a price list."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: LicenceOffer | None = None) -> bool:
        return super().has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: LicenceOffer, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        changes = typed(form, *OfferForm.Meta.fields)
        offers.update_offer(offer=obj, changes=changes, by=actor_of(request), at=timezone.now())

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(code__startswith=term)

    @admin.display(description="sold until", empty_value="further notice")
    def last_order(self, offer: LicenceOffer) -> str | None:
        return desk.day(offer.last_order_date) or None
