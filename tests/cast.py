"""The people and businesses of the tests, and short sentences to set a scene with."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from billing import services as billing_services
from billing.engine.tax import Mode
from billing.engine.terms import Rule, Timing
from billing.models import Agreement
from customers import credentials
from customers.actors import Actor
from customers.models import Business, Customer, StaffMember
from customers.permissions import Permission, Role
from orders import services
from orders.commands import CreateOrder, DraftChangeOrder, LineChange, LineSpec, Origin, Signature
from orders.models import ChangeOrder, Order
from tests import factories


@dataclass(frozen=True, kw_only=True)
class Company:
    """A business with a drafter, an approver (up to 1,000,000.00 USD), an ops user and a customer."""

    business: Business
    drafter: StaffMember
    approver: StaffMember
    ops: StaffMember
    customer: Customer

    @property
    def drafting(self) -> Actor:
        return Actor.staff(self.drafter)

    @property
    def approving(self) -> Actor:
        return Actor.staff(self.approver)

    @property
    def billing(self) -> Actor:
        return Actor.staff(self.ops)

    def token(self, *scopes: Permission) -> str:
        """A Day Zero token with these scopes, or with all of them."""
        issued = credentials.issue(
            business=self.business,
            door="dayzero",
            name="Test",
            scopes=frozenset(scopes or Permission),
            at=factories.NOON,
            by=Actor.system(),
        )
        return issued.token


def company(name: str) -> Company:
    business = factories.BusinessFactory.create(name=name)
    approver = factories.StaffMemberFactory.create(
        business=business, user__username=f"ana.{name}", user__first_name="Ana", role=Role.APPROVER
    )
    factories.ApprovalLimitFactory.create(staff_member=approver)
    return Company(
        business=business,
        drafter=factories.StaffMemberFactory.create(
            business=business, user__username=f"rui.{name}", user__first_name="Rui", role=Role.DRAFTER
        ),
        approver=approver,
        ops=factories.StaffMemberFactory.create(
            business=business, user__username=f"olu.{name}", user__first_name="Olu", role=Role.OPS
        ),
        customer=factories.CustomerFactory.create(business=business, name=f"Customer of {name}"),
    )


def at(day: str, hour: int = 12) -> datetime:
    """An hour of a day, in UTC: `at("2026-01-31")`."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def line(
    *,
    qty: str = "1",
    unit_price_cents: int = 10_000,
    rule: Rule = Rule.FLAT,
    timing: Timing | None = None,
    ramp: dict[str, object] | None = None,
    description: str = "Plan",
) -> LineSpec:
    return LineSpec(
        qty=Decimal(qty),
        unit_price_cents=unit_price_cents,
        billing_rule=rule,
        billing_timing=timing,
        ramp_schedule=ramp,
        description=description,
    )


def monthly(*, qty: str = "1", unit_price_cents: int = 10_000, description: str = "Plan") -> LineSpec:
    return line(qty=qty, unit_price_cents=unit_price_cents, rule=Rule.RECURRING, description=description)


def draft(
    company: Company,
    *lines: LineSpec,
    by: Actor | None = None,
    start: str | None = "2026-01-31",
    term_months: int | None = 3,
    discount_cents: int = 0,
    tax_treatment: str | None = None,
    currency: str | None = None,
    on: str = "2026-01-05",
) -> Order:
    """A draft order of the company's customer, by its drafter unless said otherwise."""
    first = date.fromisoformat(start) if start else None
    return services.create_order(
        business=company.business,
        command=CreateOrder(
            origin=Origin.STAFF,
            customer=str(company.customer.uid),
            order_start_date=first,
            first_invoice_date=first,
            term_months=term_months,
            discount_cents=discount_cents,
            tax_treatment=tax_treatment,
            currency=currency,
            lines=lines,
        ),
        by=by or company.drafting,
        at=at(on),
    )


def submitted(company: Company, *lines: LineSpec, on: str = "2026-01-05", **terms: object) -> Order:
    order = draft(company, *lines, on=on, **terms)  # type: ignore[arg-type]  # passed through as they are
    return services.submit_order(order=order, by=company.drafting, at=at(on))


def signed(company: Company, *lines: LineSpec, on: str = "2026-01-05", **terms: object) -> Order:
    order = submitted(company, *lines, on=on, **terms)
    signature = Signature(signer_name="Sam Signer", signer_email="sam@example.com")
    return services.sign_order(order=order, signature=signature, signed_at=at(on), by=company.drafting, at=at(on))


def approved(company: Company, *lines: LineSpec, on: str = "2026-01-05", **terms: object) -> Order:
    order = submitted(company, *lines, on=on, **terms)
    return services.approve_order(order=order, by=company.approving, at=at(on))


def agreement_of(order: Order) -> Agreement:
    assert order.agreement is not None
    return order.agreement


def amended(company: Company, agreement: Agreement, effective: str, *, on: str, **terms: Any) -> None:
    """Change the first line of an agreement from a day on, as it is agreed on another."""
    billing_services.amend_line(
        agreement=agreement,
        line=0,
        effective_on=date.fromisoformat(effective),
        by=company.approving,
        at=at(on),
        **terms,
    )


def change_order(
    company: Company,
    order: Order,
    *,
    qty: str = "2",
    value_delta_cents: int = 10_000,
    effective_on: str = "2026-03-31",
    by: Actor | None = None,
    on: str = "2026-01-20",
) -> ChangeOrder:
    """A drafted change of the quantity of an approved order's first line, by the drafter unless said otherwise."""
    assert order.agreement is not None
    return services.draft_change_order(
        agreement=order.agreement,
        command=DraftChangeOrder(
            value_delta_cents=value_delta_cents,
            effective_on=date.fromisoformat(effective_on),
            changed=(LineChange(order_line=str(order.lines.get(position=0).uid), qty=Decimal(qty)),),
        ),
        by=by or company.drafting,
        at=at(on),
    )


def prepared_change(company: Company, order: Order) -> ChangeOrder:
    """The drafter's amendment in its first version: two of the first line in the last of three months, 100.00 more."""
    assert order.agreement is not None
    change = LineChange(order_line=str(order.lines.get(position=0).uid), qty=Decimal(2))
    return services.save_amendment(
        order=order,
        command=DraftChangeOrder(description="More", effective_on=date(2026, 3, 31), changed=(change,)),
        seen=services.seen_state(agreement=order.agreement),
        version=None,
        by=company.drafting,
        at=at("2026-01-20"),
    )


def taxed(company: Company, label: str, mode: Mode, rate_percent: str, since: str = "2000-01-01") -> None:
    """A row of the company's tax table."""
    billing_services.set_tax_rate(
        business=company.business,
        label=label,
        mode=mode,
        rate_percent=Decimal(rate_percent),
        from_date=date.fromisoformat(since),
        by=company.billing,
        at=factories.NOON,
    )
