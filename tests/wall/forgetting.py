"""The first wall taken away: no query asks for one business any more, wherever it says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.contrib.admin import ModelAdmin
from django.db.models import Q, QuerySet
from django.test import Client

from customers.admin.base import BusinessAdmin
from customers.tenancy import TenantModel, TenantQuerySet

NAMING = ("business", "business_id")


@contextmanager
def forgetting() -> Iterator[None]:
    """`for_business` hands out every row, and so do the lists of the desk and conditions on a business."""
    kept: Any = vars(QuerySet)["_filter_or_exclude"]  # what filter, exclude and get go through

    def without_business(rows: Any, negate: bool, args: Any, kwargs: Any) -> Any:
        if issubclass(rows.model, TenantModel) and not negate:
            args = tuple(Q() if _names_business(each) else each for each in args)
            kwargs = {name: value for name, value in kwargs.items() if name not in NAMING}
        return kept(rows, negate, args, kwargs)

    with (
        mock.patch.object(TenantQuerySet, "for_business", lambda rows, business: rows.all()),
        mock.patch.object(BusinessAdmin, "get_queryset", ModelAdmin.get_queryset),
        mock.patch.object(QuerySet, "_filter_or_exclude", without_business),
    ):
        yield


class ForgetfulClient(Client):
    """A browser whose requests are answered by code that forgot the first wall."""

    def request(self, **request: Any) -> Any:
        with forgetting():
            answer: Any = super().request(**request)
            if answer.streaming:
                answer.streaming_content = list(answer.streaming_content)
        return answer


def _names_business(condition: object) -> bool:
    return isinstance(condition, Q) and any(
        isinstance(each, tuple) and each[0] in NAMING for each in condition.children
    )
