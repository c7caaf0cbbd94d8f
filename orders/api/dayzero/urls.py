"""Day Zero's routes, below its mount. Each also answers with a slash at its end: nothing here redirects."""

from orders.api.dayzero.door import UnknownRouteView
from orders.api.dayzero.views.catalog import CatalogItemViews
from orders.api.dayzero.views.change_orders import ChangeOrderViews
from orders.api.dayzero.views.contract_life import ContractLifeViews
from orders.api.dayzero.views.contracts import ContractViews
from orders.api.dayzero.views.customers import CustomerViews
from orders.api.dayzero.views.drawdowns import DrawdownViews
from orders.api.dayzero.views.invoices import InvoiceViews
from orders.api.dayzero.views.orders import OrderViews
from orders.api.dayzero.views.revenue import RevenueViews
from orders.api.dayzero.views.time_entries import TimeEntryViews
from orders.api.dayzero.views.usage import UsageViews
from orders.api.routes import served

ORDER = "api/v1/orders/<str:order_id>"
CONTRACT = "api/v1/contracts/<str:contract_id>"
DRAWDOWN = f"{CONTRACT}/drawdowns/<str:drawdown_id>"
CHANGE_ORDER = "api/v1/change-orders/<str:change_order_id>"
TIME_ENTRY = "api/v1/time-entries/<str:time_entry_id>"
INVOICE = "api/v1/invoices/<str:invoice_id>"

ROUTES = (
    ("api/v1/orders", OrderViews.as_view({"get": "list", "post": "create"})),
    (ORDER, OrderViews.as_view({"get": "retrieve", "put": "update"})),
    (f"{ORDER}/send", OrderViews.as_view({"post": "send"})),
    (f"{ORDER}/sign", OrderViews.as_view({"post": "sign"})),
    (f"{ORDER}/countersign", OrderViews.as_view({"post": "countersign"})),
    (f"{ORDER}/cancel", OrderViews.as_view({"post": "cancel"})),
    ("api/v1/contracts", ContractViews.as_view({"get": "list"})),
    (CONTRACT, ContractViews.as_view({"get": "retrieve"})),
    (f"{CONTRACT}/draft-invoices", ContractViews.as_view({"post": "draft_invoices"})),
    (f"{CONTRACT}/generate-period-invoices", ContractViews.as_view({"post": "generate_period_invoices"})),
    (f"{CONTRACT}/check-completion", ContractViews.as_view({"post": "check_completion"})),
    (f"{CONTRACT}/reorder", ContractViews.as_view({"post": "reorder"})),
    (f"{CONTRACT}/pause", ContractLifeViews.as_view({"post": "pause"})),
    (f"{CONTRACT}/resume", ContractLifeViews.as_view({"post": "resume"})),
    (f"{CONTRACT}/cancel", ContractLifeViews.as_view({"post": "cancel"})),
    ("api/v1/contracts/inbound/hours", DrawdownViews.as_view({"post": "inbound_hours"})),
    (f"{CONTRACT}/drawdowns", DrawdownViews.as_view({"get": "list", "post": "create"})),
    (f"{DRAWDOWN}/approve", DrawdownViews.as_view({"post": "approve"})),
    (f"{DRAWDOWN}/reject", DrawdownViews.as_view({"post": "reject"})),
    (f"{CONTRACT}/usage", UsageViews.as_view({"post": "usage"})),
    ("api/v1/change-orders", ChangeOrderViews.as_view({"get": "list", "post": "create"})),
    (CHANGE_ORDER, ChangeOrderViews.as_view({"get": "retrieve"})),
    (f"{CHANGE_ORDER}/countersign", ChangeOrderViews.as_view({"post": "countersign"})),
    (f"{CHANGE_ORDER}/reject", ChangeOrderViews.as_view({"post": "reject"})),
    ("api/v1/time-entries", TimeEntryViews.as_view({"get": "list", "post": "create"})),
    (TIME_ENTRY, TimeEntryViews.as_view({"get": "retrieve"})),
    (f"{TIME_ENTRY}/approve", TimeEntryViews.as_view({"post": "approve"})),
    (f"{TIME_ENTRY}/reject", TimeEntryViews.as_view({"post": "reject"})),
    ("api/v1/invoices", InvoiceViews.as_view({"get": "list"})),
    (INVOICE, InvoiceViews.as_view({"get": "retrieve"})),
    (f"{INVOICE}/explanation", InvoiceViews.as_view({"get": "explanation"})),
    (f"{INVOICE}/send", InvoiceViews.as_view({"post": "send"})),
    (f"{INVOICE}/void", InvoiceViews.as_view({"post": "void"})),
    (f"{INVOICE}/finalize", InvoiceViews.as_view({"post": "send"})),
    ("api/v1/revenue-schedules", RevenueViews.as_view({"get": "list"})),
    ("api/v1/revenue-schedules/waterfall", RevenueViews.as_view({"get": "waterfall"})),
    ("api/v1/customers", CustomerViews.as_view({"get": "list", "post": "create"})),
    ("api/v1/customers/<str:customer_id>", CustomerViews.as_view({"get": "retrieve"})),
    ("api/v1/catalog-items", CatalogItemViews.as_view({"get": "list", "post": "create"})),
    ("api/v1/catalog-items/<str:item_id>", CatalogItemViews.as_view({"get": "retrieve"})),
)

urlpatterns = served(ROUTES, unknown=UnknownRouteView.as_view())
