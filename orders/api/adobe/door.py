"""Adobe's viewset: its gateway, its correlation ids that get the first answer again, its customer in the path."""

import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import quote

from django.db import transaction
from django.http import HttpResponse
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from customers.refusals import CoreRefusal
from orders import replay
from orders.api import paging, parsing, rendering, routes, strict_json
from orders.api.adobe import bodies, errors
from orders.api.adobe.auth import TokenAuthentication
from orders.api.adobe.schema import AdobeSchema
from orders.api.base import DoorViewSet
from orders.api.endpoint import Endpoint, Values
from orders.api.invalid import InvalidInput
from orders.licensing import queries
from orders.licensing.refusals import LicensingRefused, Refusal

Row = TypeVar("Row")

CORRELATION = "X-Correlation-Id"
CORRELATION_ID = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_FOR = timedelta(days=10)
LONGEST_SCOPE = 300
CREATED = HTTPStatus.CREATED
LARGEST_PAGE = 100
# What is the outcome of the request itself; its repetition gets it again. Faults of ours are tried anew.
OUTCOMES = (
    CoreRefusal,
    InvalidInput,
    strict_json.JsonRefused,
    parsing.BodyTooLarge,
    exceptions.UnsupportedMediaType,
    exceptions.NotFound,
    errors.Gateway,
)


def envelope(action: Endpoint, found: object) -> object:
    """Adobe's answers are bare."""
    return found


class AdobeViewSet(DoorViewSet):
    authentication_classes = (TokenAuthentication,)
    error_handler = staticmethod(errors.handle)
    envelope = staticmethod(envelope)
    schema = AdobeSchema()
    http_method_names = ["get", "head", "post", "patch"]
    refusals = (*OUTCOMES, replay.InFlight)
    replayed = MappingProxyType({})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The gateway, then the correlation id that every call needs."""
        super().initial(request, *args, **kwargs)
        if not CORRELATION_ID.fullmatch(request.headers.get(CORRELATION, "")):
            raise errors.Gateway("4119")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Echo the correlation id; the request id is on every answer already."""
        final = super().finalize_response(request, response, *args, **kwargs)
        given = request.headers.get(CORRELATION, "")
        if CORRELATION_ID.fullmatch(given):
            final.headers[CORRELATION] = given
        return final

    def carry_out(self, action: Endpoint, work: Callable[[Values], object]) -> HttpResponse:
        """Answer with the outcome; the same correlation id gets the first answer again, whatever is sent with it."""
        if self.request.method in SAFE_METHODS:
            return rendering.http(self._checked(action, work, self._sent(action)))
        keyed, sent = self._correlated(), self._sent(action)
        if action.is_draft and isinstance(sent, dict) and (new := self._at_once(action, work, sent, keyed)):
            return new
        with transaction.atomic():
            if earlier := replay.earlier_answer(request=keyed):
                return rendering.http(earlier)
            answer = self._tried(action, work, sent)
            replay.store(request=keyed, answer=answer, request_id=self.actor.request_id, at=self.now)
        return rendering.http(answer)

    def page(
        self, rows: Any, values: Values, *, most: int, path: str, name: str, show: Callable[[Any], object]
    ) -> bodies.Body:
        """A page of rows, shown under a name: `most` of them, however many are asked for. Raises OffsetOutOfRange."""
        limit, offset, total = min(values["limit"], most), values["offset"], rows.count()
        if offset > total:
            raise errors.OffsetOutOfRange
        found = paging.stretch(rows=rows, start=offset, limit=limit, total=total)
        query = self.request.query_params.dict()
        return {
            "totalCount": total,
            "count": len(found),
            "offset": offset,
            "limit": limit,
            name: [show(row) for row in found],
            "links": bodies.page_links(path=path, query=query, limit=limit, offset=offset, total=total),
        }

    def _sent(self, action: Endpoint) -> Values | Exception:
        """What was sent, or its refusal, which is an outcome too: a body is read once."""
        try:
            return action.values(self.request)
        except OUTCOMES as refusal:
            return refusal

    def _correlated(self) -> replay.KeyedRequest:
        scope = f"{self.request.method} {quote(self.request.path.rstrip('/'))}"
        return replay.KeyedRequest(
            credential=self.credential,
            scope=scope[:LONGEST_SCOPE],
            key=self.request.headers[CORRELATION],
            single_id=self.actor.request_id,
            kept_for=KEPT_FOR,
        )

    def _tried(self, action: Endpoint, work: Callable[[Values], object], sent: Values | Exception) -> replay.Answer:
        """The outcome of the work, a refusal being one too; a refusal leaves nothing else behind."""
        try:
            with transaction.atomic():
                if replay.is_known(credential=self.credential, request_id=self.actor.request_id):
                    raise errors.Gateway("4120")
                return self._checked(action, work, sent)
        except OUTCOMES as refusal:
            refused = errors.handle(refusal, {})
            return rendering.rendered(refused.data, status=refused.status_code)

    def _checked(self, action: Endpoint, work: Callable[[Values], object], sent: Values | Exception) -> replay.Answer:
        """First the customer of the path, then the shape of what was sent, then the work."""
        if "customer_id" in self.kwargs:
            account = queries.account_by_code(business=self.business, code=self.kwargs["customer_id"])
            self.account = existing(account, Refusal.UNKNOWN_CUSTOMER)
        if isinstance(sent, Exception):
            raise sent
        return self._outcome(action, work, sent)


class UnknownRouteView(routes.UnknownRouteView):
    error_handler = staticmethod(errors.handle)
    refusal = errors.UnknownRoute


def existing(row: Row | None, refusal: Refusal) -> Row:
    """The row, or the refusal: the same for a stranger's and for one that does not exist."""
    if row is None:
        raise LicensingRefused(refusal)
    return row
