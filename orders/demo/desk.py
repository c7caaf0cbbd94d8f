"""Opening a studio: its books, its people, its tax table, its customers and its catalog."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing import services as billing_services
from billing.engine.tax import Mode
from catalog import services as catalog_services
from catalog.models import ItemType
from customers import credentials
from customers import services as customer_services
from customers.actors import Actor, Channel
from customers.models import Business, Customer, Project, User
from customers.permissions import Permission, Role
from orders.demo.deals import ITEM_SCHEME, Hand, Person, Studio

SYSTEM = Actor.system(name="demo")
DOOR = Channel.DAYZERO
TAXED_SINCE = date(2020, 1, 1)
TAXES = {
    "none": (Mode.NONE, Decimal(0)),
    "standard": (Mode.EXCLUSIVE, Decimal(20)),
    "standard-inclusive": (Mode.INCLUSIVE, Decimal(20)),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A studio that is open: who drafts, approves and bills, and its customers and projects by name."""

    business: Business
    hands: Mapping[Hand, Actor]
    approver: Actor
    ops: Actor
    customers: Mapping[str, Customer]
    projects: Mapping[str, Project]


def open_desk(*, studio: Studio, at: datetime) -> Desk:
    """Make everything a studio needs before its first order."""
    business = customer_services.create_business(
        name=studio.name, currency=studio.currency, timezone=studio.timezone, by=SYSTEM, at=at
    )
    for label, (mode, rate_percent) in TAXES.items():
        billing_services.set_tax_rate(
            business=business,
            label=label,
            mode=mode,
            rate_percent=rate_percent,
            from_date=TAXED_SINCE,
            by=SYSTEM,
            at=at,
        )
    _add_items(business, studio, at)
    approver, *_ = [_hire(business, person, Role.APPROVER, at) for person in studio.approvers]
    drafter = _hire(business, studio.drafter, Role.DRAFTER, at)
    for role, people in ((Role.FINANCE, studio.finance), (Role.AUDITOR, studio.auditors)):
        for person in people:
            _hire(business, person, role, at)
    customers = _add_customers(business, studio, drafter, at)
    return Desk(
        business=business,
        hands={
            Hand.DRAFTER: drafter,
            Hand.APPROVER: approver,
            Hand.API: Actor.api(issue_credential(business=business, name="CRM", at=at).credential),
        },
        approver=approver,
        ops=_hire(business, studio.ops, Role.OPS, at),
        customers=customers,
        projects=_add_projects(business, studio, customers, drafter, at),
    )


def issue_credential(*, business: Business, name: str, at: datetime) -> credentials.IssuedCredential:
    """A Day Zero key that may do everything."""
    return credentials.issue(
        business=business,
        door=DOOR,
        name=name,
        scopes=frozenset(Permission),
        at=at,
        by=SYSTEM,
    )


def _hire(business: Business, person: Person, role: Role, at: datetime) -> Actor:
    """Somebody who can enter the admin, once a password is set."""
    user = User.objects.create_user(
        username=person.username,
        email=f"{person.username}@example.com",
        first_name=person.first_name,
        last_name=person.last_name,
        is_staff=True,
    )
    return Actor.staff(
        customer_services.add_staff_member(
            business=business, user=user, role=role, limits=dict(person.limits), by=SYSTEM, at=at
        )
    )


def _add_items(business: Business, studio: Studio, at: datetime) -> None:
    for item in studio.items:
        catalog_services.create_item(
            business=business,
            name=item.name,
            description=item.description,
            item_type=ItemType.SERVICE,
            unit_price_cents=item.unit_price_cents,
            codes={ITEM_SCHEME: item.sku},
            by=SYSTEM,
            at=at,
        )


def _add_customers(business: Business, studio: Studio, by: Actor, at: datetime) -> dict[str, Customer]:
    return {
        client.name: customer_services.create_customer(
            business=business,
            name=client.name,
            email=client.email,
            timezone=client.timezone,
            net_days=client.net_days,
            by=by,
            at=at,
        )
        for client in studio.clients
    }


def _add_projects(
    business: Business, studio: Studio, customers: Mapping[str, Customer], by: Actor, at: datetime
) -> dict[str, Project]:
    return {
        name: customer_services.create_project(
            business=business, name=name, customer=customers[client.name], by=by, at=at
        )
        for client in studio.clients
        for name in client.projects
    }
