"""The back office: one business's desk, entered by members of its staff."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

SHOWN = 6

# By the work that is done, and within it the daily things first. A link is marked while a page below it is open.
NAVIGATION = {
    "Work": (
        ("Orders", "admin:orders_order_changelist"),
        ("Change orders", "admin:orders_changeorder_changelist"),
        ("Agreements", "admin:billing_agreement_changelist"),
        ("Parcels", "admin:orders_shipment_changelist"),
    ),
    "Money": (
        ("Invoices", "admin:billing_invoice_changelist"),
        ("Overdue", "admin:billing_overdue"),
        ("Drawdowns", "admin:billing_drawdown_changelist"),
        ("Closed periods", "admin:billing_closing_changelist"),
        ("Tax table", "admin:billing_taxtreatment_changelist"),
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
        ("Lead times", "admin:orders_leadtime_changelist"),
        ("Transit times", "admin:orders_transittime_changelist"),
        ("Legal details", "admin:customers_legaldetails_changelist"),
        ("API credentials", "admin:customers_apicredential_changelist"),
        ("Repeated requests", "admin:orders_replayrecord_changelist"),
    ),
}


class StaffLoginForm(AdminAuthenticationForm):
    def confirm_login_allowed(self, user: Any) -> None:
        """Nobody gets in who belongs to no business, superusers included."""
        super().confirm_login_allowed(user)
        if not hasattr(user, "staff_member"):
            raise ValidationError("This account belongs to no business. Ask your operations team.", code="no_business")


class AdminSite(admin.AdminSite):
    site_header = "Countersign"
    site_title = "Countersign"
    index_title = "My desk"
    site_url = None
    login_form = StaffLoginForm
    index_template = "admin/desk.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and user.is_staff and hasattr(user, "staff_member"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if context["has_permission"]:
            context["member"] = request.user.staff_member  # type: ignore[union-attr]  # has_permission has looked
            context["navigation"] = _navigation(request.path)
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {**_desk(request), **(extra_context or {})})


def _navigation(path: str) -> list[dict[str, object]]:
    """The groups of links, each with its heading; the desk stands above them without one."""
    home = reverse("admin:index")
    groups = {heading: [(label, reverse(name)) for label, name in links] for heading, links in NAVIGATION.items()}
    addresses = [url for links in groups.values() for _, url in links]
    # The longest address above the page: the overdue list lies below the invoices.
    here = max((url for url in addresses if path.startswith(url)), key=len, default=None)
    desk = _group("", [("My desk", home)], here=home if path == home else None)
    return [desk, *(_group(heading, links, here=here) for heading, links in groups.items())]


def _group(heading: str, links: Sequence[tuple[str, str]], *, here: str | None) -> dict[str, object]:
    return {
        "heading": heading,
        "links": [{"label": label, "url": url, "is_open": url == here} for label, url in links],
    }


def _desk(request: HttpRequest) -> dict[str, object]:
    """What waits for this person: a few rows of each list, never the whole of one."""
    # Models are ready only once the site exists: the admin loads this module first.
    from billing.admin.invoices import due_drafts
    from billing.receivables import overdue
    from customers.permissions import Permission
    from customers.queries import today as today_of
    from orders import desk

    member = request.user.staff_member  # type: ignore[union-attr]  # admin_view has looked
    today = today_of(business=member.business, at=timezone.now())
    return {
        "can_draft": member.may(Permission.DRAFT),
        "can_approve": member.may(Permission.APPROVE),
        "can_bill": member.may(Permission.BILL),
        "waiting": list(desk.waiting_for(member=member)[:SHOWN]),
        "changes_waiting": list(desk.changes_waiting_for(member=member)[:SHOWN]),
        "drafts": list(desk.drafts_of(member=member)[:SHOWN]),
        "submissions": list(desk.submissions_of(member=member)[:SHOWN]),
        "decided": list(desk.decided(member=member)[:SHOWN]),
        "due_drafts": list(due_drafts(business=member.business, today=today)[:SHOWN]),
        "overdue": list(overdue(business=member.business, today=today)[:SHOWN]),
        "today": today,
    }
