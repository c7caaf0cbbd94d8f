"""Every route of the desk, asked by everybody: who opens it, and for whom a POST to it changes something.

Views are called as the resolver finds them, with the gate in front and nothing rendered; what a POST changes is undone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection, transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import ResolverMatch, resolve, reverse
from django.utils import timezone

from customers import sessions
from customers.models import User
from customers.permissions import Role

SHUT = "shut"
# A GET that answers; a POST that changes something; a POST that is let in and shows its form again.
OPEN, ACTS, FORM = "open", "acts", "form"
ANY_STATE = "*"
# How a page says that it did nothing.
REFUSING = frozenset({constants.ERROR, constants.WARNING})
# What these may lies between what the two others may.
LEAST, MOST, BETWEEN = Role.AUDITOR, Role.APPROVER, frozenset({Role.DRAFTER, Role.FINANCE})
ORDER = (LEAST, MOST, Role.OPS, Role.DRAFTER, Role.FINANCE)
# But a view is its owner's and a change its author's to take back, whatever the role.
OWNED = frozenset({"orders/order/views/<int:pk>/delete-view/", "orders/changeorder/<path:object_id>/withdraw/"})
# Every change leaves an event, except what is somebody's own: drafts as typed, views, pins, runs, second factors.
WATCHED = (
    "customers_event",
    "customers_secondfactor",
    "orders_autosave",
    "orders_bulkrun",
    "orders_savedview",
    "orders_viewpin",
)
COUNTS = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in WATCHED)  # names above


@dataclass(kw_only=True)
class Somebody:
    """Who asks: an account or none, and when the session began if that is not just now."""

    name: str
    user_id: int | None = None
    member_id: int | None = None
    began_at: datetime | None = None
    known: User | None = None

    def user(self) -> User | AnonymousUser:
        """As the middleware finds them; read again once something was changed, and taken back."""
        if self.user_id is None:
            return AnonymousUser()
        if self.known is None:
            self.known = User.objects.select_related("staff_member__business").get(pk=self.user_id)
        return self.known


@dataclass(frozen=True, kw_only=True)
class Spot:
    """An address of a route for a row in some state; `OWN` in it is the id of whoever asks.

    What is read is the same in every state, and so is what nobody's button posts to: `methods` says what is asked.
    """

    route: str
    address: str
    state: str = ""
    has_row: bool = False
    methods: tuple[str, ...] = ("GET", "POST")
    form: Mapping[str, Any] = field(default_factory=dict)
    # What only the person of this name posts besides.
    by_name: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


OWN = "/OWN/"


def posted(somebody: Somebody, spot: Spot, *, before: tuple[int, ...]) -> str:
    """What becomes of a POST when so much is there; whatever it changes is taken back."""
    with transaction.atomic():
        verdict = asked(somebody, spot, posts=True)
        has_acted = counts() != before
        transaction.set_rollback(True)
    if has_acted:
        somebody.known = None
    return ACTS if has_acted else verdict


def asked(somebody: Somebody, spot: Spot, *, posts: bool) -> str:
    """What the answer to a request says."""
    address = spot.address.replace(OWN, f"/{somebody.member_id or 0}/")
    factory = RequestFactory()
    request: Any = (
        _post(factory, address, {**spot.form, **spot.by_name.get(somebody.name, {})}) if posts else factory.get(address)
    )
    request._dont_enforce_csrf_checks = True  # noqa: SLF001  # as the test client does
    began = (somebody.began_at or timezone.now()).isoformat()
    request.user, request.session = somebody.user(), SessionStore()
    request.session.update({sessions.BEGAN: began, sessions.SEEN: began, sessions.KEY: began})
    request._messages = default_storage(request)  # noqa: SLF001  # as the middleware does
    request.resolver_match = found = _view_at(address)
    try:
        answer = found.func(request, *found.args, **found.kwargs)
    except (Http404, PermissionDenied, SuspiciousOperation):
        return SHUT
    told = {message.level for message in request._messages._queued_messages}  # noqa: SLF001  # none is rendered
    is_away = answer.headers.get("Location", "").startswith(reverse("admin:login"))
    if answer.status_code >= HTTPStatus.BAD_REQUEST or is_away or told & REFUSING:
        return SHUT
    return FORM if posts else OPEN


@cache
def _view_at(address: str) -> ResolverMatch:
    return resolve(address)


def _post(factory: RequestFactory, address: str, form: Mapping[str, Any]) -> Any:
    """As a form of the page would: in parts only where a file goes with it."""
    if "file" not in form:
        return factory.post(address, urlencode(form), content_type="application/x-www-form-urlencoded")
    form["file"].seek(0)
    return factory.post(address, form)


def counts() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return tuple(cursor.fetchone() or ())


def verdicts(people: Iterable[Somebody], spots: Iterable[Spot], *, asks_all: bool) -> dict[str, list[str]]:
    """For each route its lines, `METHOD state verdict names…`, of all who are not shut out; `*` is every state."""
    found: dict[str, dict[tuple[str, str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    states: dict[tuple[str, str], set[str]] = defaultdict(set)
    everybody, before = list(people), counts()
    names = " ".join(somebody.name for somebody in everybody)
    for spot in spots:
        for method in spot.methods:
            states[spot.route, method].add(spot.state)
        lines = found[spot.route]
        for method in spot.methods:
            given = _given(everybody, spot, method, before=before, asks_all=asks_all)
            for somebody in everybody:
                if (verdict := given.get(somebody.name, SHUT)) != SHUT:
                    lines[method, verdict, spot.state].append(somebody.name)
    return {route: _told(route, lines, states, everybody=names) for route, lines in found.items()}


def _given(
    everybody: Iterable[Somebody], spot: Spot, method: str, *, before: tuple[int, ...], asks_all: bool
) -> dict[str, str]:
    """What each is answered.

    Unless all are asked: who may less than an approver and no less than an auditor is answered like the two where those
    are answered alike, and whoever may more than an auditor reads what an auditor reads.
    """
    given: dict[str, str] = {}
    for somebody in sorted(everybody, key=lambda one: ORDER.index(one.name)):
        alike = {given.get(LEAST), given.get(MOST)} if somebody.name in BETWEEN else set()
        if method == "GET" and given.get(LEAST) == OPEN and not asks_all:
            given[somebody.name] = OPEN
        elif len(alike) == 1 and spot.route not in OWNED and not asks_all:
            given[somebody.name] = given[MOST]
        elif method == "GET":
            given[somebody.name] = asked(somebody, spot, posts=False)
        else:
            given[somebody.name] = posted(somebody, spot, before=before)
    return given


def _told(
    route: str,
    lines: Mapping[tuple[str, str, str], list[str]],
    states: Mapping[tuple[str, str], set[str]],
    *,
    everybody: str,
) -> list[str]:
    alike: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for (method, verdict, state), names in lines.items():
        told = " ".join(names)
        alike[method, verdict, "all" if told == everybody else told].add(state)
    return sorted(
        f"{method} {ANY_STATE if of == states[route, method] else ','.join(sorted(of))} {verdict} {names}"
        for (method, verdict, names), of in alike.items()
    )
