"""The back office: one business's desk, entered by members of its staff."""

from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any, TypeAlias

from django.contrib import admin, messages
from django.db import DEFAULT_DB_ALIAS, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from customers import counting, sessions
from customers.permissions import Permission

Page: TypeAlias = Callable[..., HttpResponseBase]

# By the work that is done, and within it the daily things first. A link is marked while a page below it is open.
NAVIGATION = {
    "Work": (
        ("Orders", "admin:orders_order_changelist"),
        ("Templates", "admin:orders_drafttemplate_changelist"),
        ("Change orders", "admin:orders_changeorder_changelist"),
        ("Agreements", "admin:billing_agreement_changelist"),
        ("Parcels", "admin:orders_shipment_changelist"),
    ),
    "Money": (
        ("Invoices", "admin:billing_invoice_changelist"),
        ("Overdue", "admin:billing_overdue"),
        ("Drawdowns", "admin:billing_drawdown_changelist"),
        ("Closed periods", "admin:billing_closing_changelist"),
        ("Tax treatments", "admin:billing_taxtreatment_changelist"),
    ),
    "Customers": (
        ("Customers", "admin:customers_customer_changelist"),
        ("Projects", "admin:customers_project_changelist"),
        ("Licence customers", "admin:orders_licenceaccount_changelist"),
        ("Subscriptions", "admin:orders_subscription_changelist"),
    ),
    "Catalog": (
        ("Items", "admin:catalog_catalogitem_changelist"),
        ("Markets", "admin:catalog_market_changelist"),
        ("Stock", "admin:catalog_stock_changelist"),
        ("Licence offers", "admin:catalog_licenceoffer_changelist"),
        ("Recipes", "admin:catalog_recipe_changelist"),
    ),
    "Set-up": (
        ("People", "admin:customers_staffmember_changelist"),
        ("Approval policies", "admin:orders_approvalpolicy_changelist"),
        ("Lead times", "admin:orders_leadtime_changelist"),
        ("Transit times", "admin:orders_transittime_changelist"),
        ("Licence programmes", "admin:orders_licenceprogramme_changelist"),
        ("Legal details", "admin:customers_legaldetails_changelist"),
        ("API credentials", "admin:customers_apicredential_changelist"),
        ("Repeated requests", "admin:orders_replayrecord_changelist"),
    ),
}


def whole(view: Page) -> Page:
    """A view whose POST is one transaction, with its session and all that it reads for its answer.

    What fails has changed nothing. A view that works in steps opts out with `non_atomic_requests`.
    """
    if DEFAULT_DB_ALIAS in getattr(view, "_non_atomic_requests", ()):
        return view

    @wraps(view)
    def guarded(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *given, **named)
        with transaction.atomic():
            answer = view(request, *given, **named)
            sessions.keep(request)
            return answer

    return guarded


# The admin loads this module before any model is ready, so the pages are imported where they are asked for.
class AdminSite(admin.AdminSite):
    site_header = "Countersign"
    site_title = "Countersign"
    index_title = "My desk"
    site_url = None
    index_template = "admin/desk.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and user.is_staff and hasattr(user, "staff_member"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if context["has_permission"]:
            context["member"] = request.user.staff_member  # type: ignore[union-attr]  # has_permission has looked
            context["navigation"] = _navigation(request)
            context["may_draft_orders"] = context["member"].may(Permission.DRAFT)
        return context

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Of one app; Django would make that of all for every page, and no page of ours shows it."""
        return super().get_app_list(request, app_label) if app_label else []

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from customers.admin import second_factor, unsent
        from orders.admin import palette

        found = path("palette/", self.admin_view(palette.find), name="palette")
        code = path("login/code/", self.login_code, name="login_code")
        again = path("not-sent/", self.admin_view(partial(unsent.view, self)), name="unsent")
        return [found, code, again, *second_factor.urls(self), *super().get_urls()]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002  # as Django has it
        """A view for who is let in, while the session lasts and the person has shown enough."""
        from customers.admin import gate

        return gate.guarded(super().admin_view(whole(view), cacheable))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from customers.admin import login

        return login.password(self, request, extra_context)

    @method_decorator(never_cache)
    def logout(  # type: ignore[override]  # Django has a page that says good-bye
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Back to the login page: somebody logged out has nothing to look for here."""
        answer = super().logout(request, extra_context)
        if request.method != "POST":
            return answer
        messages.info(request, "You are logged out.")
        return HttpResponseRedirect(reverse("admin:login"))

    @method_decorator([never_cache, csrf_protect])
    def login_code(self, request: HttpRequest) -> HttpResponse:
        from customers.admin import login

        return login.code(self, request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from orders.admin import my_desk

        return super().index(request, {**my_desk.context(request), **(extra_context or {})})


def _navigation(request: HttpRequest) -> list[dict[str, object]]:
    """The groups of links, each with its heading; the desk stands above them without one."""
    path = request.path
    groups = {heading: [(label, reverse(name)) for label, name in links] for heading, links in NAVIGATION.items()}
    addresses = [url for links in groups.values() for _, url in links]
    # The longest address above the page: the overdue list lies below the invoices.
    here = max((url for url in addresses if path.startswith(url)), key=len, default=None)
    return [_own_work(request), *(_group(heading, links, here=here) for heading, links in groups.items())]


def _own_work(request: HttpRequest) -> dict[str, object]:
    """The desk and what waits there for this person, with counts to a thousand."""
    from orders.admin import badges

    member = request.user.staff_member  # type: ignore[union-attr]  # has_permission has looked
    home, orders = reverse("admin:index"), reverse("admin:orders_order_changelist")
    count = badges.of(request)
    links: list[tuple[str, str, int]] = [("My desk", home, 0)]
    if member.may(Permission.DRAFT):
        links.append(("Drafts", f"{orders}?state=draft&q=by%3Ame", count[badges.MY_DRAFTS]))
    if member.may(Permission.APPROVE):
        links.append(("Waiting for approval", f"{orders}?state=mine", count[badges.MINE]))
    here = request.get_full_path()
    entries = [
        {
            "label": label,
            "url": url,
            "is_open": url == here,
            "count": counting.said(number) if number else "",
        }
        for label, url, number in links
    ]
    return {"heading": "", "links": entries}


def _group(heading: str, links: Sequence[tuple[str, str]], *, here: str | None) -> dict[str, object]:
    return {
        "heading": heading,
        "links": [{"label": label, "url": url, "is_open": url == here} for label, url in links],
    }
