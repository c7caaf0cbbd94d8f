"""A catalog item's page with what only orders know: where it is used, and what its price was."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict

from catalog import price_history, services
from catalog.admin.items import CatalogItemAdmin
from catalog.models import CatalogItem
from customers.actors import Actor
from customers.admin import lists
from customers.admin.verbs import Verb, VerbsAdmin
from orders import catalog_queries


def archive(item: CatalogItem, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.archive_item(item=item, is_active=False, by=by, at=at)


def restore(item: CatalogItem, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.archive_item(item=item, is_active=True, by=by, at=at)


class StateFilter(lists.TabsFilter):
    title = "state"
    parameter_name = "state"
    tabs: ClassVar = {
        "active": ("Active", lambda request: Q(is_active=True)),
        "archived": ("Archived", lambda request: Q(is_active=False)),
    }


class ItemDesk(CatalogItemAdmin, VerbsAdmin[CatalogItem]):
    """The item of the catalog's own app, with its history and its drafts."""

    list_filter = (StateFilter,)
    verbs = (
        Verb(slug="archive", call=archive, done="{row} is archived: no new line is offered it, old ones keep it."),
        Verb(slug="restore", call=restore, done="{row} is offered again."),
    )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        item = self.row(request, object_id)
        context = {
            "item": item,
            "currency": item.business.currency,
            "usage": catalog_queries.usage(item=item),
            "prices": price_history.price_changes(item=item),
            "may_archive": self.has_change_permission(request, item),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})


# The page of the catalog's own app, with what only this one can join.
admin.site.unregister(CatalogItem)
admin.site.register(CatalogItem, ItemDesk)
