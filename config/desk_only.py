"""Middleware for pages: a door answers with none, and no session, user or message of the desk is looked for there."""

from collections.abc import Awaitable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from config import errors

# Should a browser ever show an answer of a door, then nothing of it is carried out or framed.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"


class DeskOnly(MiddlewareMixin):
    """Stands aside for requests below a door."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self.get_response(request) if errors.door(request) else super().__call__(request)


class Sessions(DeskOnly, SessionMiddleware):
    pass


class Authentication(DeskOnly, AuthenticationMiddleware):
    pass


class Messages(DeskOnly, MessageMiddleware):
    pass


class ContentPolicy(CSPMiddleware):
    """The policy of pages; below a door one that is the same for every answer."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if errors.door(request):
            response.headers[HEADER] = NO_PAGE
            return response
        return super().process_response(request, response)
