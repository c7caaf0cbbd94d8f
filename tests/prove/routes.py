"""Which routes and commands there are, from the URL map and the registry of commands."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from config.errors import DOORS

READING = frozenset({"get", "head", "options", "trace"})
OWN_APPS = frozenset({"config", "customers", "catalog", "billing", "orders"})


def writing_routes() -> set[str]:
    """Every action below a door that is reached by a writing method: `dayzero OrderViews.create`."""
    return {
        route
        for pattern, path in _patterns(get_resolver(), "/")
        if path.startswith(tuple(DOORS))
        for route in _routes_of(pattern.callback, path)
    }


def route_of(method: str, address: str) -> str:
    """The route that a request takes."""
    path = urlsplit(address).path
    found = resolve(path)
    return _name(found.func, method.lower(), _door(path))


def commands() -> set[str]:
    """The commands of our own."""
    return {name for name, app in get_commands().items() if str(app) in OWN_APPS}


def _patterns(resolver: URLResolver, path: str) -> Iterator[tuple[URLPattern, str]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, path + str(pattern.pattern))
        else:
            yield pattern, path + str(pattern.pattern)


def _routes_of(view: object, path: str) -> Iterator[str]:
    methods = getattr(view, "actions", None) or _plain(view)
    for method in methods:
        if method not in READING:
            yield _name(view, method, _door(path))


def _plain(view: object) -> list[str]:
    """The methods of a view that is no viewset."""
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        return []
    return [method for method in view_class.http_method_names if hasattr(view_class, method)]


def _name(view: object, method: str, door: str) -> str:
    actions = getattr(view, "actions", None)
    if actions:
        return f"{door} {view.cls.__name__}.{actions[method]}"  # type: ignore[attr-defined]  # DRF's own attribute
    return f"{door} {view.view_class.__name__}.{method}"  # type: ignore[attr-defined]  # Django's own attribute


def _door(path: str) -> str:
    return next(mount for mount in DOORS if path.startswith(mount)).strip("/")
