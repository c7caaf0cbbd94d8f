"""Closed periods: what is closed, since when, by whom; and the form that closes more."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from billing import closed, services
from billing.errors import BillingError
from billing.models import Closing
from customers.admin.base import BusinessAdmin, actor_of, business_of
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk


class CloseForm(forms.Form):
    """The last day of the period to close."""

    through = forms.DateField(
        label="Close through",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="This day and all before it; they are never opened again.",
    )


@admin.register(Closing)
class ClosingAdmin(BusinessAdmin[Closing]):
    writing = Permission.BILL
    teaches = "Closing a period keeps every later document out of it."
    list_display = ("closed_through", "closed_by", "closed_on", "last_numbers")
    ordering = ("-through_date",)

    def find(self, business: Business, rows: QuerySet[Closing], term: str) -> QuerySet[Closing]:
        return rows.filter(closed_by__istartswith=term)

    def has_change_permission(self, request: HttpRequest, obj: Closing | None = None) -> bool:
        """What is closed stays as it is."""
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: object = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CloseForm(request.POST if request.method == "POST" else None, label_suffix="")
        if form.is_valid() and self._close(request, form):
            return HttpResponseRedirect(reverse("admin:billing_closing_changelist"))
        through = closed.through(business=business_of(request))
        return self.page(request, "admin/billing/close_books.html", title="Close books", form=form, through=through)

    def _close(self, request: HttpRequest, form: CloseForm) -> bool:
        through = form.cleaned_data["through"]
        try:
            services.close_books(
                business=business_of(request), through=through, by=actor_of(request), at=timezone.now()
            )
        except BillingError as refusal:
            form.add_error(refusal.field, refusal.message)
            return False
        self.message_user(request, f"The books are closed through {desk.day(through)}.", messages.SUCCESS)
        return True

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        closing = self.row(request, object_id)
        return self.page(request, "admin/billing/closing.html", row=closing, title=f"Books {closing}", closing=closing)

    @admin.display(description="closed through")
    def closed_through(self, closing: Closing) -> str:
        return desk.day(closing.through_date)

    @admin.display(description="on")
    def closed_on(self, closing: Closing) -> str:
        return desk.moment(closing.closed_at)

    @admin.display(description="last numbers by then")
    def last_numbers(self, closing: Closing) -> str:
        return f"INV-{closing.last_invoice_number:06d}, CN-{closing.last_credit_note_number:06d}"
