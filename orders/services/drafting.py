"""Drafting orders: create, change, reorder. Each call is one transaction and leaves an event."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from billing import queries as billing_queries
from billing.engine import charges, refusals
from billing.engine.terms import Rule, Timing
from billing.models import Agreement
from catalog import queries as catalog_queries
from catalog.models import CatalogItem
from customers import currencies
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import Business, Customer, Project
from customers.permissions import Permission
from orders import agreement_terms, errors
from orders.commands import CreateOrder, ItemRef, Keep, LineSpec, Origin, UpdateOrder
from orders.models import Line, Order, Party
from orders.services import moves

MOST_LINES = 2_000


@transaction.atomic
def create_order(*, business: Business, command: CreateOrder, by: Actor, at: datetime) -> Order:
    """Store a draft order with its lines, in a number of statements that does not grow with the lines.

    Raises UnknownCustomer, UnknownProject, ProjectOfAnotherCustomer, UnknownItem, UnknownCurrency, TooManyLines or
    RefusedTerms; then nothing is stored.
    """
    by.require(Permission.DRAFT, business=business)
    order = Order(
        business=business,
        uid=uuid4(),
        origin=command.origin,
        customer=_customer(business, command.customer),
        project=_project(business, command.project),
        description=command.order_description or "",
        order_start_date=command.order_start_date,
        first_invoice_date=command.first_invoice_date,
        term_months=command.term_months,
        discount_cents=command.discount_cents,
        tax_treatment=command.tax_treatment or "",
        currency=_currency(business, command.currency),
        stub=command.stub,
        minimum_commitment_cents=command.minimum_commitment_cents,
        created_by=by.staff_member,
        created_through=by.credential,
        contributor_ids=moves.contributors([], by),
        created_at=at,
        updated_at=at,
    )
    _check_project(order)
    lines = _lines(order, command.lines)
    _price(order, lines, at)
    order.number = _next_number(business)
    order.save(force_insert=True)
    _store_lines(order, lines)
    Party.objects.bulk_create(Party(business=business, order=order, **asdict(party)) for party in command.parties)
    moves.record(order, "create", by=by, at=at, before={}, lines=lines)
    return order


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
    lines = list(stored.lines.order_by("position"))
    before = moves.state(stored, lines)
    _apply(stored, changes)
    if not isinstance(changes.lines, Keep):
        lines = _lines(stored, changes.lines)
    _price(stored, lines, at)
    if stored.submitted_at:
        moves.check_complete(stored, lines, at)
        stored.terms_sha256 = agreement_terms.sha256(order=stored, lines=lines)
    stored.contributor_ids = moves.contributors(stored.contributor_ids, by)
    moves.save_version(stored, at)
    if not isinstance(changes.lines, Keep):
        stored.lines.all().delete()
        _store_lines(stored, lines)
    moves.record(stored, "update", by=by, at=at, before=before, lines=lines)
    return stored


@transaction.atomic
def reorder(*, agreement: Agreement, by: Actor, at: datetime) -> Order:
    """A new draft with the agreement's prepaid lines: same quantity, price and rule.

    Raises NothingToReorder when the agreement has none.
    """
    prepaid = billing_queries.lines_by_rule(agreement=agreement, rule=Rule.PREPAID_BLOCK)
    if not prepaid:
        raise errors.NothingToReorder("This contract has no prepaid block to reorder.")
    return create_order(
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


def _apply(order: Order, changes: UpdateOrder) -> None:
    """Write the changed header fields onto the order; text that is cleared becomes blank."""
    if not isinstance(changes.customer, Keep):
        order.customer = _customer(order.business, changes.customer)
    if not isinstance(changes.project, Keep):
        order.project = _project(order.business, changes.project)
    _check_project(order)
    for name, value in _plain_changes(changes).items():
        setattr(order, name, value)


def _plain_changes(changes: UpdateOrder) -> dict[str, object]:
    plain = {
        "description": changes.order_description or "",
        "order_start_date": changes.order_start_date,
        "first_invoice_date": changes.first_invoice_date,
        "term_months": changes.term_months,
        "discount_cents": changes.discount_cents,
        "tax_treatment": changes.tax_treatment or "",
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


def _check_project(order: Order) -> None:
    """A project of a customer is for that customer's orders; one of nobody is for any."""
    if order.project and order.project.customer_id not in (None, order.customer_id):
        raise errors.ProjectOfAnotherCustomer(
            "project_id names a project of another customer: choose one of this order's customer, or none.",
            field="project",
        )


def _currency(business: Business, code: str | None) -> str:
    if code is not None and not currencies.is_known(code):
        raise errors.UnknownCurrency(f"{code} is not an ISO 4217 currency.", field="currency")
    return code or business.currency


def _lines(order: Order, specs: Sequence[LineSpec]) -> list[Line]:
    if len(specs) > MOST_LINES:
        raise errors.TooManyLines(f"An order has at most {MOST_LINES} lines.", field="lines")
    found = items(order.business, specs)
    return [_line(order, position, spec, found) for position, spec in enumerate(specs)]


def items(business: Business, specs: Sequence[LineSpec]) -> dict[ItemRef, CatalogItem]:
    """The items behind the lines, one statement for each scheme in use. Raises UnknownItem for the first missing."""
    wanted = {spec.item: position for position, spec in reversed(list(enumerate(specs))) if spec.item}
    found: dict[ItemRef, CatalogItem] = {}
    for scheme in {ref.scheme for ref in wanted}:
        codes = [ref.code for ref in wanted if ref.scheme == scheme]
        known = catalog_queries.items_by_code(business=business, scheme=scheme, codes=codes)
        found |= {ItemRef(scheme=scheme, code=code): known[code] for code in codes if code in known}
    for ref, position in sorted(wanted.items(), key=lambda pair: pair[1]):
        if ref not in found:
            raise errors.UnknownItem(f"There is no catalog item {ref.code}.", field=f"lines[{position}].item")
    return found


def _line(order: Order, position: int, spec: LineSpec, found: dict[ItemRef, CatalogItem]) -> Line:
    item = found[spec.item] if spec.item else None
    timing = spec.billing_timing or (Timing.EACH_PERIOD if spec.billing_rule is Rule.RECURRING else None)
    return Line(
        business=order.business,
        uid=uuid4(),
        order=order,
        position=position,
        catalog_item=item,
        description=spec.description or (item.name if item else ""),
        qty=spec.qty,
        unit_price_cents=spec.unit_price_cents,
        billing_rule=spec.billing_rule,
        billing_timing=timing or "",
        ramp_schedule=spec.ramp_schedule,
        prepaid_expiry_months=spec.prepaid_expiry_months,
        pricing=spec.pricing,
    )


def _price(order: Order, lines: Sequence[Line], at: datetime) -> None:
    """Set the totals and refuse terms that contradict themselves, as far as they are present (R17)."""
    today = customer_queries.today(business=order.business, at=at)
    terms = agreement_terms.engine_terms(order=order, lines=lines, approved_on=today)
    try:
        for signed in terms.lines:
            refusals.check_line(signed)
        refusals.check(terms)
    except refusals.TermsRefused as refused:
        raise errors.RefusedTerms(refused.message, field=refused.field, rule=refused.code) from refused
    for line, signed in zip(lines, terms.lines, strict=True):
        line.line_total_cents = charges.line_total(line=signed, term_months=terms.term_months)
    order.subtotal_cents = sum(line.line_total_cents for line in lines)
    order.total_cents = order.subtotal_cents - order.discount_cents


def _next_number(business: Business) -> str:
    """The next order number of the business. A number whose order is rolled back stays unused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [f"order_number_{business.pk}"])
        row = cursor.fetchone()
    assert row is not None
    return f"ORD-{row[0]:06d}"


def _store_lines(order: Order, lines: Sequence[Line]) -> None:
    for line in lines:
        line.order = order
    Line.objects.bulk_create(lines)
