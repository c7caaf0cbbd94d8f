"""Bodies out: JSON only, rendered at once so that the bytes can be kept for a repetition."""

from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from customers import json_values
from orders import replay


class DoorEncoder(JSONEncoder):
    """DRF's encoder for moments and ids; free-form JSON keeps its numbers as numbers."""

    def default(self, obj: Any) -> Any:
        return json_values.Encoder().default(obj) if isinstance(obj, Decimal) else super().default(obj)


class DoorRenderer(JSONRenderer):
    encoder_class = DoorEncoder


def rendered(body: object, *, status: int, media_type: str = DoorRenderer.media_type) -> replay.Answer:
    """The bytes of an answer; none where the status says that there are none."""
    content: bytes = b"" if status == HTTPStatus.NO_CONTENT else DoorRenderer().render(body)
    return replay.Answer(status=status, content_type=media_type, body=content)


def http(answer: replay.Answer, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An answer on its way out."""
    return HttpResponse(
        answer.body, status=answer.status, content_type=answer.content_type, headers=dict(headers or {})
    )
