"""Who is calling: a bearer token of a business, that business named in a header, and perhaps a person."""

import re
from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.request import Request

from customers import credentials, queries, rate_limits
from customers.actors import Actor
from orders.api import strangers
from orders.api.dayzero.errors import BadHeader
from orders.commands import Origin

# Anything else is refused before the database is asked.
BEARER = re.compile(r"(?i:bearer) +(dz_[0-9a-f]{12}_[A-Za-z0-9_-]{43})")
EMAIL = re.compile(r"(?=.{3,254}\Z)[\x21-\x7e]+@[\x21-\x7e]+")


class TokenAuthentication(BaseAuthentication):
    """401 for the token or a missing business, 400 for a business that is none, 403 for somebody else's.

    429 for an address with too many wrong tokens, and for a token that has used up a limit of its own.
    """

    def authenticate(self, request: Request) -> tuple[None, Actor]:
        given = BEARER.fullmatch(request.headers.get("Authorization", ""))
        credential = credentials.find(token=given[1], door=Origin.DAYZERO) if given else None
        if credential is None:
            raise strangers.wrong_key(request, AuthenticationFailed()) if given else AuthenticationFailed
        if wait := rate_limits.seconds_to_wait(credential=credential):
            raise Throttled(wait=wait)
        if _business_id(request) != credential.business.uid:
            raise PermissionDenied
        email = _email(request)
        person = queries.staff_member_by_email(business=credential.business, email=email) if email else None
        return None, Actor.api(
            credential,
            on_behalf_of=person,
            name=email,
            request_id=getattr(request, "request_id", ""),
        )

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _business_id(request: Request) -> UUID:
    # A header that was sent twice arrives joined by commas.
    values = {value.strip() for value in request.headers.get("x-business-id", "").split(",")}
    if values == {""}:
        raise AuthenticationFailed
    try:
        (value,) = values
        return UUID(value)
    except ValueError as error:
        raise BadHeader("Invalid x-business-id header") from error


def _email(request: Request) -> str:
    email = request.headers.get("x-user-email", "").strip()
    if email and not EMAIL.fullmatch(email):
        raise BadHeader("Invalid x-user-email header")
    return email
