"""New drafts from what is there: a duplicate of any order, and templates."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from billing.engine.terms import Rule, Stub, Timing
from catalog import queries as catalog_queries
from customers import ledger
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission
from orders import errors
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin, PartySpec
from orders.models import DraftTemplate, Line, Order
from orders.services import composing, creating

PARTY = tuple(PartySpec.__dataclass_fields__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """A new draft, and what of its original is not in it, as sentences."""

    order: Order
    left_out: tuple[str, ...]


@transaction.atomic
def duplicate_order(*, order: Order, by: Actor, at: datetime) -> Copy:
    """A fresh staff draft with the terms of an order in any state, whatever door it came through.

    Raises UnknownCustomer and what else create_order raises.
    """
    by.require(Permission.DRAFT, business=order.business)
    today = customer_queries.today(business=order.business, at=at)
    stored = list(order.lines.select_related("catalog_item").order_by("position"))
    lines, left_out = _still_sold(order.business, [_fresh(line) for line in stored])
    parties = order.parties.order_by("role").values(*PARTY)
    command = CreateOrder(
        origin=Origin.STAFF,
        customer=str(order.customer.uid),
        project=str(order.project.uid) if order.project else None,
        order_description=order.description or None,
        order_start_date=_to_come(order.order_start_date, today),
        first_invoice_date=_to_come(order.first_invoice_date, today),
        term_months=order.term_months,
        discount_cents=order.discount_cents,
        tax_treatment=order.tax_treatment or None,
        currency=order.currency,
        stub=Stub(order.stub),
        minimum_commitment_cents=order.minimum_commitment_cents,
        lines=lines,
        parties=tuple(PartySpec(**party) for party in parties),
        **_labels(order),
    )
    made = _create(order.business, command, by, at)
    left_out += [*_of_the_door(order, stored), *_past_days(order, today), *_of_the_offer(order)]
    if made.discount_cents != order.discount_cents:
        left_out.append("The discount does not fit the lines any more.")
    return Copy(order=made, left_out=tuple(left_out))


@transaction.atomic
def save_template(*, order: Order, name: str, by: Actor, at: datetime) -> DraftTemplate:
    """Keep the terms of an order under a name, without its customer, its days and what belongs to a door.

    Raises TemplateNameTaken, and TemplateWithoutName for a blank one.
    """
    by.require(Permission.DRAFT, business=order.business)
    if not name.strip():
        raise errors.TemplateWithoutName("Give the template a name.", field="name")
    lines = [_fresh(line) for line in order.lines.select_related("catalog_item").order_by("position")]
    template = DraftTemplate(
        business=order.business,
        name=name.strip()[:200],
        currency=order.currency,
        terms=_terms(order, lines),
        line_count=len(lines),
        created_by=by.staff_member,
        created_at=at,
        updated_at=at,
    )
    try:
        with transaction.atomic():
            template.save(force_insert=True)
    except IntegrityError as error:
        if "draft_template_name_once" not in str(error):
            raise
        raise errors.TemplateNameTaken(f"There is a template “{template.name}” already.", field="name") from error
    after = {"name": template.name, "order": order.number, "line_count": len(lines)}
    ledger.record(subject=template, action="create", by=by, at=at, after=after)
    return template


@transaction.atomic
def start_from_template(*, template: DraftTemplate, customer: str, by: Actor, at: datetime) -> Copy:
    """A new draft with a template's terms for a customer, by its public id. Raises what create_order raises."""
    by.require(Permission.DRAFT, business=template.business)
    header: Mapping[str, Any] = template.terms["header"]
    lines, left_out = _still_sold(template.business, [_line(said) for said in template.terms["lines"]])
    command = CreateOrder(
        origin=Origin.STAFF,
        customer=customer,
        currency=template.currency,
        lines=lines,
        **{**header, "stub": Stub(header["stub"]), "tags": tuple(header.get("tags", ()))},
    )
    return Copy(order=_create(template.business, command, by, at), left_out=tuple(left_out))


@transaction.atomic
def retire_template(*, template: DraftTemplate, by: Actor, at: datetime) -> None:
    """Take a template out of the list; its name comes free. Doing it again changes nothing."""
    by.require(Permission.DRAFT, business=template.business)
    rows = DraftTemplate.objects.for_business(template.business).filter(pk=template.pk, is_active=True)
    if rows.update(is_active=False, updated_at=at):
        moved: dict[str, ledger.State] = {"before": {"is_active": True}, "after": {"is_active": False}}
        ledger.record(subject=template, action="retire", by=by, at=at, **moved)


def _create(business: Business, command: CreateOrder, by: Actor, at: datetime) -> Order:
    """Create the draft; a discount that no longer fits what the lines come to is left out."""
    try:
        return creating.create_order(business=business, command=command, by=by, at=at)
    except errors.RefusedTerms as refused:
        if refused.field != "discount_cents":
            raise
        return creating.create_order(business=business, command=replace(command, discount_cents=0), by=by, at=at)


def _fresh(line: Line) -> LineSpec:
    """A line without what was its own: its id, and what only its door knew."""
    return replace(composing.as_specified(line), order_line=None, fixed_amount_cents=None, reference="", attributes={})


def _still_sold(business: Business, specs: Sequence[LineSpec]) -> tuple[tuple[LineSpec, ...], list[str]]:
    """The lines; one whose item left the catalog keeps its words and loses the item."""
    codes = {spec.item.code for spec in specs if spec.item}
    sold = catalog_queries.items_by_code(business=business, scheme=catalog_queries.OWN_SCHEME, codes=codes)
    lines = tuple(spec if not spec.item or spec.item.code in sold else replace(spec, item=None) for spec in specs)
    gone = [number for number, spec in enumerate(specs, start=1) if spec.item and spec.item.code not in sold]
    return lines, [f"The item of {_numbered(gone)} is no longer sold: the words and the price stay."] if gone else []


def _of_the_door(order: Order, lines: Sequence[Line]) -> list[str]:
    left_out = []
    fixed = [line.position + 1 for line in lines if line.fixed_amount_cents is not None]
    if fixed:
        left_out.append(f"The amount of {_numbered(fixed)} was set by its door: here it is quantity times price.")
    if order.fixed_tax_cents is not None:
        left_out.append("The tax came as an amount of its door: choose a tax treatment.")
    if order.origin != Origin.STAFF:
        left_out.append(f"What only {order.origin} knows of it stays there: numbers, tags, shipments, subscriptions.")
    return left_out


def _labels(order: Order) -> dict[str, Any]:
    """What staff sort by goes over; a door's own tags and attributes stay with it."""
    return {"tags": tuple(order.tags), "attributes": dict(order.attributes)} if order.origin == Origin.STAFF else {}


def _of_the_offer(order: Order) -> list[str]:
    told = [
        name for name, given in (("purchase order", order.po_number), ("validity", order.valid_until_date)) if given
    ]
    return [f"Its {' and '.join(told)} stayed with it: type them anew."] if told else []


def _past_days(order: Order, today: date) -> list[str]:
    past = any(day and day < today for day in (order.order_start_date, order.first_invoice_date))
    return ["Its days are over: choose a new start and first invoice."] if past else []


def _to_come(day: date | None, today: date) -> date | None:
    return day if day and day >= today else None


def _numbered(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return f"line{'s' if len(numbers) > 1 else ''} {shown}{' …' if len(numbers) > 10 else ''}"


def _terms(order: Order, lines: Sequence[LineSpec]) -> dict[str, object]:
    header = {
        "order_description": order.description or None,
        "term_months": order.term_months,
        "discount_cents": order.discount_cents,
        "tax_treatment": order.tax_treatment or None,
        "stub": order.stub,
        "minimum_commitment_cents": order.minimum_commitment_cents,
        **_labels(order),
    }
    return {"header": header, "lines": [{**asdict(line), "qty": str(line.qty)} for line in lines]}


def _line(said: Mapping[str, Any]) -> LineSpec:
    timing = said["billing_timing"]
    return LineSpec(
        **{
            **said,
            "qty": Decimal(said["qty"]),
            "item": ItemRef(**said["item"]) if said["item"] else None,
            "billing_rule": Rule(said["billing_rule"]),
            "billing_timing": Timing(timing) if timing else None,
        }
    )
