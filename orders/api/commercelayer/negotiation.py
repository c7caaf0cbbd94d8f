"""One media type in, the same out; its parameters are refused, as the published engine does."""

from collections.abc import Iterable

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import NotAcceptable, UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

MEDIA_TYPE = "application/vnd.api+json"
ANYTHING = frozenset({"*/*", "application/*", MEDIA_TYPE})


class JsonApiNegotiation(BaseContentNegotiation):
    """406 for an Accept that leaves JSON:API out, 415 for a body of another type."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        name, parameters = parse_header_parameters(request.content_type or "")
        if name != MEDIA_TYPE or parameters.keys() - {"charset"}:
            raise UnsupportedMediaType(request.content_type or "")
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        wanted = [parse_header_parameters(part) for part in request.headers.get("Accept", "*/*").split(",")]
        if not any(name.strip() in ANYTHING and not parameters.keys() - {"q"} for name, parameters in wanted):
            raise NotAcceptable
        return next(iter(renderers)), MEDIA_TYPE
