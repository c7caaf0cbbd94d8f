"""What a door answers, without what differs from one life of a business to the next: random ids and moments."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from django.db import connection
from django.urls import URLResolver, get_resolver

from tests import scenes
from tests.cast import Company
from tests.prove.doors import DOORS
from tests.prove.doors.door import Door, Scene
from tests.prove.requests import Sent, sent

# Ids that are drawn at random, as the doors write them: with and without hyphens, of subscriptions, of customers and
# deployments, of what a store keeps.
RANDOM = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
    r"|\b[0-9a-f]{30}NA\b"
    r'|(?<="customerId":")\d{10}|(?<="deploymentId":")\d{10}'
    r"|(?<=/customers/)\d{10}|(?<=/deployments/)\d{10}"
    r'|(?<="id":")[A-Za-z]{10}(?=")|(?<=/)[A-Za-z]{10}(?=["/])'
)
PARAMETER = re.compile(r"<[^>]+>")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
SEQUENCES = "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'"


# What cannot be kept with the rows of a scene.
_clocks: dict[str, Callable[[], AbstractContextManager[None]]] = {}


def begun(door: Door, company: Company) -> Scene:
    """The door's scene with what a company had in its books, made once for all that begins with it."""
    base, headers, names, content_type = scenes.begin(_parts, door.name, company)
    return Scene(base=base, headers=headers, names=names, content_type=content_type, clock=_clocks[door.name])


def _parts(name: str, company: Company) -> tuple[str, dict[str, str], dict[str, str], str]:
    scene = DOORS[name].scene(company)
    _clocks[name] = scene.clock
    return scene.base, scene.headers, scene.names, scene.content_type


@dataclass
class Plain:
    """Texts with each random id by the order in which it was first met, and every moment alike."""

    met: dict[str, str] = field(default_factory=dict)

    def text(self, text: str) -> str:
        named = RANDOM.sub(lambda found: self.met.setdefault(found[0], f"id-{len(self.met)}"), text)
        return MOMENT.sub("moment", named)


def answers(scene: Scene, requests: Sequence[Sent]) -> list[tuple[str, int, str]]:
    """Request, status and plain body of each, in turn."""
    plain = Plain()
    return [
        (f"{request.method} {request.path}", answer.status_code, plain.text(answer.content.decode()))
        for request in requests
        for answer in [scene.send(request)]
    ]


def readings(door: Door) -> list[Sent]:
    """What only reads."""
    return [request for request in (*door.requests, *door.readings) if request.method == "GET"]


def reaching(door: Door, *, own: Scene, theirs: Scene) -> list[Sent]:
    """GET of every route that takes an id, each id of theirs in its place; of two the first is our own customer's."""
    ours = own.names.get("customer")
    below = [route.replace("{}", ours, 1) if ours and route.count("{}") > 1 else route for route in routes(door)]
    asked = [route.replace("{}", value) for route in below if route.count("{}") == 1 for value in theirs.names.values()]
    base = own.base.removeprefix(f"/{door.name}/") + "/"
    return [sent("GET", f"/{path.removeprefix(base)}") for path in asked if path.startswith(base)]


def routes(door: Door) -> list[str]:
    """Every route below a door's mount that takes an id, with `{}` in the place of each."""
    mount = next(each for each in get_resolver().url_patterns if str(each.pattern) == f"{door.name}/")
    assert isinstance(mount, URLResolver)
    found = {PARAMETER.sub("{}", str(route.pattern)) for route in mount.url_patterns}
    return sorted(route for route in found if "{}" in route and not route.endswith("/"))


@contextmanager
def numbered_from(start: int) -> Iterator[None]:
    """Ids and order numbers from here on, and afterwards as if none had been drawn; for what is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES)
        before = cursor.fetchall()
        cursor.executemany("SELECT setval(%s::regclass, %s)", [(f'"{name}"', start) for name, _ in before])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.executemany(
                "SELECT setval(%s::regclass, greatest(%s, 1), %s > 0)",
                [(f'"{name}"', last, last) for name, last in before],
            )
