"""Changing drafts, and drafting once more what was ordered. Each call is one transaction and leaves an event."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing import queries as billing_queries
from billing.engine.terms import Rule
from billing.models import Agreement
from catalog import queries as catalog_queries
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import Business, Customer, Project
from customers.permissions import Permission
from orders import agreement_terms, errors
from orders.commands import KEEP, CreateOrder, ItemRef, Keep, LineSpec, Origin, PartySpec, UpdateOrder
from orders.models import Line, Order, Party
from orders.services import composing, creating, moves, shipping, tagging


@transaction.atomic
def update_order(
    *, order: Order, changes: UpdateOrder, by: Actor, at: datetime, seen_version: int | None = None
) -> Order:
    """Change a draft, or a submitted and unsigned order; its version rises and its editor becomes a contributor.

    Raises TransitionNotAllowed, StaleOrder when it is no longer at `seen_version`, and what create_order raises.
    """
    by.require(Permission.DRAFT, business=order.business)
    stored = moves.locked(order, by=by, seen_version=seen_version)
    if not stored.is_editable:
        raise errors.TransitionNotAllowed(
            f"{stored.number} can no longer be changed: it is {moves.state_in_words(stored)}.", field="status"
        )
    return rewrite(stored=stored, known=lines_of(stored), changes=changes, by=by, at=at)


def lines_of(order: Order) -> list[Line]:
    """The lines of an order with their items, in their order."""
    return list(order.lines.select_related("catalog_item").order_by("position"))


def rewrite(*, stored: Order, known: Sequence[Line], changes: UpdateOrder, by: Actor, at: datetime) -> Order:
    """Change an order that may be changed, whose row the caller holds, and whose lines are known."""
    lines = list(known)
    totals = {line.uid: line.line_total_cents for line in known}
    before = {**moves.state(stored, known), **moves.labels(stored)}
    _apply(stored, changes, at)
    if not isinstance(changes.lines, Keep):
        if shipping.is_tracked(stored):
            raise errors.LinesTracked(f"The lines of {stored.number} are in production.", field="lines")
        lines = composing.lines(stored, changes.lines, known=known)
    composing.price(stored, lines, at)
    if stored.submitted_at:
        moves.check_complete(stored, lines, at)
        stored.terms_sha256 = agreement_terms.sha256(order=stored, lines=lines)
    stored.contributor_ids = moves.contributors(stored.contributor_ids, by)
    moves.save_version(stored, at)
    if isinstance(changes.lines, Keep):
        _store_totals(stored, [line for line in lines if line.line_total_cents != totals[line.uid]])
    else:
        _replace_lines(stored, known, lines)
    if not isinstance(changes.parties, Keep):
        stored.parties.all().delete()
        _store_parties(stored, changes.parties)
    moves.record(stored, "update", by=by, at=at, before=before, lines=lines, also=moves.labels(stored))
    return stored


@transaction.atomic
def reorder(*, agreement: Agreement, by: Actor, at: datetime) -> Order:
    """A new draft with the agreement's prepaid lines: same quantity, price and rule.

    Raises NothingToReorder when the agreement has none.
    """
    prepaid = billing_queries.lines_by_rule(agreement=agreement, rule=Rule.PREPAID_BLOCK)
    if not prepaid:
        raise errors.NothingToReorder("This contract has no prepaid block to reorder.")
    return creating.create_order(
        business=agreement.business,
        command=CreateOrder(
            origin=Origin(agreement.order.origin),
            customer=str(agreement.customer.uid),
            term_months=agreement.term_months,
            tax_treatment=agreement.tax_treatment or None,
            currency=agreement.currency,
            lines=tuple(
                LineSpec(
                    item=_item_still_sold(agreement.business, line.catalog_item_uid),
                    description=line.description,
                    qty=line.qty,
                    unit_price_cents=line.unit_price_cents,
                    billing_rule=Rule.PREPAID_BLOCK,
                )
                for line in prepaid
            ),
        ),
        by=by,
        at=at,
    )


def _item_still_sold(business: Business, uid: UUID | None) -> ItemRef | None:
    """An item that left the catalog is not named again; the line has its own words."""
    code = str(uid)
    active = catalog_queries.items_by_code(business=business, scheme=catalog_queries.OWN_SCHEME, codes=[code])
    return ItemRef(scheme=catalog_queries.OWN_SCHEME, code=code) if uid and active else None


def _apply(order: Order, changes: UpdateOrder, at: datetime) -> None:
    """Write the changed header fields onto the order; text that is cleared becomes blank."""
    if not isinstance(changes.customer, Keep):
        order.customer = _customer(order.business, changes.customer)
    if not isinstance(changes.project, Keep):
        order.project = _project(order.business, changes.project)
    if not isinstance(changes.fixed_tax, Keep):
        composing.carry_tax(order, changes.fixed_tax)
    creating.check_project(order)
    _apply_labels(order, changes)
    if changes.valid_until_date not in (KEEP, order.valid_until_date):
        composing.offer_day(day=changes.valid_until_date, business=order.business, at=at)
    for name, value in _plain_changes(changes).items():
        setattr(order, name, value)


def _apply_labels(order: Order, changes: UpdateOrder) -> None:
    if not isinstance(changes.tags, Keep):
        order.tags = tagging.edited(order, add=changes.tags.add, remove=changes.tags.remove)
    if not isinstance(changes.attributes, Keep):
        order.attributes = dict(changes.attributes)


def _plain_changes(changes: UpdateOrder) -> dict[str, object]:
    plain = {
        "description": changes.order_description or "",
        "order_start_date": changes.order_start_date,
        "first_invoice_date": changes.first_invoice_date,
        "term_months": changes.term_months,
        "discount_cents": changes.discount_cents,
        "tax_treatment": changes.tax_treatment or "",
        "po_number": changes.po_number or "",
        "valid_until_date": changes.valid_until_date,
    }
    return {name: value for name, value in plain.items() if not isinstance(value, Keep)}


def _customer(business: Business, uid: str) -> Customer:
    found = customer_queries.customer_by_uid(business=business, uid=uid)
    if found is None:
        raise errors.UnknownCustomer("Customer not found", field="customer")
    return found


def _project(business: Business, uid: str | None) -> Project | None:
    if uid is None:
        return None
    found = customer_queries.project_by_uid(business=business, uid=uid)
    if found is None:
        raise errors.UnknownProject("Project not found", field="project")
    return found


def _store_parties(order: Order, parties: Sequence[PartySpec]) -> None:
    Party.objects.bulk_create(Party(business=order.business, order=order, **asdict(party)) for party in parties)


def _replace_lines(order: Order, known: Sequence[Line], lines: Sequence[Line]) -> None:
    """Write only what is new or another: a changed line is a new row with the old public id."""
    as_is = {line.uid: _values(line) for line in known}
    stay = {line.uid for line in lines if as_is.get(line.uid) == _values(line)}
    if gone := [line.pk for line in known if line.uid not in stay]:
        order.lines.filter(pk__in=gone).delete()
    _store_lines(order, [line for line in lines if line.uid not in stay])


def _values(line: Line) -> list[object]:
    return [getattr(line, field.attname) for field in Line._meta.concrete_fields if not field.primary_key]


def _store_totals(order: Order, lines: Sequence[Line]) -> None:
    """A term that changes changes what the lines come to over it."""
    Line.objects.for_business(order.business).bulk_update(lines, ["line_total_cents"])


def _store_lines(order: Order, lines: Sequence[Line]) -> None:
    for line in lines:
        line.order = order
    Line.objects.bulk_create(lines)
