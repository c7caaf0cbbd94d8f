"""An action of a door, said as data in front of its method."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from customers.permissions import Permission
from orders.api.invalid import InvalidInput

if TYPE_CHECKING:
    from orders.api.base import DoorViewSet

Values: TypeAlias = dict[str, Any]
# A view's method: the viewset, the validated values and the ids of the path in; what the answer renders out.
Work: TypeAlias = Callable[..., object]
Handler: TypeAlias = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Who may, what comes in, what goes out, and how success is called. Decorates the method that does it.

    `body` and `query` are serializers built once: validating leaves nothing behind in them. `grant` is what a key
    needs that was narrowed in its door's own words.
    """

    permission: Permission
    answer: Serializer[Any]
    code: str = ""
    message: str = ""
    grant: str = ""
    status: int = HTTPStatus.OK
    body: Serializer[Any] | None = None
    query: Serializer[Any] | None = None
    is_list: bool = False
    # A creation that the state of something else, or an earlier message, can stand against.
    may_conflict: bool = False
    # Its work hands back a `services.Draft`, which is stored together with the answer.
    is_draft: bool = False

    def __call__(self, work: Work) -> Handler:
        @wraps(work)
        def handler(view: "DoorViewSet", request: Request, **ids: str) -> HttpResponse:
            return view.carry_out(self, partial(work, view, **ids))

        handler.endpoint = self  # type: ignore[attr-defined]  # read back by `of`
        return handler

    def values(self, request: Request) -> Values:
        """What was sent, validated. A body nobody asked for still has to pass the wall. Raises InvalidInput."""
        if self.query:
            return _validated(self.query, place="query", sent=request.query_params.dict())
        sent = dict(request.data)
        return _validated(self.body, place="body", sent=sent) if self.body else {}


def of(handler: object) -> Endpoint | None:
    """The endpoint that a method was decorated with."""
    found = getattr(handler, "endpoint", None)
    return found if isinstance(found, Endpoint) else None


def _validated(serializer: Serializer[Any], *, place: str, sent: Mapping[str, Any]) -> Values:
    try:
        values: Values = serializer.run_validation(sent)
    except ValidationError as refused:
        raise InvalidInput(serializer=serializer, place=place, sent=sent, detail=refused.detail) from refused
    return values
