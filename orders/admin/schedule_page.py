"""The billing schedule of an order on a page of its own: bars, lanes, the money piled up, the table, and CSV."""

from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from billing import charts, comparison, curves, lanes
from billing.scenarios import IN_WORDS, Usage
from billing.schedules import Overview
from customers import currencies, ledger
from customers import queries as customer_queries
from customers.admin.base import business_of
from orders import forecasts, queries, versions
from orders.errors import RefusedTerms
from orders.models import Order

if TYPE_CHECKING:
    from orders.admin.orders import OrderAdmin


def urls(admin: "OrderAdmin") -> list[URLPattern]:
    def page(request: HttpRequest, object_id: str) -> HttpResponse:
        return show(admin, request, object_id)

    def download(request: HttpRequest, object_id: str) -> HttpResponse:
        return as_csv(admin, request, object_id)

    wrap = admin.admin_site.admin_view
    return [
        path("<path:object_id>/schedule/", wrap(page), name="orders_order_schedule"),
        path("<path:object_id>/schedule.csv", wrap(download), name="orders_order_schedule_csv"),
    ]


def show(admin: "OrderAdmin", request: HttpRequest, object_id: str) -> HttpResponse:
    """The whole schedule; `?usage=` chooses how much metered usage is expected, `?compare=` an earlier version."""
    order, today = _order(admin, request, object_id)
    usage = _usage(request)
    known = versions.of_events(ledger.history(business=order.business, subject=order))
    compared = versions.numbered(versions=known, number=_compare(request))
    context: dict[str, object] = {
        "order": order,
        "usage": usage,
        "usages": [(one.value, IN_WORDS[one]) for one in Usage],
        "versions": [version for version in known if version.number != order.version and version.lines],
        "compare": compared,
    }
    try:
        overview = forecasts.overview(order=order, today=today, usage=usage)
    except RefusedTerms as refused:
        context["refusal"] = refused.message
    else:
        context |= drawings(overview=overview, order=order, ghost=_ghost(order, compared, overview, today))
    title = f"{order.number} · billing schedule"
    return admin.page(request, "admin/orders/schedule.html", row=order, title=title, **context)


def drawings(*, overview: Overview, order: Order, ghost: Overview | None) -> dict[str, object]:
    """All that the page draws and says of one schedule, and whether its bars add up to the contract total."""
    years = comparison.by_year(before=ghost, after=overview)
    return {
        "overview": overview,
        "chart": charts.draw(overview=overview, ghost=ghost),
        "lanes": lanes.draw(overview=overview),
        "curve": curves.draw(overview=overview),
        "years": years,
        "in_words": comparison.in_words(years=years, currency=overview.currency) if ghost else "",
        "adds_up": overview.committed_cents == order.total_cents,
        "committed": _amount(overview.committed_cents, overview.currency),
        "total": _amount(order.total_cents, order.currency),
    }


def as_csv(admin: "OrderAdmin", request: HttpRequest, object_id: str) -> HttpResponse:
    order, today = _order(admin, request, object_id)
    try:
        overview = forecasts.overview(order=order, today=today, usage=_usage(request))
    except RefusedTerms as refused:
        raise Http404(refused.message) from refused
    answer = HttpResponse("".join(forecasts.as_csv(overview=overview)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{order.number}-schedule.csv"'
    return answer


def _order(admin: "OrderAdmin", request: HttpRequest, object_id: str) -> tuple[Order, date]:
    business = business_of(request)
    order = queries.orders(business=business).get(pk=admin.row(request, object_id).pk)
    return order, customer_queries.today(business=business, at=timezone.now())


def _usage(request: HttpRequest) -> Usage:
    asked = request.GET.get("usage", "")
    return Usage(asked) if asked in set(Usage) else Usage.EXPECTED


def _compare(request: HttpRequest) -> int:
    """The number of a version; 0, which none has, for anything else."""
    asked = request.GET.get("compare", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0


def _ghost(order: Order, version: versions.Version | None, now: Overview, today: date) -> Overview | None:
    found = versions.overview(version=version, order=order, today=today) if version else None
    return found if found and found.currency == now.currency else None


def _amount(cents: int, currency: str) -> str:
    return f"{currency} {currencies.major_units(cents=cents, currency=currency)}"
