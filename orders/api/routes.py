"""What is mounted below a door: its routes, and the door's own 404 for whatever else is asked for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Never, TypeAlias

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.api.base import ErrorHandler
from orders.api.rendering import DoorRenderer

View: TypeAlias = Callable[..., HttpResponseBase]
Route: TypeAlias = tuple[str, View]


class UnknownRouteView(APIView):
    """Refuses every method without asking who calls."""

    authentication_classes = ()
    renderer_classes = (DoorRenderer,)
    error_handler: "ClassVar[staticmethod[[Exception, Mapping[str, Any]], Response]]"
    refusal: ClassVar[Callable[[], Exception]] = NotFound

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> Never:
        raise type(self).refusal()

    def get_exception_handler(self) -> ErrorHandler:
        return type(self).error_handler


def served(routes: Sequence[Route], *, unknown: View) -> list[URLPattern]:
    """Each route without and with a slash at its end, since nothing redirects; `unknown` for every other path."""
    return [
        *(path(f"{route}{slash}", view) for slash in ("", "/") for route, view in routes),
        re_path("", unknown),
    ]
