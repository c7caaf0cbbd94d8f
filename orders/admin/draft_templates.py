"""Templates: drafts under a name, to start others from."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from customers.actors import Actor
from customers.admin import lookups
from customers.admin.base import actor_of, business_of
from customers.admin.verbs import Verb, VerbsAdmin
from customers.models import Customer
from customers.permissions import Permission
from customers.templatetags import desk as faces
from orders import services
from orders.admin import ramp_text
from orders.errors import OrderError
from orders.models import DraftTemplate


def retire(template: DraftTemplate, posted: QueryDict, by: Actor, at: Any) -> None:
    services.retire_template(template=template, by=by, at=at)


@admin.register(DraftTemplate)
class DraftTemplateAdmin(VerbsAdmin[DraftTemplate]):
    teaches = "Save a draft as a template on its own page, and the next one of its kind begins with its lines."
    list_display = ("name", "lines", "currency", "made_by", "since")
    search_fields = ("name",)
    search_help_text = "The beginning of a name"
    ordering = ("name",)
    refusals = (*VerbsAdmin.refusals, OrderError)
    verbs = (Verb(slug="retire", call=retire, done="“{row}” is no longer offered."),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DraftTemplate]:
        return super().get_queryset(request).filter(is_active=True).select_related("created_by__user")

    def get_urls(self) -> list[URLPattern]:
        start = self.admin_site.admin_view(self.start_view)
        return [path("<path:object_id>/start/", start, name="orders_drafttemplate_start"), *super().get_urls()]

    def after(self, row: DraftTemplate) -> str:
        return reverse("admin:orders_drafttemplate_changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        """A page to read, with a button to start from it."""
        if request.method == "POST":
            raise PermissionDenied
        return self._shown(request, self.row(request, object_id))

    def start_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A new draft with these terms for the customer that is named."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        template = self.row(request, object_id)
        said = request.POST.get("customer", "").replace("\0", "").strip()
        try:
            customer = lookups.Lookup(Customer.objects.for_business(business_of(request))).find(said)
            copy = services.start_from_template(
                template=template, customer=str(customer.uid), by=actor_of(request), at=timezone.now()
            )
        except ValidationError as refusal:
            return self._shown(request, template, said=said, refusal=" ".join(refusal.messages))
        except self.refusals as refusal:
            return self._shown(request, template, said=said, refusal=str(refusal))
        self.message_user(request, f"{copy.order.number} is a draft from “{template}”.", messages.SUCCESS)
        for sentence in copy.left_out:
            self.message_user(request, sentence, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[copy.order.pk]))

    def _shown(
        self, request: HttpRequest, template: DraftTemplate, *, said: str = "", refusal: str = ""
    ) -> HttpResponse:
        lookup = f"{reverse('admin:autocomplete')}?app_label=orders&model_name=order&field_name=customer"
        return self.page(
            request,
            "admin/orders/draft_template.html",
            row=template,
            title=template.name,
            kept=template,
            header=template.terms["header"],
            lines=[{**line, "ramp": _ramp(line, template.currency)} for line in template.terms["lines"]],
            lookup=lookup,
            said=said,
            refusal=refusal,
            may_draft=actor_of(request).may(Permission.DRAFT),
        )

    @admin.display(description="lines")
    def lines(self, template: DraftTemplate) -> str:
        return f"{template.line_count:,}"

    @admin.display(description="made by")
    def made_by(self, template: DraftTemplate) -> str:
        return str(template.created_by or "")

    @admin.display(description="for")
    def since(self, template: DraftTemplate) -> str:
        return faces.since(template.created_at)


def _ramp(line: dict[str, Any], currency: str) -> str:
    return ramp_text.write(schedule=line["ramp_schedule"], currency=currency)
