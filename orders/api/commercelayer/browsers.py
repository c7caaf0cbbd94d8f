"""Storefronts run in browsers, on hosts of their own: they may call from anywhere, with a token and no cookies."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept, Idempotency-Key, X-Request-Id",
    "Access-Control-Max-Age": "7200",
}


def from_anywhere(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that tells browsers so, and answers their question whether they may ask."""

    @wraps(view)
    def open_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_question = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        answer = (
            HttpResponse(status=HTTPStatus.NO_CONTENT, headers=ALLOWED)
            if is_question
            else view(request, *args, **kwargs)
        )
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = "X-Request-Id"
        return answer

    return open_view
