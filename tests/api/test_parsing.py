"""The wall's first half: media type, size and chunks. No database."""

import io

import pytest
from django.test import RequestFactory
from gunicorn.http.errors import InvalidChunkSize
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from orders.api.parsing import MEBIBYTE, BodyTooLarge, BodyUnreadable, WalledRequest, WallParser


class CountingStream(io.BytesIO):
    """A body that remembers how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        chunk = super().read(size)
        self.taken += len(chunk)
        return chunk


class BrokenStream(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise InvalidChunkSize(b"ZZ")


def posted(body: bytes, content_type: str = "application/json") -> Request:
    return WalledRequest(RequestFactory().post("/", body, content_type=content_type), parsers=[WallParser()])


def chunked(stream: io.BytesIO) -> Request:
    """A request as the server hands it on when the client sent no length."""
    request = RequestFactory().post("/", b"?", content_type="application/json")
    del request.META["CONTENT_LENGTH"]
    request.META |= {"wsgi.input": stream, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return WalledRequest(request, parsers=[WallParser()])


def test_a_body_with_a_length_is_parsed() -> None:
    assert posted(b'{"a": 1}').data == {"a": 1}


def test_a_body_in_chunks_is_parsed() -> None:
    assert chunked(io.BytesIO(b'{"a": 1}')).data == {"a": 1}


def test_no_body_says_nothing() -> None:
    assert posted(b"").data == {}
    assert chunked(io.BytesIO(b"")).data == {}


def test_a_declared_length_above_the_limit_is_refused_unread() -> None:
    sent = RequestFactory().post("/", b"x" * (MEBIBYTE + 1), content_type="application/json")

    with pytest.raises(BodyTooLarge):
        _ = WalledRequest(sent, parsers=[WallParser()]).data

    assert sent.read(1) == b"x"


def test_a_request_without_a_body_needs_no_media_type() -> None:
    request = chunked(io.BytesIO(b""))
    del request.META["HTTP_TRANSFER_ENCODING"], request.META["CONTENT_TYPE"]

    assert request.data == {}


def test_endless_chunks_are_read_to_one_byte_above_the_limit() -> None:
    stream = CountingStream(b" " * (3 * MEBIBYTE))

    with pytest.raises(BodyTooLarge):
        _ = chunked(stream).data

    assert stream.taken == MEBIBYTE + 1


def test_a_body_of_exactly_the_limit_is_parsed() -> None:
    body = b'{"a": 1}'.ljust(MEBIBYTE)

    assert posted(body).data == {"a": 1}


def test_chunks_that_are_none_are_the_clients_fault() -> None:
    with pytest.raises(BodyUnreadable):
        _ = chunked(BrokenStream()).data


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/vnd.api+json",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
    ],
)
def test_any_other_media_type_is_unsupported(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        _ = posted(b'{"a": 1}', content_type).data


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", 'application/json; charset="utf-8"'])
def test_utf8_may_be_spelled_out(content_type: str) -> None:
    assert posted(b'{"a": 1}', content_type).data == {"a": 1}
