"""Addresses and forms of the desk, for tests that post what a page would."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from billing import services
from billing.engine.tax import Mode
from billing.engine.terms import Rule
from billing.models import Agreement, Drawdown, Invoice
from catalog import recipes
from customers.models import StaffMember
from orders import policies
from orders import services as order_services
from orders.commands import ShipMethod
from orders.models import Order
from tests import factories
from tests.cast import Company, approved, at, change_order, draft, line, monthly, submitted, taxed

Browse = Callable[[StaffMember], Client]


def url(row: Model, verb: str = "change") -> str:
    """The address of a row's page, or of a verb on it."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{verb}", args=[row.pk])


def list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def seen(order: Order) -> dict[str, str]:
    """What the approve page of this order posts."""
    return {"version": str(order.version), "terms_sha256": order.terms_sha256}


def typed(customer: str, *lines: Mapping[str, str], **header: str) -> dict[str, str]:
    """A draft's form as a browser posts it."""
    form = {
        "customer": customer,
        "currency": "USD",
        "order_start_date": "2026-01-31",
        "term_months": "12",
        "lines-TOTAL_FORMS": str(len(lines)),
        "lines-INITIAL_FORMS": "0",
    }
    for number, given in enumerate(lines):
        defaults = {"description": "Plan", "qty": "1", "unit_price": "120.00", "billing_rule": "recurring"}
        form |= {f"lines-{number}-{name}": value for name, value in {**defaults, **given}.items()}
    return form | header


def everything_of(company: Company) -> Order:
    """A row of every kind, an order in each state that has a page of its own; the answer is the approved one."""
    taxed(company, "standard", Mode.EXCLUSIVE, "19")
    factories.ProjectFactory.create(business=company.business)
    factories.CatalogItemFactory.create(business=company.business)
    company.token()
    order_services.propose_policy(
        business=company.business,
        name="Standard",
        rules=[policies.Rule(people=2)],
        by=company.billing,
        at=at("2026-01-05"),
    )
    promised(company)
    recipes.save_recipe(
        business=company.business, token="1609c0e8", sku="SKU", body={}, by=company.drafting, at=at("2026-01-05")
    )
    order = approved(company, monthly())
    change_order(company, order)
    drafted_invoice(company)
    services.close_books(business=company.business, through=date(2025, 12, 31), by=company.billing, at=at("2026-01-06"))
    reported_hours(company)
    submitted(company, monthly())
    order_services.save_template(
        order=draft(company, monthly()), name="Starter", by=company.drafting, at=at("2026-01-05")
    )
    tracked(company)
    return order


def promised(company: Company) -> None:
    """The days of a factory and of a ship method."""
    order_services.set_lead_time(
        business=company.business, factory_code="f1", days=15, by=company.billing, at=at("2026-01-05")
    )
    order_services.set_transit_time(
        business=company.business,
        method=ShipMethod(carrier_code="UPS"),
        days=3,
        by=company.billing,
        at=at("2026-01-05"),
    )


def tracked(company: Company) -> Order:
    """A submitted order of five and three pieces, in the hands of a factory."""
    order = submitted(company, line(qty="5"), line(qty="3", description="Caps"))
    order_services.track_lines(
        order=order,
        factories=("f1", ""),
        method=ShipMethod(carrier_code="UPS"),
        received_on=date(2026, 1, 6),
        by=company.drafting,
        at=at("2026-01-06"),
    )
    return order


def drafted_invoice(company: Company) -> Invoice:
    """The first invoice of the company's first agreement, as a draft."""
    agreement = Agreement.objects.for_business(company.business).earliest("id")
    services.draft_execution_invoice(agreement=agreement, by=company.billing, at=at("2026-01-06"))
    return Invoice.objects.for_business(company.business).latest("id")


def reported_hours(company: Company) -> Drawdown:
    """Two hours on a prepaid block that wait to be approved."""
    agreement = approved(company, line(qty="20", rule=Rule.PREPAID_BLOCK)).agreement
    assert agreement is not None
    hours = services.Hours(hours=Decimal(2), entry_date=date(2026, 2, 10))
    return services.submit_drawdown(agreement=agreement, hours=hours, by=company.drafting, at=at("2026-02-10"))
