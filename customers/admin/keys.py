"""API credentials: who may knock at which door. Their secrets are nowhere to be seen."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from customers import credentials
from customers.actors import Actor
from customers.admin.base import member_of
from customers.admin.verbs import Verb, VerbsAdmin
from customers.models import ApiCredential
from customers.permissions import Permission
from customers.templatetags import desk


def revoke(credential: ApiCredential, posted: QueryDict, by: Actor, at: datetime) -> None:
    credentials.revoke(credential=credential, by=by, at=at)


@admin.register(ApiCredential)
class CredentialAdmin(VerbsAdmin[ApiCredential]):
    list_display = ("name", "door", "starts_with", "may_do", "state", "created_on", "expires_on")
    search_fields = ("name",)
    search_help_text = "The beginning of a name"
    verbs = (Verb(slug="revoke", call=revoke, done="Revoked: {row} is of no use any more."),)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        credential = self.row(request, object_id)
        return self.page(
            request,
            "admin/customers/credential.html",
            row=credential,
            title=credential.name,
            state=state(credential, timezone.now()),
            may_revoke=member_of(request).may(Permission.BILL) and not credential.revoked_at,
        )

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


def state(credential: ApiCredential, at: datetime) -> str:
    """Whether a credential opens its door at a moment."""
    if credential.revoked_at:
        return "revoked"
    return "expired" if credential.expires_at and credential.expires_at <= at else "active"
