"""Rows for the buttons that need one of their own, and what is posted to them: held, asked about, put off, merged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model
from django.test import RequestFactory
from django.utils import timezone

from billing.states import ChangePurpose
from catalog import services as catalog_services
from customers import deputies
from customers import merging as customer_merging
from customers.actors import Actor
from customers.models import StaffMember, User
from orders import bulk_queries, services
from orders.admin import bulk_pages
from orders.admin.agreed_forms import FORMS
from orders.bulk import BulkCommand, BulkOutcome, BulkTask
from orders.models import Shipment, Snooze, ViewPin
from orders.services import merging
from orders.services.bulk import Verdict
from orders.states import ShipmentState
from tests import factories
from tests.admin.pages import tracked
from tests.admin.whole_desk import sent_off
from tests.cast import Company, agreement_of, approved, at, draft, line, monthly
from tests.orders.test_change_purposes import agreed, onboarding
from tests.orders.test_policies import approver

SOON = at("2026-01-07")


@dataclass(frozen=True, kw_only=True)
class Own:
    """What one route is asked with: its row if it has one, and what its form says, for each person something else."""

    row: Model | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    by_name: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def own_rows(company: Company, people: Mapping[str, StaffMember]) -> dict[str, Own]:
    """By route."""
    order = "orders/order/<path:object_id>"
    until = str(timezone.now().date() + timedelta(days=9))
    return {
        f"{order}/release_line/": held(company),
        f"{order}/answer/": asked_about(company, answer="Because"),
        f"{order}/settle/": asked_about(company),
        **{f"{order}/{route}": own for purpose in FORMS for route, own in changeable(company, purpose)},
        "orders/order/<int:pk>/wake/": put_off(company),
        "orders/order/views/<int:pk>/unpin-view/": pinned(company),
        "orders/order/bulk/carry-out/": confirmed(company, people),
        "orders/order/bulk/snooze-orders/": Own(form={"until": until}),
        "orders/order/layout/columns/": Own(form={"column": "customer"}),
        "orders/order/layout/density/": Own(form={"density": "compact"}),
        "orders/shipment/<path:object_id>/ship/": packed(company),
        "customers/staffmember/<path:object_id>/end_delegation/": deputised(company),
        "customers/customer/<path:object_id>/merge/": alike(company),
        "customers/customer/<path:object_id>/undo_merge/": merged(company),
        "catalog/catalogitem/<path:object_id>/restore/": archived(company),
    }


def held(company: Company) -> Own:
    """An order with a line on hold; the latest one that is made is another again, as in the desk's own rows."""
    order = tracked(company)
    line = order.lines.get(position=0)
    services.hold_line(line=line, reason="Wait", by=company.drafting, at=SOON)
    sent_off(company)
    return Own(row=order, form={"line": "0"})


def asked_about(company: Company, **said: str) -> Own:
    """A draft of the drafter's about which operations ask."""
    order = draft(company, monthly())
    question = services.ask(order=order, text="Why?", line=0, by=company.billing, at=SOON)
    return Own(row=order, form={"question": str(question.pk), **said})


def changeable(company: Company, purpose: ChangePurpose) -> Iterator[tuple[str, Own]]:
    """An agreement of which this may be asked, by its form and by a look at what is typed."""
    order = approved(company, monthly(), line())
    if purpose is ChangePurpose.RESUME:
        agreed(company, order, ChangePurpose.PAUSE, effective_on=date(2026, 2, 10))
        order.refresh_from_db()
    said = {
        "description": "Because",
        "seen": services.seen_state(agreement=agreement_of(order)),
        "effective_date": "2026-03-31",
        "term_months": "1",
        "lines": onboarding(order),
    }
    yield f"{purpose}/", Own(row=order, form={**said, "_submit": "1"})
    yield f"{purpose}/preview/", Own(row=order, form=said)


def put_off(company: Company) -> Own:
    return Own(row=Snooze.objects.for_business(company.business).latest("id").order)


def pinned(company: Company) -> Own:
    return Own(row=ViewPin.objects.for_business(company.business).latest("id").view)


def packed(company: Company) -> Own:
    """A parcel of an approved order that waits to leave the house."""
    now = timezone.now()
    row = Shipment.objects.create(
        business=company.business,
        uid=uuid4(),
        order=approved(company, monthly()),
        state=ShipmentState.UPCOMING,
        created_at=now,
        updated_at=now,
    )
    return Own(row=row)


def deputised(company: Company) -> Own:
    """An approver for whom another one stands in; neither of them asks."""
    away, deputy, now = approver(company, "Deb"), approver(company, "Del"), timezone.now()
    delegation = deputies.delegate(
        delegator=away, delegate=deputy, ends_at=now + timedelta(days=9), by=Actor.staff(away), at=now
    )
    return Own(row=away, form={"delegation": str(delegation.pk)})


def alike(company: Company) -> Own:
    survivor, other = (factories.CustomerFactory.create(business=company.business, name=name) for name in ("A", "a"))
    pair = customer_merging.pair(business=company.business, survivor=survivor.pk, merged=other.pk)
    return Own(row=survivor, form={"merged": str(other.pk), "seen_sha256": pair.sha256})


def merged(company: Company) -> Own:
    survivor, other = (factories.CustomerFactory.create(business=company.business, name=name) for name in ("B", "b"))
    merge = merging.merge_customers(
        business=company.business,
        survivor=survivor.pk,
        merged=other.pk,
        take=(),
        by=company.drafting,
        at=timezone.now(),
    )
    return Own(row=survivor, form={"merge": str(merge.pk)})


def archived(company: Company) -> Own:
    """An item off the offer; the latest one is on it."""
    item = factories.CatalogItemFactory.create(business=company.business)
    factories.CatalogItemFactory.create(business=company.business)
    catalog_services.archive_item(item=item, is_active=False, by=company.drafting, at=SOON)
    return Own(row=item)


def confirmed(company: Company, people: Mapping[str, StaffMember]) -> Own:
    """A page on which each was shown one draft to be given a tag, though not everybody may."""
    order = draft(company, monthly())
    choices = bulk_queries.frozen(business=company.business, seen={order.pk: order.version})
    command = BulkCommand(token=UUID(int=7), task=BulkTask.TAG, choices=choices, tag="blue")
    agreed = [Verdict(choice=choice, order=order, outcome=BulkOutcome.DONE) for choice in choices]
    return Own(by_name={name: {"frozen": frozen(member, command, agreed)} for name, member in people.items()})


def frozen(member: StaffMember, command: BulkCommand, agreed: list[Verdict]) -> str:
    request: Any = RequestFactory().post("/")
    request.user = User.objects.select_related("staff_member__business").get(pk=member.user_id)
    return bulk_pages._sign(request, command, agreed)  # noqa: SLF001  # as the page of the rehearsal does
