"""What the doors keep to answer a repeated request alike: found by key or request id, shown without secrets."""

import contextlib
import hashlib
import json
from collections.abc import Mapping

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from customers import ledger
from customers.admin.base import BusinessAdmin, business_of
from customers.models import ApiCredential, Business
from customers.templatetags import desk
from orders.models import ReplayRecord
from orders.replay import NO_FINGERPRINT

SHOWN = 64 * 2**10
EVENTS_SHOWN = 50
# Fields of an answer that let somebody in.
SECRETS = ("secret", "token", "password", "authorization", "api_key", "apikey")


@admin.register(ReplayRecord)
class ReplayAdmin(BusinessAdmin[ReplayRecord]):
    """Looked up by the idempotency key or correlation id that a client sent, or by a request's id."""

    teaches = "A request that an API client sends with an idempotency key is kept here with its answer."
    list_display = ("scope", "client", "status", "replays", "conflicts", "asked_on", "expires_on")
    list_select_related = ("credential",)
    search_fields = ("request_id",)
    search_help_text = "An idempotency key, a correlation id, or the id of a request, in full"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReplayRecord]:
        return super().get_queryset(request).defer("body")

    def find(self, business: Business, rows: QuerySet[ReplayRecord], term: str) -> QuerySet[ReplayRecord]:
        clients = ApiCredential.objects.for_business(business).values("pk")
        key = hashlib.sha256(term.encode()).digest()
        return rows.filter(Q(key_sha256=key) | Q(credential__in=clients, request_id=term))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        record = self.row(request, object_id)
        events = ledger.of_request(
            business=business_of(request), credential=record.credential, request_id=record.request_id
        )
        return self.page(
            request,
            "admin/orders/replay.html",
            row=record,
            title=f"{record.scope} by {record.credential.name}",
            record=record,
            answer=shown(bytes(record.body)),
            fingerprint="" if bytes(record.fingerprint) == NO_FINGERPRINT else bytes(record.fingerprint).hex(),
            key=bytes(record.key_sha256).hex(),
            events=events[:EVENTS_SHOWN],
        )

    @admin.display(description="client")
    def client(self, record: ReplayRecord) -> str:
        return record.credential.name

    @admin.display(description="answered")
    def asked_on(self, record: ReplayRecord) -> str:
        return desk.moment(record.created_at)

    @admin.display(description="kept until")
    def expires_on(self, record: ReplayRecord) -> str:
        return desk.moment(record.expires_at)


def shown(body: bytes) -> str:
    """An answer as text, indented where it is JSON, without what would let somebody in."""
    text = body.decode(errors="replace")
    with contextlib.suppress(ValueError):
        text = json.dumps(_without_secrets(json.loads(text)), indent=2, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\n… {len(text) - SHOWN:,} more characters"


def _without_secrets(value: object) -> object:
    match value:
        case Mapping():
            return {
                name: "…" if any(word in str(name).lower() for word in SECRETS) else _without_secrets(inner)
                for name, inner in value.items()
            }
        case list():
            return [_without_secrets(inner) for inner in value]
    return value
