"""All that the desk can show: a row for every page, the address of every page there is, and every link on them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from html import unescape
from urllib.parse import urljoin

from django.contrib import admin
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.urls.resolvers import RoutePattern
from django.utils import timezone

from billing import services as billing_services
from billing.models import Drawdown
from customers import legal
from orders import services
from orders.commands import PackedLine, ShipOrder
from orders.models import LicenceProgramme, Order
from orders.states import Status
from tests.admin.pages import everything_of, tracked
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, line
from tests.cast import Company, at
from tests.stores import store

PARAMETER = re.compile(r"<(?:\w+:)?(?P<name>\w+)>")
LINK = re.compile(r'<a\s[^>]*?href="([^"]+)"')
NUMBER = re.compile(r"\d+")
ALIKE = 4
# Where the tests' own session would end.
ENDING = "logout/"
HOME = "/admin/"
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Page:
    """A route of the site, and the model whose rows it shows, if any."""

    route: str
    model: type[Model] | None

    @property
    def has_parameters(self) -> bool:
        return bool(PARAMETER.search(self.route))

    def address(self, row: Model | None) -> str:
        """The address for a row: its id stands wherever the route wants one, whatever for."""
        return HOME + PARAMETER.sub(str(row.pk) if row else "1", self.route)


def full_desk(company: Company) -> Order:
    """A row for every page, in each state that looks different; the answer is an approved order."""
    order = everything_of(company)
    store(company)
    programme.open_programme(company)
    programme.customer(company)
    Caller(company).completed("NEW", line(programme.TEAM, 2))
    LicenceProgramme.objects.create(business=company.business)
    seller = legal.SellerWords(legal_name="Acme Studio Ltd")
    legal.set_seller(business=company.business, words=seller, by=company.billing, at=at("2026-01-05"))
    sent_off(company)
    own_work(company, order)
    asked_about(company)
    hours = Drawdown.objects.for_business(company.business).latest("id")
    billing_services.approve_drawdown(drawdown=hours, by=company.billing, at=at("2026-02-11"))
    return order


def own_work(company: Company, order: Order) -> None:
    """An order that is assigned and put off, and a view of the team's on the approver's desk."""
    now = timezone.now()
    services.assign_order(order=order, to=company.approver, by=company.drafting, at=now)
    services.snooze_order(
        order=order,
        until=(now + timedelta(days=9)).date(),
        reason="Waits for legal",
        by=company.approving,
        at=now,
    )
    view = services.save_view(
        business=company.business, name="Ours", query="state=draft", is_team=True, by=company.approving, at=now
    )
    services.pin_view(view=view, by=company.approving, at=now)


def asked_about(company: Company) -> None:
    """A question about a line of the latest draft and waiting order, and a comment that names the approver."""
    for status in (Status.DRAFT, Status.SUBMITTED):
        order = Order.objects.for_business(company.business).filter(status=status).latest("id")
        named = f"@{company.approver.user.username}, what do you think?"
        services.comment(order=order, text=named, by=company.billing, at=at("2026-01-07"))
        services.ask(order=order, text="Why so many?", line=0, by=company.billing, at=at("2026-01-07"))


def sent_off(company: Company) -> None:
    """A parcel with two pieces of an order."""
    order = tracked(company)
    packed = PackedLine(line=order.lines.get(position=0).pk, quantity=Decimal(2))
    command = ShipOrder(lines=(packed,), tracking_number="1Z1")
    services.ship(order=order, command=command, by=company.drafting, at=at("2026-01-07"))


def pages() -> list[Page]:
    """Every route of the site, those of its models and those beside them."""
    assert reverse("admin:index") == HOME
    return list(_walk(admin.site.get_urls(), ""))


def _walk(patterns: list[URLPattern | URLResolver], above: str) -> Iterator[Page]:
    for pattern in patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            continue  # the index of an app, whose links are all below it; and what answers when nothing else does
        route = f"{above}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif route != ENDING:
            yield Page(route=route, model=_model_of(route))


def _model_of(route: str) -> type[Model] | None:
    by_route = {f"{model._meta.app_label}/{model._meta.model_name}/": model for model in models()}
    return next((model for prefix, model in by_route.items() if route.startswith(prefix)), None)


def models() -> list[type[Model]]:
    """The models that have pages."""
    return list(admin.site._registry)  # noqa: SLF001  # the site has no other way to ask


def addresses(*, of: Company) -> list[str]:
    """Every page of the site, each for a row of this company in every state that its model knows."""
    found: set[str] = set()
    for page in pages():
        rows = rows_of(page.model, of) if page.model and page.has_parameters else [None]
        found |= {page.address(row) for row in rows}
    return sorted(found)


def rows_of(model: type[Model], company: Company) -> list[Model]:
    """The company's latest row of a model, one in each status if it has any."""
    rows = model.objects.filter(business=company.business).order_by("id")  # type: ignore[attr-defined]
    return list({getattr(row, "status", None): row for row in rows}.values())


def crawl(client: Client, *, known: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """What stands behind the links that can be followed from the desk: tabs, pages, exports, documents.

    Of links that differ in a row's number or in what a list is asked for, the first ones that are met. `known` are
    pages that this person has read already.
    """
    waiting, met, seen = [HOME], Counter[str](), dict[str, str]()
    while waiting:
        address = waiting.pop()
        kind = _kind(address)
        if address in seen or met[kind] >= ALIKE:
            continue
        met[kind] += 1
        seen[address] = known[address] if address in known else text(client.get(address, follow=True))
        links = {urljoin(address, unescape(link)).partition("#")[0] for link in LINK.findall(seen[address])}
        waiting += sorted(link for link in links if link.startswith(HOME))
    return seen


def _kind(address: str) -> str:
    """A page for any row, with what is asked of it by name; tabs each by itself."""
    path, _, query = NUMBER.sub("#", address).partition("?")
    asked = {part if part.startswith("state=") else part.partition("=")[0] for part in query.split("&")}
    return f"{path}?{'&'.join(sorted(asked))}"


def text(answer: HttpResponseBase) -> str:
    """Everything a page says, also when it is sent piece by piece."""
    content = b"".join(answer) if answer.streaming else getattr(answer, "content", b"")
    return bytes(content).decode(errors="replace")
