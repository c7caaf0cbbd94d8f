"""What every admin page of ours keeps: one business, the member's role, and writes that go through services."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.db.models.fields.related import ForeignKey
from django.forms import Form, ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from customers import ledger
from customers.actors import Actor
from customers.admin import lists
from customers.models import Business, StaffMember, User
from customers.permissions import Permission
from customers.tenancy import TenantModel

Row = TypeVar("Row", bound=TenantModel)


def member_of(request: HttpRequest) -> StaffMember:
    """The member of staff behind a request that the site has let in."""
    assert isinstance(request.user, User)
    return request.user.staff_member


def business_of(request: HttpRequest) -> Business:
    return member_of(request).business


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, for the services, with the id that leads from the ledger to the log."""
    return Actor.staff(member_of(request), request_id=str(getattr(request, "request_id", "")))


class Completion(AutocompleteSelect):
    """Django's, shown again with what was typed: it looks up whatever was posted, also what can be no id."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if str(key).isascii() and str(key).isdigit()], attr)


class BusinessAdmin(admin.ModelAdmin[Row]):
    """Rows of the member's own business; a stranger's row does not exist. Nothing is ever deleted here."""

    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by: ClassVar[tuple[str, ...]] = ()
    ordering = ("-id",)
    paginator = lists.CappedPaginator
    view_on_site = False
    save_as = False
    # Django's bulk actions know no version, no service and no ledger; "delete selected" asks nobody.
    actions = None

    # What an empty list says: what a row is, and how the first one comes about.
    teaches: ClassVar[str] = ""
    # The permission that adding and changing take; None: read-only.
    writing: ClassVar[Permission | None] = None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Row]:
        return super().get_queryset(request).filter(business=business_of(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Row | None:
        """One row, whose business is known from whoever asks and need not be asked for again."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.business = business_of(request)
        return found

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[lists.BoundedChangeList]:
        return lists.BoundedChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Row], search_term: str
    ) -> tuple[models.QuerySet[Row], bool]:
        """Route a search by the shape of its words, so that each one finds an index; a list without one takes none."""
        term = search_term.strip() if self.search_fields else ""
        if "\0" in term:
            return queryset.none(), False
        return (self.find(business_of(request), queryset, term) if term else queryset), False

    def find(self, business: Business, rows: models.QuerySet[Row], term: str) -> models.QuerySet[Row]:
        """The rows a search finds: by the beginning of their name unless a page knows better."""
        return rows.filter(name__istartswith=term)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Choose among the business's own rows only: a posted id of another business is no choice."""
        target = db_field.remote_field.model
        if issubclass(target, TenantModel):
            kwargs["queryset"] = target.objects.for_business(business_of(request))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Completion(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Django's form of a row, its labels written as on every other form here."""
        context["adminform"].form.label_suffix = ""
        return super().render_change_form(request, context, *args, **kwargs)

    # Roles decide, not Django's permission table: not even a superuser gets more than the role.

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Asked on the login page as well, where nobody is known yet."""
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return member_of(request).may(Permission.READ)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.writing is not None and member_of(request).may(self.writing)

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    # Django's own log knows no business and only the names of fields; the ledger has the whole story.

    def log_addition(self, request: HttpRequest, obj: Row, message: Any) -> None:  # type: ignore[override]
        """Left to the service, which has written the ledger."""

    def log_change(self, request: HttpRequest, obj: Row, message: Any) -> None:  # type: ignore[override]
        """Left to the service, which has written the ledger."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """What the ledger tells of this row."""
        row = self.row(request, object_id)
        events = ledger.history(business=row.business, subject=row)
        return self.page(request, "admin/history.html", row=row, title=f"History of {row}", events=events)

    def row(self, request: HttpRequest, object_id: str) -> Row:
        """One row of the business, or 404."""
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            raise Http404
        return found

    def page(
        self, request: HttpRequest, template: str, *, row: Row | None = None, title: str, **context: object
    ) -> TemplateResponse:
        """A page of our own in the site's frame."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "original": row, "title": title}
        return TemplateResponse(request, template, {**frame, **context})


def typed(form: Form, *names: str) -> dict[str, Any]:
    """The cleaned values of these fields, to pass on by name."""
    return {name: form.cleaned_data[name] for name in names}
