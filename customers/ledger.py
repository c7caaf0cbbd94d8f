"""The event ledger: every change leaves one row, in the transaction of the change."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from customers import in_memory
from customers.actors import Actor
from customers.models import ApiCredential, Business, Event
from customers.tenancy import TenantModel, TenantQuerySet

State = Mapping[str, object]
COLUMNS = (
    "business_id",
    "subject_type",
    "subject_id",
    "action",
    "channel",
    "staff_member_id",
    "credential_id",
    "actor_name",
    "request_id",
    "at",
    "before",
    "after",
)
_as_json = DjangoJSONEncoder().encode


def event(
    *,
    subject: TenantModel | Business,
    action: str,
    by: Actor,
    at: datetime,
    before: State | None = None,
    after: State | None = None,
) -> Event:
    """An event of the subject's business, not yet stored: what changed, from what to what."""
    return in_memory.new(
        Event,
        {"staff_member": by.staff_member, "credential": by.credential},
        business_id=subject.pk if isinstance(subject, Business) else subject.business_id,
        subject_type=_kind(subject),
        subject_id=subject.pk,
        action=action,
        channel=by.channel,
        actor_name=by.name,
        request_id=by.request_id,
        at=at,
        before=before or {},
        after=after or {},
    )


def record(
    *,
    subject: TenantModel | Business,
    action: str,
    by: Actor,
    at: datetime,
    before: State | None = None,
    after: State | None = None,
) -> None:
    """Store one event."""
    event(subject=subject, action=action, by=by, at=at, before=before, after=after).save(force_insert=True)


def rows(
    *,
    business: Business,
    subject: type[models.Model],
    action: str,
    by: Actor,
    at: datetime,
    after: Iterable[tuple[int, State]],
) -> Iterator[tuple[object, ...]]:
    """Events of one action on many subjects as rows of `COLUMNS`; `after` is the state of each, by its id."""
    done = business.pk, _kind(subject)
    staff_member, credential = by.staff_member and by.staff_member.pk, by.credential and by.credential.pk
    how = by.channel, staff_member, credential, by.name, by.request_id, at, "{}"
    return ((*done, pk, action, *how, _as_json(state)) for pk, state in after)


def history(*, business: Business, subject: models.Model) -> TenantQuerySet[Event]:
    """What happened to one thing, oldest first, with the people who did it."""
    return (
        Event.objects.for_business(business)
        .filter(subject_type=_kind(subject), subject_id=subject.pk)
        .select_related("staff_member__user", "credential")
        .order_by("id")
    )


def of_request(*, business: Business, credential: ApiCredential, request_id: str) -> TenantQuerySet[Event]:
    """What a client's request changed, oldest first; nothing for a request without an id."""
    rows = Event.objects.for_business(business)
    return rows.filter(request_id=request_id, credential=credential).order_by("id") if request_id else rows.none()


def of_kind(*, business: Business, model: type[models.Model], ids: Iterable[int], action: str) -> TenantQuerySet[Event]:
    """When something of one sort was done to these rows of a model, oldest first."""
    events = Event.objects.for_business(business).filter(subject_type=_kind(model), subject_id__in=ids)
    return events.filter(action=action).order_by("id")


def _kind(subject: models.Model | type[models.Model]) -> str:
    return subject._meta.label_lower.rpartition(".")[2]
