"""Everything that happened to an order, through every channel: one stream of the ledger's events."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from billing.models import Drawdown, Invoice
from customers.models import Business, Event
from customers.tenancy import TenantQuerySet
from orders.models import ChangeOrder, Order, Question, ReplayRecord, Shipment

# What an event may say in words, in any of its shapes.
SAID = ("comment", "decision_reason", "reason", "text", "answer")
PLACE = "line_words"
PEOPLE_SHOWN = 50
PERSON = re.compile(r"(?P<sort>staff|client)-(?P<number>\d{1,18})", re.ASCII)
KINDS = {
    "changes": "Changes only",
    "comments": "Comments",
    "question": "Questions",
    "order": "Order",
    "agreement": "Agreement",
    "invoice": "Invoices",
    "changeorder": "Change orders",
    "shipment": "Parcels",
    "api": "API calls",
    "command": "Commands",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody, or some program, that left events; `slug` finds them in an address."""

    slug: str
    name: str


def events(*, order: Order) -> TenantQuerySet[Event]:
    """The events of an order, its questions, agreement, invoices, drawdowns, changes and parcels, newest first."""
    business = order.business
    of = Q(subject_type="order", subject_id=order.pk)
    of |= Q(subject_type="shipment", subject_id__in=_ids(Shipment.objects.for_business(business).filter(order=order)))
    of |= Q(subject_type="question", subject_id__in=_ids(Question.objects.for_business(business).filter(order=order)))
    if order.agreement_id:
        of |= Q(subject_type="agreement", subject_id=order.agreement_id)
        of |= _of_agreement("invoice", Invoice, order)
        of |= _of_agreement("changeorder", ChangeOrder, order)
        drawdowns = Drawdown.objects.for_business(business).filter(agreement_line__agreement_id=order.agreement_id)
        of |= Q(subject_type="drawdown", subject_id__in=_ids(drawdowns))
    rows = Event.objects.for_business(business).filter(of).select_related("staff_member__user", "credential")
    return rows.order_by("-id")


def narrowed(rows: TenantQuerySet[Event], *, kind: str, person: str) -> TenantQuerySet[Event]:
    """The events of one kind (of KINDS) and by one person (a slug of `people`); anything else narrows nothing."""
    return rows.filter(_of_kind(kind), _by(person))


def _of_kind(kind: str) -> Q:
    match kind:
        case "changes":
            return ~Q(action="comment") & ~Q(subject_type="question")
        case "comments":
            return Q(action="comment")
        case "api":
            return Q(credential__isnull=False)
        case "command":
            return Q(channel="command")
    return Q(subject_type=kind) if kind in KINDS else Q()


def _by(person: str) -> Q:
    if person == "system":
        return Q(staff_member=None, credential=None)
    match = PERSON.fullmatch(person)
    if match is None:
        return Q()
    number = int(match["number"])
    return Q(credential_id=number) if match["sort"] == "client" else Q(staff_member_id=number, credential=None)


def people(*, order: Order) -> list[Person]:
    """Who left events on an order, at most fifty."""
    columns = ("staff_member_id", "credential_id", "credential__name", "actor_name")
    found = events(order=order).order_by().values_list(*columns).distinct()[: PEOPLE_SHOWN * 2]
    named: dict[str, str] = {}
    for staff_member, credential, client, name in found:
        if credential:
            named[f"client-{credential}"] = f"{client} (API)"
        elif staff_member:
            named[f"staff-{staff_member}"] = name
        else:
            named["system"] = "Commands and jobs"
    return [Person(slug=slug, name=name) for slug, name in sorted(named.items(), key=lambda pair: pair[1])][
        :PEOPLE_SHOWN
    ]


def in_short(rows: TenantQuerySet[Event]) -> TenantQuerySet[Event]:
    """Events without what they moved, but with what somebody said: a page of them stays small whatever they hold."""
    said = {f"said_{name}": KeyTextTransform(name, "after") for name in (*SAID, PLACE)}
    return rows.defer("before", "after").annotate(**said, mentions=KeyTransform("mentions", "after"))


def replays(*, business: Business, events: Iterable[Event]) -> Mapping[int, ReplayRecord]:
    """The stored answer to the call behind an event, by the event's id, where its client sent a key."""
    calls = {(event.credential_id, event.request_id): event.pk for event in events if event.credential_id}
    if not calls:
        return {}
    rows = (
        ReplayRecord.objects.for_business(business)
        .defer("body")
        .filter(
            credential_id__in={client for client, _ in calls},
            request_id__in={request for _, request in calls if request},
        )
    )
    by_call = {(row.credential_id, row.request_id): row for row in rows}
    return {pk: by_call[call] for call, pk in calls.items() if call in by_call}


def _ids(rows: TenantQuerySet[Shipment] | TenantQuerySet[Drawdown] | TenantQuerySet[Question]) -> object:
    return rows.values("pk")


def _of_agreement(kind: str, model: type[Invoice] | type[ChangeOrder], order: Order) -> Q:
    rows = model.objects.for_business(order.business).filter(agreement=order.agreement)
    return Q(subject_type=kind, subject_id__in=rows.values("pk"))
