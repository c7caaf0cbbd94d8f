"""Who is calling: a bearer token that a client was granted for two hours."""

import re
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from customers import rate_limits
from customers.actors import Actor
from orders.api import strangers
from orders.api.commercelayer.faults import unauthorized
from orders.commands import Origin
from orders.services import access

# The published 600 in five minutes, counted for each client.
REQUESTS_PER_MINUTE = 120
# Anything else is refused before the database is asked.
BEARER = re.compile(r"(?i:bearer) +(clat_[0-9a-f]{12}_[A-Za-z0-9_-]{43})")


class TokenAuthentication(BaseAuthentication):
    """401 for a token that is missing, unknown or expired, then 429 for a client that has used up its minute.

    429 too for an address that gave too many wrong ones.
    """

    def authenticate(self, request: Request) -> tuple[Any, Actor]:
        given = BEARER.fullmatch(request.headers.get("Authorization", ""))
        token = access.find(token=given[1], door=Origin.COMMERCELAYER) if given else None
        if token is None:
            raise strangers.wrong_key(request, unauthorized()) if given else unauthorized()
        if rate_limits.take(credential=token.credential, usual=REQUESTS_PER_MINUTE).is_exceeded:
            raise Throttled
        return token, Actor.api(token.credential, request_id=getattr(request, "request_id", ""))

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
