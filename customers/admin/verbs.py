"""Verbs on a row: each is a button that posts, and nothing ever changes on GET."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from customers import queries
from customers.actors import NotPermitted
from customers.admin import refused
from customers.admin.base import BusinessAdmin, actor_of
from customers.tenancy import TenantModel

Row = TypeVar("Row", bound=TenantModel)


class Refused(Exception):
    """What was posted does not say enough to act on it."""


@dataclass(frozen=True, kw_only=True)
class Verb:
    """What a button does; `call` is one service call, which knows who may. `done` may use {row}.

    One that takes files gets them after what was posted.
    """

    slug: str
    call: Callable[..., object]
    done: str
    takes_files: bool = False


class VerbsAdmin(BusinessAdmin[Row]):
    """A row's page with verbs below it, at `<id>/<verb>/`."""

    verbs: ClassVar[tuple[Verb, ...]] = ()
    # What the services of these verbs refuse, as sentences for a person.
    refusals: ClassVar[tuple[type[Exception], ...]] = (NotPermitted, Refused)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        verbs = [
            path(
                f"<path:object_id>/{verb.slug}/",
                self.admin_site.admin_view(self._act),
                {"verb": verb},
                name=f"{name}_{verb.slug}",
            )
            for verb in self.verbs
        ]
        return [*verbs, *super().get_urls()]

    def after(self, row: Row) -> str:
        """Where a verb leads: back to the row."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def page(
        self, request: HttpRequest, template: str, *, row: Row | None = None, title: str, **context: object
    ) -> TemplateResponse:
        """Forms of verbs find what was typed into them, and refused, as `refused`."""
        return super().page(request, template, row=row, title=title, **{"refused": refused.typed(request), **context})

    def _act(self, request: HttpRequest, object_id: str, verb: Verb) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.row(request, unquote(object_id))
        try:
            posted = (request.POST, request.FILES) if verb.takes_files else (request.POST,)
            verb.call(row, *posted, actor_of(request), timezone.now())
        except NotPermitted as refusal:
            who = queries.who_may(business=row.business, permission=refusal.permission)
            self.message_user(request, f"{refusal} {who}", messages.ERROR)
        except self.refusals as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            refused.keep(request, page=self.after(row))
        else:
            self.message_user(request, verb.done.format(row=row), messages.SUCCESS)
        return HttpResponseRedirect(self.after(row))


def reason(posted: QueryDict) -> str:
    """Why somebody decided so. Raises Refused when nothing is said."""
    said = posted.get("reason", "").replace("\0", "").strip()[:1000]
    if not said:
        raise Refused("Say why: the reason is missing.")
    return said


def version(posted: QueryDict) -> int:
    """The version that was seen. Raises Refused when the page did not say."""
    seen = posted.get("version", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise Refused("The page did not say which version you saw: open it again.")
    return int(seen)
