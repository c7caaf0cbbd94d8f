"""What all doors share. A door's viewset says what differs as data; its methods are decorated with endpoints."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar, TypeAlias

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.exceptions import MethodNotAllowed, NotFound
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from customers.actors import Actor, NotPermitted
from customers.refusals import CoreRefusal
from orders import replay, services
from orders.api import endpoint, rendering
from orders.api.endpoint import Endpoint, Values
from orders.api.parsing import WalledRequest, WallParser

ErrorHandler: TypeAlias = Callable[[Exception, Mapping[str, Any]], Response]

REPLAY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
REPLAYED = {"Idempotent-Replayed": "true"}
# A repetition gets the outcome of the work again, but not what was due to the moment (409) or the caller (401, 403).
STORED_REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY})


class UnusableReplayKey(Exception):
    """An Idempotency-Key that is not a short run of visible ASCII."""

    code = "unusable_replay_key"


class DoorViewSet(ViewSet):
    """Permission, then shape, then one call of a service, in one transaction with the answer to its replay key.

    Where the work is a draft, that transaction is a single statement.
    """

    parser_classes = (WallParser,)
    renderer_classes = (rendering.DoorRenderer,)
    http_method_names = ["get", "head", "post", "put"]
    media_type: ClassVar[str] = rendering.DoorRenderer.media_type
    # What the work may be refused with: its outcome then, of which nothing else is stored.
    refusals: ClassVar[tuple[type[Exception], ...]] = (CoreRefusal, NotFound)
    error_handler: "ClassVar[staticmethod[[Exception, Mapping[str, Any]], Response]]"
    envelope: "ClassVar[staticmethod[[Endpoint, object], object]]"
    # While `_at_once` tries: the work must write nothing, and its draft looks up the answer that is kept under the key.
    is_at_once = False
    asked_by: replay.KeyedRequest | None = None
    # The headers of an answer that is given again.
    replayed: ClassVar[Mapping[str, str]] = REPLAYED

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        plain = super().initialize_request(request, *args, **kwargs)
        return WalledRequest(
            request,
            parsers=plain.parsers,
            authenticators=self.get_authenticators(),
            negotiator=plain.negotiator,
            parser_context=plain.parser_context,
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a wrong method before anybody is asked who they are, and the rest before anything is read."""
        action = endpoint.of(getattr(self, self.action or "", None))
        if action is None:
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)
        self._admit(request.auth, action)

    def get_exception_handler(self) -> ErrorHandler:
        return type(self).error_handler

    def carry_out(self, action: Endpoint, work: Callable[[Values], object]) -> HttpResponse:
        """Answer with the outcome of the work; a repetition under one replay key gets the first answer again."""
        values = action.values(self.request)
        if self.request.method in SAFE_METHODS:
            return rendering.http(self._outcome(action, work, values))
        keyed = self._keyed_request()
        try:
            at_once = self._at_once(action, work, values, keyed) if action.is_draft else None
            return at_once or self._once(action, work, values, keyed)
        except replay.KeyReused:
            if keyed:
                replay.count_conflict(request=keyed)
            raise

    def _at_once(
        self,
        action: Endpoint,
        work: Callable[[Values], object],
        values: Values,
        keyed: replay.KeyedRequest | None,
    ) -> HttpResponse | None:
        """Draft, render and store what is new and valid by one statement; a repetition gets the answer that is kept.

        None where that is not enough, and `_once` has to do it.
        """
        self.is_at_once, self.asked_by = True, keyed
        try:
            draft, answer = self._drafted(action, work(values))
            draft.store(answer=answer, to=keyed)
        except replay.Answered as answered:
            return self._again(keyed, answered.again)
        except services.NotAtOnce:
            return None
        except self.refusals:
            return None
        finally:
            self.is_at_once, self.asked_by = False, None
        return rendering.http(answer)

    def _again(self, keyed: replay.KeyedRequest | None, found: replay.Answer | None) -> HttpResponse | None:
        kept = found or (replay.given_again(request=keyed) if keyed else None)
        return rendering.http(kept, headers=self.replayed) if kept else None

    def _once(
        self,
        action: Endpoint,
        work: Callable[[Values], object],
        values: Values,
        keyed: replay.KeyedRequest | None,
    ) -> HttpResponse:
        with transaction.atomic():
            if keyed and (earlier := replay.earlier_answer(request=keyed)):
                return rendering.http(earlier, headers=self.replayed)
            answer = self._attempt(action, work, values)
            if keyed and (answer.status < HTTPStatus.BAD_REQUEST or answer.status in STORED_REFUSALS):
                replay.store(request=keyed, answer=answer, request_id=self.actor.request_id, at=self.now)
        return rendering.http(answer)

    def _admit(self, actor: object, action: Endpoint) -> None:
        """Let a caller with the action's permission in; from here on the view knows who acts, and for whom."""
        assert isinstance(actor, Actor)
        assert actor.credential is not None
        actor.require(action.permission, business=actor.credential.business)
        if not actor.credential.grants_door(action.grant):
            raise NotPermitted(actor=actor, permission=action.permission)
        self.actor = actor
        self.credential = actor.credential
        self.business = actor.credential.business

    def _attempt(self, action: Endpoint, work: Callable[[Values], object], values: Values) -> replay.Answer:
        """The outcome of the work, or its refusal, of which nothing but the answer is stored."""
        try:
            with transaction.atomic():
                return self._outcome(action, work, values)
        except self.refusals as refusal:
            refused = type(self).error_handler(refusal, {})
            return rendering.rendered(refused.data, status=refused.status_code, media_type=self.media_type)

    def _outcome(self, action: Endpoint, work: Callable[[Values], object], values: Values) -> replay.Answer:
        found = work(values)
        if isinstance(found, services.Draft):
            draft, answer = self._drafted(action, found)
            draft.store()
            return answer
        return self._rendered(action, found)

    def _drafted(self, action: Endpoint, draft: object) -> tuple[services.Draft, replay.Answer]:
        assert isinstance(draft, services.Draft)
        return draft, self._rendered(action, self.shown(draft))

    def shown(self, draft: services.Draft) -> object:
        """What the answer renders of a draft."""
        return draft.shown()

    def _rendered(self, action: Endpoint, found: object) -> replay.Answer:
        body = type(self).envelope(action, found)
        return rendering.rendered(body, status=action.status, media_type=self.media_type)

    def _keyed_request(self) -> replay.KeyedRequest | None:
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            return None
        if not REPLAY_KEY.fullmatch(key):
            raise UnusableReplayKey("The key must be 1 to 255 visible ASCII characters.")
        return replay.KeyedRequest(
            credential=self.credential,
            scope=f"{self.request.method} {self.request.path.rstrip('/')}",
            key=key,
            fingerprint=_fingerprint([sorted(self.request.query_params.lists()), self.request.data]),
        )


def _fingerprint(sent: object) -> bytes:
    """The same for queries and bodies that say the same in another order; who, where and the key are compared apart."""
    return hashlib.sha256(json.dumps(sent, sort_keys=True, default=repr).encode()).digest()
