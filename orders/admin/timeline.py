"""The timeline of an order on the desk: filtered, paged, one entry at a time in full, as CSV; and comments."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.http import urlencode

from customers import csv_cells
from customers.actors import Actor
from customers.admin.base import actor_of, business_of
from customers.admin.verbs import Verb, VerbsAdmin
from customers.models import Event
from orders import queries, services, timeline
from orders.admin import questions
from orders.models import Order, ReplayRecord

PER_PAGE = 50
LAST_PAGE = 200
LATEST = 8
BATCH = 500
COLUMNS = "id at subject action actor channel client request_id replays before after".split()


def comment(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.comment(order=order, text=posted.get("comment", ""), line=questions.line_of(posted), by=by, at=at)


VERBS = (Verb(slug="comment", call=comment, done="Your comment is on the timeline of {row}."),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An event as the stream shows it."""

    event: Event
    said: str
    replay: ReplayRecord | None
    line: str = ""
    mentions: Sequence[str] = ()


class TimelineMixin(VerbsAdmin[Order]):
    """`<id>/timeline/`, an entry of it at `?event=ID`, and the same as CSV."""

    def get_urls(self) -> list[URLPattern]:
        page, rows = self.admin_site.admin_view(self.timeline_view), self.admin_site.admin_view(self.timeline_csv)
        return [
            path("<path:object_id>/timeline/", page, name="orders_order_timeline"),
            path("<path:object_id>/timeline.csv", rows, name="orders_timeline_csv"),
            *super().get_urls(),
        ]

    def timeline_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        order = self._order(request, object_id)
        if "event" in request.GET:
            return self._entry(request, order, request.GET["event"])
        kind, person, number = _chosen(request)
        found = timeline.narrowed(timeline.events(order=order), kind=kind, person=person)
        start = (number - 1) * PER_PAGE
        rows = list(timeline.in_short(found)[start : start + PER_PAGE + 1])
        return self.page(
            request,
            "admin/orders/timeline.html",
            row=order,
            title=f"Timeline of {order.number}",
            order=order,
            entries=entries(order, rows[:PER_PAGE]),
            kinds=timeline.KINDS,
            may_say=not actor_of(request).may_only_read,
            people=timeline.people(order=order),
            kind=kind,
            person=person,
            query=urlencode({"kind": kind, "person": person}),
            number=number,
            newer=number - 1,
            older=number + 1 if len(rows) > PER_PAGE and number < LAST_PAGE else 0,
        )

    def timeline_csv(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        order = self._order(request, object_id)
        kind, person, _ = _chosen(request)
        found = timeline.narrowed(timeline.events(order=order), kind=kind, person=person)
        answer = StreamingHttpResponse(_csv(order, found), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{order.number}-timeline.csv"'
        return answer

    def _entry(self, request: HttpRequest, order: Order, typed: str) -> HttpResponse:
        """One event in full, before and after; another order's is not there."""
        known = typed.isascii() and typed.isdigit() and len(typed) < 19
        event = timeline.events(order=order).filter(pk=int(typed)).first() if known else None
        if event is None:
            raise Http404
        replay = timeline.replays(business=order.business, events=[event]).get(event.pk)
        title = f"Entry {event.pk} of {order.number}"
        return self.page(
            request, "admin/orders/timeline_entry.html", row=order, title=title, order=order, event=event, replay=replay
        )

    def _order(self, request: HttpRequest, object_id: str) -> Order:
        return queries.orders(business=business_of(request)).get(pk=self.row(request, object_id).pk)


def latest(order: Order) -> list[Entry]:
    """The newest entries, for the foot of the document."""
    return entries(order, list(timeline.in_short(timeline.events(order=order))[:LATEST]))


def entries(order: Order, rows: list[Event]) -> list[Entry]:
    known = timeline.replays(business=order.business, events=rows)
    return [
        Entry(event=row, said=_said(row), replay=known.get(row.pk), line=_line_of(row), mentions=_mentions_of(row))
        for row in rows
    ]


def _said(event: Event) -> str:
    return next(filter(None, (getattr(event, f"said_{name}") for name in timeline.SAID)), "")


def _line_of(event: Event) -> str:
    return getattr(event, f"said_{timeline.PLACE}") or ""


def _mentions_of(event: Event) -> Sequence[str]:
    return getattr(event, "mentions", None) or ()


def _chosen(request: HttpRequest) -> tuple[str, str, int]:
    typed = request.GET.get("page", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1
    kind = request.GET.get("kind", "")
    return kind if kind in timeline.KINDS else "", request.GET.get("person", "")[:30], min(max(number, 1), LAST_PAGE)


def _csv(order: Order, rows: Any) -> Iterator[str]:
    """The events as lines, in batches, so that no timeline is held in memory."""
    yield csv_cells.line(COLUMNS)
    batch: list[Event] = []
    for event in rows.iterator(chunk_size=BATCH):
        batch.append(event)
        if len(batch) == BATCH:
            yield from _lines(order, batch)
            batch = []
    yield from _lines(order, batch)


def _lines(order: Order, batch: list[Event]) -> Iterator[str]:
    known = timeline.replays(business=order.business, events=batch)
    for event in batch:
        replay = known.get(event.pk)
        yield csv_cells.line(
            map(
                csv_cells.text,
                (
                    event.pk,
                    event.at.isoformat(),
                    f"{event.subject_type} {event.subject_id}",
                    event.action,
                    event.actor_name,
                    event.channel,
                    event.credential.name if event.credential else "",
                    event.request_id,
                    replay.replays if replay else None,
                    _as_json(event.before),
                    _as_json(event.after),
                ),
            )
        )


def _as_json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
