"""Lists whose cost does not grow with the table: a capped count, known filters only, and no way past the cap."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

CAP = 10_000


class CappedPaginator(Paginator[Any]):
    """Counts to the cap and no further; pages beyond it do not exist, because their OFFSET would read them all."""

    @cached_property
    def found(self) -> int:
        """The rows there are, to one beyond the cap."""
        assert isinstance(self.object_list, models.QuerySet)
        return self.object_list.order_by().values("pk")[: CAP + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.found, CAP)


class BoundedChangeList(ChangeList):
    """A list that takes the filters it shows, and nothing else, from the address."""

    list_filter: Sequence[type["TabsFilter"]]

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Drop what no filter asked for: Django would let any column be searched, indexed or not."""
        known = {tabs.parameter_name for tabs in self.list_filter}
        return {name: value for name, value in super().get_filters_params(params).items() if name in known}

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> models.QuerySet[Any]:
        found = super().get_queryset(request, exclude_parameters)
        return found.none() if "\0" in request.GET.get(SEARCH_VAR, "") else found

    @property
    def is_capped(self) -> bool:
        """More than the cap was found: the count is honest about it."""
        assert isinstance(self.paginator, CappedPaginator)
        return self.paginator.found > CAP


class TabsFilter(SimpleListFilter):
    """A fixed row of tabs, each a link; an unknown one shows everything."""

    tabs: ClassVar[dict[str, tuple[str, Callable[[HttpRequest], models.Q]]]]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in self.tabs.items()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        chosen = self.tabs.get(self.value() or "")
        return queryset.filter(chosen[1](request)) if chosen else queryset


def in_status(status: str) -> Callable[[HttpRequest], models.Q]:
    """The rows in one status, for a tab."""
    return lambda request: models.Q(status=status)
