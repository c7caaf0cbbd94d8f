"""New orders: made in memory of what one statement finds, and stored by one more."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError
from django.db.models import Model

from customers import currencies, in_memory
from customers.actors import Actor
from customers.models import Business, Event
from customers.permissions import Permission
from orders import agreement_terms, errors, hot_sql, replay
from orders.commands import CreateOrder, Origin
from orders.models import DateChange, Line, LineProgress, Order, Party
from orders.services import composing, moves
from orders.states import Action, Status


class NotAtOnce(Exception):
    """What is asked for takes more than a draft: something else is to be written first, in the same transaction."""

    code = "not_at_once"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A new order with all that belongs to it, not yet stored."""

    order: Order
    lines: Sequence[Line]
    parties: Sequence[Party]
    events: Sequence[Event]
    # How far its lines are, and when they are promised to leave, where that is followed.
    progress: Sequence[LineProgress] = ()
    promises: Sequence[DateChange] = ()
    # What its door keeps of it beside its terms.
    beside: Sequence[Model] = ()

    @property
    def rows(self) -> Sequence[Model]:
        """What is stored, in an order in which each row points at earlier ones only."""
        own = (self.order, *self.lines, *self.parties, *self.progress, *self.promises)
        return *own, *self.beside, *self.events

    def shown(self) -> Order:
        """The order as a document of it shows it: what was made is what will be stored."""
        read_ahead(self.order, lines=self.lines, parties=self.parties)
        promises = {promise.line_id: promise for promise in self.promises}
        for row in self.progress:
            promised = promises.get(row.line_id)
            read_ahead(row.line, date_changes=[promised] if promised else [], shipped=[])
        return self.order

    def store(self, *, answer: replay.Answer | None = None, to: replay.KeyedRequest | None = None) -> None:
        """Store all of it, with the answer to the request it came by, if that has a key.

        Raises ReferenceTaken when its door takes a number once and this one is taken, and what `store_with` raises.
        """
        try:
            if answer and to:
                (event, *_), at = self.events, self.order.created_at
                replay.store_with(rows=self.rows, request=to, answer=answer, request_id=event.request_id, at=at)
            else:
                hot_sql.write(self.rows)
        except IntegrityError as error:
            if "order_vu_reference_once" in str(error):
                raise errors.ReferenceTaken("Order number has already been taken", field="reference") from error
            raise


def create_order(*, business: Business, command: CreateOrder, by: Actor, at: datetime) -> Order:
    """Store a draft order with its lines, in a number of statements that does not grow with the lines.

    Raises UnknownCustomer, UnknownProject, ProjectOfAnotherCustomer, UnknownItem, UnknownCurrency, TooManyLines or
    RefusedTerms; then nothing is stored.
    """
    draft = draft_order(business=business, command=command, by=by, at=at)
    draft.store()
    return draft.order


def draft_order(
    *, business: Business, command: CreateOrder, by: Actor, at: datetime, asked_by: replay.KeyedRequest | None = None
) -> Draft:
    """A draft order with its lines, number and event, not yet stored; one statement, whatever its length.

    Raises what create_order raises, and Answered when an answer is kept under the key of the request.
    """
    by.require(Permission.DRAFT, business=business)
    composing.check_count(command.lines)
    found = _found(business, command, asked_by)
    order = _order(business, command, found, by, at)
    lines = composing.new_lines(order, command.lines, found=found.items, ids=found.line_ids)
    composing.carry_tax(order, command.fixed_tax)
    composing.price(order, lines, at)
    return Draft(
        order=order,
        lines=lines,
        parties=[
            Party(id=pk, business=business, order=order, **asdict(party))
            for pk, party in zip(found.party_ids, command.parties, strict=True)
        ],
        events=[_created(order, lines, by, at)],
    )


def _created(order: Order, lines: Sequence[Line], by: Actor, at: datetime) -> Event:
    also = moves.labels(order) if order.origin == Origin.STAFF else None
    return moves.event(order, "create", by=by, at=at, before={}, lines=lines, also=also)


def submit_draft(*, draft: Draft, by: Actor, at: datetime) -> Draft:
    """A new order that is handed over at once, as `submit_order` would hand it over once it is stored.

    Raises RefusedTerms naming the field that is missing or wrong.
    """
    order = draft.order
    by.require(Permission.SUBMIT, business=order.business)
    moves.check_complete(order, draft.lines, at)
    before = moves.state(order)
    order.status, order.version, order.updated_at = Status.SUBMITTED, order.version + 1, at
    order.submitted_at = at
    order.terms_sha256 = agreement_terms.sha256(order=order, lines=draft.lines)
    return replace(draft, events=[*draft.events, moves.event(order, Action.SUBMIT, by=by, at=at, before=before)])


def check_currency(code: str | None) -> None:
    if code is not None and not currencies.is_known(code):
        raise errors.UnknownCurrency(f"{code} is not an ISO 4217 currency.", field="currency")


def check_project(order: Order) -> None:
    """A project of a customer is for that customer's orders; one of nobody is for any."""
    if order.project and order.project.customer_id not in (None, order.customer_id):
        raise errors.ProjectOfAnotherCustomer(
            "project_id names a project of another customer: choose one of this order's customer, or none.",
            field="project",
        )


def _found(business: Business, command: CreateOrder, asked_by: replay.KeyedRequest | None) -> hot_sql.Found:
    found = hot_sql.find(
        business=business,
        customer=command.customer,
        project=command.project,
        items=list(composing.wanted(command.lines)),
        lines=len(command.lines),
        parties=len(command.parties),
        key=asked_by.as_key if asked_by else None,
    )
    replay.check_new(found)
    if found.customer is None:
        raise errors.UnknownCustomer("Customer not found", field="customer")
    if command.project is not None and found.project is None:
        raise errors.UnknownProject("Project not found", field="project")
    return found


def _order(business: Business, command: CreateOrder, found: hot_sql.Found, by: Actor, at: datetime) -> Order:
    check_currency(command.currency)
    order = in_memory.new(
        Order,
        {
            "business": business,
            "customer": found.customer,
            "project": found.project,
            "created_by": by.staff_member,
            "created_through": by.credential,
        },
        id=found.order_id,
        uid=uuid4(),
        number=f"ORD-{found.number:06d}",
        origin=command.origin,
        description=command.order_description or "",
        order_start_date=command.order_start_date,
        first_invoice_date=command.first_invoice_date,
        term_months=command.term_months,
        discount_cents=command.discount_cents,
        tax_treatment=command.tax_treatment or "",
        currency=command.currency or business.currency,
        stub=command.stub,
        minimum_commitment_cents=command.minimum_commitment_cents,
        reference=command.reference,
        tags=list(command.tags),
        attributes=dict(command.attributes),
        po_number=command.po_number,
        valid_until_date=composing.offer_day(day=command.valid_until_date, business=business, at=at),
        contributor_ids=moves.contributors([], by),
        created_at=at,
        updated_at=at,
    )
    check_project(order)
    return order


def read_ahead(row: Model, **related: Sequence[Model]) -> None:
    """Put related rows where Django itself keeps those that were read ahead."""
    row._prefetched_objects_cache = related  # type: ignore[attr-defined]  # noqa: SLF001
