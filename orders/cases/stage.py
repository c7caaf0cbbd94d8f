"""Where a case is played: its own business with two people, one customer, a tax table, and what the order sells."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Self
from uuid import UUID, uuid4

from billing import services as billing_services
from billing.engine.tax import Mode
from billing.handover import AgreementLineTerms
from billing.models import Agreement, AgreementLine
from catalog import services as catalog_services
from catalog.models import ItemType
from catalog.queries import items_by_code
from customers import checks
from customers import services as customer_services
from customers.actors import Actor
from customers.models import Business, User
from customers.permissions import Role
from orders import services
from orders.cases import order as case_order
from orders.cases.nodes import BadFile, Node
from orders.cases.settings import Settings
from orders.commands import CreateOrder, LineSpec
from orders.models import Order

SYSTEM = Actor.system(name="check_cases")
ALWAYS = date(1900, 1, 1)
OPENED_AT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxRow:
    """A row of a case's tax table, in force at all times."""

    label: str
    mode: Mode
    rate_percent: Decimal

    @classmethod
    def read(cls, label: str, node: Node) -> Self:
        return cls(label=label, mode=node["mode"].one_of(Mode), rate_percent=node["rate_percent"].quantity())


class Clock:
    """The moments of a case: noon of each day, and later than all that came before, as events stand in their order."""

    def __init__(self) -> None:
        self._last = OPENED_AT

    def on(self, day: date) -> datetime:
        self._last = max(noon(day), self._last + timedelta(seconds=1))
        return self._last


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """The people of a case and its submitted order. Whoever submits is not the one who approves."""

    business: Business
    approver: Actor
    order: Order
    clock: Clock = field(default_factory=Clock)

    @property
    def agreement(self) -> Agreement:
        """What the approved order became."""
        found = Agreement.objects.for_business(self.business).first()
        if found is None:
            raise BadFile("Something is to be agreed about an order that is not approved.")
        return found

    def added_line(self, line: LineSpec) -> AgreementLineTerms:
        """A line of a case as it is handed down to its agreement."""
        lines = AgreementLine.objects.for_business(self.business)
        return AgreementLineTerms(
            position=lines.count(),
            order_line_uid=uuid4(),
            catalog_item_uid=self._item(line),
            description=line.description or "",
            qty=line.qty,
            unit_price_cents=line.unit_price_cents,
            billing_rule=line.billing_rule,
            billing_timing=line.billing_timing,
            ramp_schedule=line.ramp_schedule,
            prepaid_expiry_months=line.prepaid_expiry_months,
            pricing=line.pricing,
        )

    def _item(self, line: LineSpec) -> UUID | None:
        if line.item is None:
            return None
        found = items_by_code(business=self.business, scheme=line.item.scheme, codes=[line.item.code])
        return found[line.item.code].uid if found else None

    def line(self, position: int) -> AgreementLine:
        """A line of the agreement, by its place in the order."""
        lines = AgreementLine.objects.for_business(self.business).select_related("agreement")
        found = lines.filter(position=position).first()
        if found is None:
            raise BadFile(f"A usage event names line {position}, which the order does not have.")
        return found


def business() -> Business:
    """A business for one case alone."""
    return customer_services.create_business(
        name="Acceptance case", currency="USD", timezone="UTC", by=SYSTEM, at=OPENED_AT
    )


def open_on(
    *,
    business: Business,
    command: CreateOrder,
    tax_rows: Sequence[TaxRow],
    settings: Settings,
    at: datetime,
) -> Stage:
    """Draft and submit the order as one person, with another at hand to approve it. Raises what the services refuse."""
    for row in tax_rows:
        billing_services.set_tax_rate(
            business=business,
            label=row.label,
            mode=row.mode,
            rate_percent=row.rate_percent,
            from_date=ALWAYS,
            by=SYSTEM,
            at=at,
        )
    _add_items(business, command, at)
    customer = customer_services.create_customer(
        business=business, name="Customer", email="", timezone=settings.timezone, by=SYSTEM, at=at
    )
    drafter = _person(business, Role.DRAFTER, limits={}, at=at)
    order = services.create_order(
        business=business, command=replace(command, customer=str(customer.uid)), by=drafter, at=at
    )
    order = services.submit_order(order=order, by=drafter, at=at)
    limits = {order.currency: checks.LARGEST_CENTS}
    return Stage(business=business, order=order, approver=_person(business, Role.APPROVER, limits=limits, at=at))


def _add_items(business: Business, command: CreateOrder, at: datetime) -> None:
    codes = {line.item.code: line for line in command.lines if line.item}
    for code, line in codes.items():
        catalog_services.create_item(
            business=business,
            name=line.description or code,
            item_type=ItemType.SERVICE,
            unit_price_cents=0,
            codes={case_order.ITEM_SCHEME: code},
            by=SYSTEM,
            at=at,
        )


def _person(business: Business, role: Role, *, limits: dict[str, int], at: datetime) -> Actor:
    """Somebody who cannot log in, with a name that nobody else has."""
    user = User.objects.create_user(username=f"case-{uuid4()}", first_name=role.title())
    return Actor.staff(
        customer_services.add_staff_member(business=business, user=user, role=role, limits=limits, by=SYSTEM, at=at)
    )


def noon(day: date) -> datetime:
    """The moment that stands for a day of a case; its business lives in UTC."""
    return datetime.combine(day, time(12), UTC)
