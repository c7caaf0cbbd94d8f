"""Who is calling: a key in one of two headers, counted against its limit."""

import re

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled
from rest_framework.request import Request

from customers import credentials, rate_limits
from customers.actors import Actor
from orders.api import strangers
from orders.commands import Origin

REQUESTS_PER_MINUTE = 100
# Where the request keeps it, for the headers of the answer.
ALLOWANCE = "countersign.allowance"
# Anything else is refused before the database is asked.
KEY = re.compile(r"bbb_(live|test)_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")


class KeyAuthentication(BaseAuthentication):
    """401 without a key or for a wrong one, then 429 for one that has used up its minute.

    429 too for an address that gave too many wrong ones.
    """

    def authenticate(self, request: Request) -> tuple[None, Actor]:
        given = request.headers.get("x-api-key") or request.headers.get("x-bitbybit-key")
        if not given:
            raise NotAuthenticated
        credential = credentials.find(token=given, door=Origin.BITBYBIT) if KEY.fullmatch(given) else None
        if credential is None:
            raise strangers.wrong_key(request, AuthenticationFailed()) if KEY.fullmatch(given) else AuthenticationFailed
        allowance = rate_limits.take(credential=credential, usual=REQUESTS_PER_MINUTE)
        request.META[ALLOWANCE] = allowance
        if allowance.is_exceeded:
            raise Throttled
        return None, Actor.api(credential, request_id=getattr(request, "request_id", ""))

    def authenticate_header(self, request: Request) -> str:
        return "ApiKey"


def allowance_headers(request: Request) -> dict[str, str]:
    """What every answer says of the caller's limit; somebody without a key has the usual one, unused."""
    usual = rate_limits.full(limit=REQUESTS_PER_MINUTE)
    allowance = request.META.get(ALLOWANCE, usual)
    return {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(allowance.remaining),
        "RateLimit-Reset": str(allowance.reset_seconds),
    }
