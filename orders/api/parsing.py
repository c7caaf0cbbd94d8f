"""The parsing wall, the one way for a request body into any door: media type, size, then strict JSON."""

from collections.abc import Mapping
from typing import IO, ClassVar

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from orders.api import strict_json

MEBIBYTE = 1 << 20


class BodyTooLarge(Exception):
    """A body longer than the door takes; it was not read any further."""

    code = "body_too_large"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes.")
        self.limit = limit


class BodyUnreadable(Exception):
    """The connection broke, or its chunks are not well formed, before the body ended."""

    code = "body_unreadable"


class WalledRequest(Request):
    """A request whose body may also come in chunks, without a length."""

    def _load_stream(self) -> None:
        environ = self._request.META
        comes_in_chunks = "HTTP_TRANSFER_ENCODING" in environ and environ.get("wsgi.input_terminated")
        if "CONTENT_LENGTH" not in environ and comes_in_chunks:
            # Django takes a missing length for an empty body; the server marks where this one ends.
            self._stream = environ["wsgi.input"]
        else:
            super()._load_stream()  # type: ignore[misc]


class WallParser(BaseParser):
    """Reads at most `max_bytes`, then only strict JSON objects. A door sets its own limits on a subclass."""

    media_type = "application/json"
    max_bytes: ClassVar[int] = MEBIBYTE
    limits: ClassVar[strict_json.Limits] = strict_json.Limits()

    def parse(
        self,
        stream: IO[bytes] | WSGIRequest,
        media_type: str | None = None,
        parser_context: Mapping[str, object] | None = None,
    ) -> strict_json.JsonObject:
        """The body's object, {} for no body at all; raises the refusal of the first layer that it fails."""
        _require_utf8(media_type or self.media_type)
        body = self._read(stream)
        return strict_json.decode(body, limits=self.limits) if body else {}

    def _read(self, stream: IO[bytes] | WSGIRequest) -> bytes:
        if isinstance(stream, WSGIRequest) and int(stream.META["CONTENT_LENGTH"]) > self.max_bytes:
            raise BodyTooLarge(limit=self.max_bytes)
        chunks: list[bytes] = []
        room = self.max_bytes + 1
        try:
            while room and (chunk := stream.read(room)):
                chunks.append(chunk)
                room -= len(chunk)
        except Exception as error:
            # Servers have their own words for a body that breaks off or whose chunks are no chunks.
            raise BodyUnreadable("The request body could not be read.") from error
        if not room:
            raise BodyTooLarge(limit=self.max_bytes)
        return b"".join(chunks)


def _require_utf8(media_type: str) -> None:
    _, parameters = parse_header_parameters(media_type)
    if parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(media_type)
