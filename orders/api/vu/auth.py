"""Who is calling: HTTP Basic with the key and the secret of a credential."""

import re
from base64 import b64decode

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from customers import credentials, rate_limits
from customers.actors import Actor
from orders.api import strangers
from orders.commands import Origin

CHALLENGE = 'Basic realm="API"'
BASIC = re.compile(r"(?i:basic) +([A-Za-z0-9+/]{4,200}={0,2})")
# Anything else is refused before the database is asked.
KEY_AND_SECRET = re.compile(rb"(vu_[0-9a-f]{12}):([A-Za-z0-9_-]{43})")


class BasicAuthentication(BaseAuthentication):
    """401, with one body for a missing header, an unknown key and a wrong secret.

    429 for an address with too many wrong ones, and for a key that has used up a limit of its own.
    """

    def authenticate(self, request: Request) -> tuple[None, Actor]:
        token = _token(request.headers.get("Authorization", ""))
        credential = credentials.find(token=token, door=Origin.VU) if token else None
        if credential is None:
            raise strangers.wrong_key(request, AuthenticationFailed()) if token else AuthenticationFailed
        if wait := rate_limits.seconds_to_wait(credential=credential):
            raise Throttled(wait=wait)
        return None, Actor.api(credential, request_id=getattr(request, "request_id", ""))

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def _token(header: str) -> str | None:
    """The credential's token, put together from both halves; None for a header that holds no such pair."""
    given = BASIC.fullmatch(header)
    try:
        pair = KEY_AND_SECRET.fullmatch(b64decode(given[1], validate=True)) if given else None
    except ValueError:
        return None
    return b"_".join(pair.groups()).decode() if pair else None
