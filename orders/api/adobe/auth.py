"""Who is calling: the API key names a credential in public, the bearer token is its secret."""

import re

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from customers import credentials, rate_limits
from customers.actors import Actor
from orders.api import strangers
from orders.api.adobe.errors import Gateway
from orders.commands import Origin

# No figure is published: enough for a reseller's batch, too few to hurt.
REQUESTS_PER_MINUTE = 600
API_KEY = re.compile(r"[0-9a-f]{12}")
BEARER = re.compile(r"(?i:bearer) +(ad_[0-9a-f]{12}_[A-Za-z0-9_-]{43})")


class TokenAuthentication(BaseAuthentication):
    """The gateway's checks in their published order.

    4115 for the key, 4117 without a token, 4116 for a wrong one, 4118 for one that has used up its minute, and in place
    of 4115 and 4116 for an address that gave too many wrong ones.
    """

    def authenticate(self, request: Request) -> tuple[None, Actor]:
        api_key = request.headers.get("X-Api-Key", "")
        stored = credentials.by_prefix(prefix=api_key, door=Origin.ADOBE) if API_KEY.fullmatch(api_key) else None
        if stored is None:
            refusal = Gateway("4115")
            raise strangers.wrong_key(request, refusal) if API_KEY.fullmatch(api_key) else refusal
        given = request.headers.get("Authorization", "").strip()
        if not given:
            raise Gateway("4117")
        token = BEARER.fullmatch(given)
        if token is None or not credentials.opens(stored=stored, token=token[1]):
            raise strangers.wrong_key(request, Gateway("4116"))
        credential = stored.credential
        if rate_limits.take(credential=credential, usual=REQUESTS_PER_MINUTE).is_exceeded:
            raise Throttled
        return None, Actor.api(credential, request_id=getattr(request, "request_id", ""))

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
