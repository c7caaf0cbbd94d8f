"""API credentials: who may knock at which door. Their secrets are nowhere to be seen."""

from datetime import datetime, timedelta

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path
from django.utils import timezone

from customers import credentials
from customers.actors import Actor, NotPermitted
from customers.admin.base import actor_of, member_of
from customers.admin.verbs import Verb, VerbsAdmin
from customers.models import ApiCredential
from customers.permissions import Permission
from customers.templatetags import desk

OVERLAPS = {"none": timedelta(0), "a day": timedelta(days=1), "a week": timedelta(days=7)}


def revoke(credential: ApiCredential, posted: QueryDict, by: Actor, at: datetime) -> None:
    credentials.revoke(credential=credential, by=by, at=at)


@admin.register(ApiCredential)
class CredentialAdmin(VerbsAdmin[ApiCredential]):
    teaches = "A credential is issued on the command line, which shows its secret once: `manage.py issue_credential`."
    list_display = ("name", "door", "starts_with", "may_do", "rate", "last_used", "state", "created_on", "expires_on")
    list_select_related = ("request_count",)
    search_fields = ("name",)
    search_help_text = "The beginning of a name"
    verbs = (Verb(slug="revoke", call=revoke, done="Revoked: {row} no longer works."),)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.rotate_view)
        return [path("<path:object_id>/rotate/", view, name="customers_apicredential_rotate"), *super().get_urls()]

    def rotate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Replace a key. The answer to this POST shows the new token, once; nothing else ever does."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        credential = self.row(request, object_id)
        overlap = OVERLAPS.get(request.POST.get("overlap", ""))
        if overlap is None:
            self.message_user(request, "Say how long the old key stays good.", messages.ERROR)
            return HttpResponseRedirect(self.after(credential))
        try:
            issued = credentials.rotate(credential=credential, overlap=overlap, by=actor_of(request), at=timezone.now())
        except (NotPermitted, credentials.CredentialEnded) as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(self.after(credential))
        new = issued.credential
        answer = self.page(
            request, "admin/customers/rotated.html", row=new, title=f"New key for {new.name}", token=issued.token
        )
        answer["Cache-Control"] = "private, no-store"
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        credential = self.row(request, object_id)
        may_manage = member_of(request).may(Permission.BILL) and not credential.revoked_at
        return self.page(
            request,
            "admin/customers/credential.html",
            row=credential,
            title=credential.name,
            state=state(credential, timezone.now()),
            last_use=last_use(credential),
            may_revoke=may_manage,
            may_rotate=may_manage and state(credential, timezone.now()) == "active",
            overlaps=OVERLAPS,
        )

    @admin.display(description="requests a minute", empty_value="as the door")
    def rate(self, credential: ApiCredential) -> int | None:
        return credential.requests_per_minute

    @admin.display(description="last used", empty_value="never")
    def last_used(self, credential: ApiCredential) -> str | None:
        """To the minute."""
        used = last_use(credential)
        return f"{desk.since(used)} ago" if used else None

    @admin.display(description="token")
    def starts_with(self, credential: ApiCredential) -> str:
        return f"…_{credential.prefix}_…"

    @admin.display(description="may")
    def may_do(self, credential: ApiCredential) -> str:
        return ", ".join(credential.scopes)

    @admin.display(description="state")
    def state(self, credential: ApiCredential) -> str:
        return desk.chip(state(credential, timezone.now()))

    @admin.display(description="created")
    def created_on(self, credential: ApiCredential) -> str:
        return desk.day(credential.created_at)

    @admin.display(description="expires", empty_value="never")
    def expires_on(self, credential: ApiCredential) -> str | None:
        return desk.day(credential.expires_at) or None


def last_use(credential: ApiCredential) -> datetime | None:
    """When a key was last used, as far as the doors that count requests and those that do not write down."""
    count = getattr(credential, "request_count", None)
    return max(filter(None, (credential.last_used_at, count and count.since)), default=None)


def state(credential: ApiCredential, at: datetime) -> str:
    """Whether a credential opens its door at a moment."""
    if credential.revoked_at:
        return "revoked"
    if credential.rotated_at and credential.expires_at and credential.expires_at > at:
        return "being_replaced"
    return "expired" if credential.expires_at and credential.expires_at <= at else "active"
