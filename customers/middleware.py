"""What stands around every request."""

from collections.abc import Callable, Iterator
from typing import cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from customers import wall


class Wall:
    """Nobody's rows until authentication has said whose; what is streamed is made in the scope the view ended in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with wall.request():
            response = self.get_response(request)
            if response.streaming and wall.current() != wall.NOBODY:
                streamed = cast(StreamingHttpResponse, response)
                parts = cast(Iterator[bytes], streamed.streaming_content)
                streamed.streaming_content = wall.kept(parts, scope=wall.current())
        return response
