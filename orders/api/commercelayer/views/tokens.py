"""`POST /oauth/token`: a client and its secret for a token, in the words of OAuth 2."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from orders.api import parsing, strangers, strict_json
from orders.commands import Origin
from orders.errors import GrantRefused
from orders.services import access

MARKET = re.compile(r"market:([0-9]{1,9})", re.ASCII)
CLIENT = re.compile(r"[\x21-\x7e]{1,200}")
MOST_BYTES = 16 * 1024
RETRY_SECONDS = "2"
LIMITS = strict_json.Limits(depth=2, keys=20, characters=1_000)
CODES = {"scope": "invalid_scope", "client": "invalid_client", "refresh_token": "invalid_grant"}


class Unreadable(Exception):
    """A request that is no token request."""

    code = "invalid_request"


@method_decorator(csrf_exempt, name="dispatch")
class TokenView(View):
    """Client credentials, for a market named by its number, and refresh tokens."""

    http_method_names = ["post"]

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> JsonResponse:
        return _refused("invalid_request", "Ask for a token by POST.", HTTPStatus.METHOD_NOT_ALLOWED)

    def post(self, request: HttpRequest) -> JsonResponse:
        try:
            return self._answer(request)
        except (OperationalError, InterfaceError):
            return _unavailable()

    def _answer(self, request: HttpRequest) -> JsonResponse:
        try:
            granted = _grant(_fields(request))
        except Unreadable as refusal:
            return _refused(refusal.code, str(refusal), HTTPStatus.BAD_REQUEST)
        except GrantRefused as refusal:
            return _not_granted(request, refusal)
        row = granted.row
        answer = JsonResponse(
            {
                "access_token": granted.access_token,
                "token_type": "Bearer",
                "expires_in": int(access.ACCESS_FOR.total_seconds()),
                "refresh_token": granted.refresh_token,
                "scope": f"market:{row.market.number}" if row.market else "market:all",
                "created_at": int(row.created_at.timestamp()),
            }
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _not_granted(request: HttpRequest, refusal: GrantRefused) -> JsonResponse:
    """The refusal in the words of OAuth 2; a client or a token that is none counts as a wrong key of its address."""
    told = strangers.wrong_key(request, refusal) if refusal.field != "scope" else refusal
    if retry := strangers.retry_after(told):
        return _refused("slow_down", "Too many requests.", HTTPStatus.TOO_MANY_REQUESTS, headers=retry)
    status = HTTPStatus.UNAUTHORIZED if refusal.field == "client" else HTTPStatus.BAD_REQUEST
    return _refused(CODES[refusal.field], refusal.message, status)


def _grant(fields: Mapping[str, str]) -> access.Granted:
    now = timezone.now()
    client_id = fields.get("client_id", "")
    match fields.get("grant_type"):
        case "client_credentials":
            return access.grant(
                client_id=client_id,
                client_secret=fields.get("client_secret", ""),
                door=Origin.COMMERCELAYER,
                market_number=_market(fields.get("scope", "")),
                at=now,
            )
        case "refresh_token":
            with transaction.atomic():
                return access.renew(
                    client_id=client_id,
                    refresh_token=fields.get("refresh_token", ""),
                    door=Origin.COMMERCELAYER,
                    at=now,
                )
    raise Unreadable("grant_type must be client_credentials or refresh_token.")


def _market(scope: str) -> int | None:
    """The number of the one market that a scope names; None for none or all."""
    if scope in ("", "market:all"):
        return None
    found = MARKET.fullmatch(scope)
    if found is None:
        raise GrantRefused("The scope is written market:1234.", field="scope")
    return int(found[1])


def _fields(request: HttpRequest) -> dict[str, str]:
    """What a form or a JSON object says. Raises Unreadable."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise Unreadable("The request is too large.")
    if request.content_type == "application/x-www-form-urlencoded":
        given: dict[str, object] = dict(request.POST.items())
    elif request.content_type in (parsing.WallParser.media_type, "application/vnd.api+json"):
        try:
            given = dict(strict_json.decode(request.read(MOST_BYTES), limits=LIMITS))
        except strict_json.JsonRefused as refusal:
            raise Unreadable(refusal.message) from refusal
    else:
        raise Unreadable("Send a form or JSON.")
    fields = {name: str(value) for name, value in given.items() if isinstance(value, str)}
    if any(not CLIENT.fullmatch(fields.get(name, "-")) for name in ("client_id", "client_secret", "refresh_token")):
        raise Unreadable("A field has characters that no token has.")
    return fields


def _unavailable() -> JsonResponse:
    answer = _refused("temporarily_unavailable", "Try again in a moment.", HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _refused(code: str, sentence: str, status: int, *, headers: Mapping[str, str] | None = None) -> JsonResponse:
    answer = JsonResponse({"error": code, "error_description": sentence}, status=status, headers=dict(headers or {}))
    answer.headers["Cache-Control"] = "no-store"
    return answer
