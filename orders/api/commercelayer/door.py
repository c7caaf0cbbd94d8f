"""Commerce Layer's viewset: its token, its media type, its documents, and what every resource can be asked."""

from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from customers.permissions import Permission
from customers.refusals import CoreRefusal
from orders.api import endpoint, paging, routes
from orders.api.base import DoorViewSet
from orders.api.commercelayer import errors, faults, query, render
from orders.api.commercelayer.auth import TokenAuthentication
from orders.api.commercelayer.documents import Document, Identifier, Shape, read
from orders.api.commercelayer.negotiation import MEDIA_TYPE, JsonApiNegotiation
from orders.api.commercelayer.resource import Resource, Scope
from orders.api.commercelayer.resources import RESOURCES
from orders.api.endpoint import Endpoint, Values
from orders.api.parsing import WallParser
from orders.api.rendering import DoorRenderer
from orders.services import access
from orders.states import Status

Row = TypeVar("Row")
# A store makes customers and reads none: its shoppers are strangers to each other.
CUSTOMERS = "customers"
MARKETS = "markets"


class JsonApiParser(WallParser):
    media_type = MEDIA_TYPE


class JsonApiRenderer(DoorRenderer):
    media_type = MEDIA_TYPE


@dataclass(frozen=True, kw_only=True)
class Action(Endpoint):
    """An action whose document is read by itself: `writes` says by which shape, if it takes one."""

    answer: Serializer[Any] = field(default_factory=Serializer)
    code: str = ""
    message: str = ""
    writes: Shape | None = None

    def values(self, request: Request) -> Values:
        """The document, checked as far as that needs no row; its id must be the path's."""
        body = dict(request.data)
        if self.writes is None:
            return {}
        if not request.content_type.startswith(MEDIA_TYPE):
            raise errors.of_status(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        key = request.parser_context["kwargs"].get("key")
        return {"document": read(body, shape=self.writes, key=key)}


class CommerceLayerViewSet(DoorViewSet):
    authentication_classes = (TokenAuthentication,)
    content_negotiation_class = JsonApiNegotiation
    parser_classes = (JsonApiParser,)
    renderer_classes = (JsonApiRenderer,)
    http_method_names = ["get", "head", "post", "patch", "delete"]
    media_type = MEDIA_TYPE
    refusals = (CoreRefusal, faults.Refused)
    error_handler = staticmethod(errors.handle)
    envelope = staticmethod(lambda action, found: found)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask who calls before anything else about the request is judged, but for its method."""
        if endpoint.of(getattr(self, self.action or "", None)) is None:
            raise MethodNotAllowed(request.method or "")
        self.perform_authentication(request)
        super().initial(request, *args, **kwargs)

    @property
    def params(self) -> dict[str, str]:
        """The query; of a parameter given twice the last one counts."""
        return {name: str(value) for name, value in self.request.query_params.items()}

    @cached_property
    def scope(self) -> Scope:
        token: Any = self.request.user
        return Scope(
            actor=self.actor,
            business=self.business,
            market=token.market,
            is_store=access.is_store(self.credential),
            base_url=base_url(self.request),
            now=self.now,
        )


class ResourceViews(CommerceLayerViewSet):
    """Reading one kind of resource; what can be written is added by each."""

    resource: ClassVar[Resource]

    @Action(permission=Permission.READ)
    def list(self, values: Values) -> object:
        if self.resource.is_private and self.scope.is_store:
            raise faults.unauthorized()
        params = self.params
        asked = self._asked(self.resource)
        rows = query.narrowed(self.resource.rows(self.scope), params, resource=self.resource)
        rows = rows.order_by(*asked.order, "-pk")
        if self.scope.is_store and self.resource.type == "orders":
            # A store reads one order at a time: its shopper's.
            rows = rows.filter(pk__in=rows.values("pk")[:1])
        count = rows.count()
        found = paging.stretch(rows=rows, start=(asked.number - 1) * asked.size, limit=asked.size, total=count)
        shown = [self.resource.present(row) for row in found]
        return render.page(self.scope, self.resource, shown, asked, count=count, params=params)

    @Action(permission=Permission.READ)
    def retrieve(self, values: Values, key: str) -> object:
        if self.resource.type == CUSTOMERS and self.scope.is_store:
            raise faults.unauthorized()
        return self.answer(self.row(key))

    @Action(permission=Permission.READ)
    def related(self, values: Values, key: str, name: str) -> object:
        relation = existing(self.resource.relation(name))
        row = self.row(key)
        if CUSTOMERS in relation.types and self.scope.is_store:
            raise faults.unauthorized()
        asked = self._asked(RESOURCES[relation.types[0]])
        return render.related(self.scope, relation, relation.find(row), asked)

    @Action(permission=Permission.READ)
    def relationship(self, values: Values, key: str, name: str) -> object:
        relation = existing(self.resource.relation(name))
        row = self.row(key)
        url = f"{render.self_url(self.scope, self.resource, row)}/relationships/{name}"
        return render.linkage(self.scope, relation, relation.find(row), url=url)

    def row(self, key: str) -> Any:
        """The row of this id that the caller may see. Raises Refused with 404."""
        return existing(self.resource.find(self.scope, key))

    def pointed(self, key: str) -> Any:
        """The same row by itself, for what changes it. Raises Refused with 404."""
        return existing(self.resource.point(self.scope, key))

    def answer(self, row: Any) -> object:
        """One resource, with what the query asks to include."""
        return render.one(self.scope, self.resource, row, self._asked(self.resource))

    def again(self, row: Any) -> object:
        """A resource that was just written, read anew."""
        return self.answer(self.row(self.resource.id_of(self.scope, row)))

    def _asked(self, resource: Resource) -> query.Query:
        """The query. Raises Refused with 401 when a store would read a customer along with something else."""
        asked = query.read(self.params, resource=resource)
        if self.scope.is_store and any("customer" in path for path in asked.includes):
            raise faults.unauthorized()
        return asked

    def check_filled(self, order: Any) -> None:
        """Raise Refused with 401 when a store would change what is placed: that is for integrations."""
        if self.scope.is_store and order.status != Status.DRAFT:
            raise faults.unauthorized()

    def pointed_at(self, document: Document) -> dict[str, Any]:
        """The rows that a document's relationships lead to, None for an empty one. Raises Refused with 404."""
        return {name: self._target(link) for name, link in document.links.items()}

    def _target(self, link: Identifier | None) -> Any:
        if link is None:
            return None
        own = self.scope.market
        if own is not None and link == Identifier(type=MARKETS, id=self.scope.encode(MARKETS, own.pk)):
            return own
        return existing(RESOURCES[link.type].point(self.scope, link.id))


class UnknownRouteView(routes.UnknownRouteView):
    content_negotiation_class = JsonApiNegotiation
    renderer_classes = (JsonApiRenderer,)
    error_handler = staticmethod(errors.handle)
    refusal = staticmethod(faults.not_found)


def existing(row: Row | None) -> Row:
    """The row, or the door's 404: the same for a stranger's and for one that does not exist."""
    if row is None:
        raise faults.not_found()
    return row


def base_url(request: Request | HttpRequest) -> str:
    """Where links lead: the address that was asked, up to and with /api."""
    return request.build_absolute_uri(f"{request.path.partition('/api/')[0]}/api")
