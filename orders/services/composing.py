"""What an order is made of: lines from their specifications, their totals, and the refusal of terms that do not fit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from billing.engine import charges, refusals
from billing.engine.tax import FixedTax
from billing.engine.terms import Rule, Timing
from catalog import queries as catalog_queries
from catalog.models import CatalogItem
from customers import in_memory
from customers import queries as customer_queries
from customers.models import Business
from orders import agreement_terms, errors
from orders.commands import ItemRef, LineSpec
from orders.models import Line, Order

MOST_LINES = 2_000


def lines(order: Order, specs: Sequence[LineSpec], *, known: Sequence[Line] = ()) -> list[Line]:
    """The lines that are specified; those that go on as a known line keep its id, and its item though it be archived.

    Raises TooManyLines, UnknownItem and UnknownLine.
    """
    check_count(specs)
    own = {str(line.uid): line for line in known}
    _check_own(specs, own)
    kept = (own[spec.order_line].catalog_item for spec in specs if spec.order_line)
    found = items(order.business, specs, kept={_ref(item): item for item in kept if item})
    return [_line(order, position, spec, found) for position, spec in enumerate(specs)]


def new_lines(
    order: Order, specs: Sequence[LineSpec], *, found: Mapping[ItemRef, CatalogItem], ids: Sequence[int]
) -> list[Line]:
    """The lines of a new order, of items that were found, with ids of their own. Raises UnknownItem and UnknownLine."""
    _check_own(specs, {})
    _check_found(wanted(specs), found)
    lines = [_line(order, position, spec, found) for position, spec in enumerate(specs)]
    for line, pk in zip(lines, ids, strict=True):
        line.pk = pk
    return lines


def check_count(specs: Sequence[LineSpec]) -> None:
    if len(specs) > MOST_LINES:
        raise errors.TooManyLines(f"An order has at most {MOST_LINES} lines.", field="lines")


def _check_own(specs: Sequence[LineSpec], own: Mapping[str, Line]) -> None:
    seen: set[str] = set()
    for position, spec in enumerate(specs):
        if spec.order_line is None:
            continue
        if spec.order_line not in own or spec.order_line in seen:
            raise errors.UnknownLine(
                "This is not a line of the order, or it is named twice.", field=f"lines[{position}].order_line"
            )
        seen.add(spec.order_line)


def _ref(item: CatalogItem) -> ItemRef:
    return ItemRef(scheme=catalog_queries.OWN_SCHEME, code=str(item.uid))


def items(
    business: Business, specs: Sequence[LineSpec], *, kept: Mapping[ItemRef, CatalogItem] | None = None
) -> dict[ItemRef, CatalogItem]:
    """The items behind the lines, one statement for each scheme in use. Raises UnknownItem for the first missing."""
    missing = wanted(specs)
    found = dict(kept or {})
    for scheme in {ref.scheme for ref in missing if ref not in found}:
        codes = [ref.code for ref in missing if ref.scheme == scheme and ref not in found]
        known = catalog_queries.items_by_code(business=business, scheme=scheme, codes=codes)
        found |= {ItemRef(scheme=scheme, code=code): known[code] for code in codes if code in known}
    _check_found(missing, found)
    return found


def wanted(specs: Sequence[LineSpec]) -> dict[ItemRef, int]:
    """The items that lines name, each with the first line that does, in their order."""
    first: dict[ItemRef, int] = {}
    for position, spec in enumerate(specs):
        if spec.item:
            first.setdefault(spec.item, position)
    return first


def _check_found(missing: Mapping[ItemRef, int], found: Mapping[ItemRef, CatalogItem]) -> None:
    for ref, position in missing.items():
        if ref not in found:
            raise errors.UnknownItem(f"There is no catalog item {ref.code}.", field=f"lines[{position}].item")


def _line(order: Order, position: int, spec: LineSpec, found: Mapping[ItemRef, CatalogItem]) -> Line:
    item = found[spec.item] if spec.item else None
    return in_memory.new(
        Line,
        {"business": order.business, "order": order, "catalog_item": item},
        uid=UUID(spec.order_line) if spec.order_line else uuid4(),
        position=position,
        description=spec.description or (item.name if item else ""),
        qty=spec.qty,
        unit_price_cents=spec.unit_price_cents,
        billing_rule=spec.billing_rule,
        billing_timing=spec.timing or "",
        ramp_schedule=spec.ramp_schedule,
        prepaid_expiry_months=spec.prepaid_expiry_months,
        pricing=spec.pricing,
        fixed_amount_cents=spec.fixed_amount_cents,
        reference=spec.reference,
        attributes=dict(spec.attributes),
    )


def as_specified(line: Line) -> LineSpec:
    """A stored line as a command would say it, to go on as it is."""
    return LineSpec(
        order_line=str(line.uid),
        item=_ref(line.catalog_item) if line.catalog_item else None,
        description=line.description or None,
        qty=line.qty,
        unit_price_cents=line.unit_price_cents,
        billing_rule=Rule(line.billing_rule),
        billing_timing=Timing(line.billing_timing) if line.billing_timing else None,
        ramp_schedule=line.ramp_schedule,
        prepaid_expiry_months=line.prepaid_expiry_months,
        pricing=line.pricing,
        fixed_amount_cents=line.fixed_amount_cents,
        reference=line.reference,
        attributes=line.attributes,
    )


def carry_tax(order: Order, tax: FixedTax | None) -> None:
    order.fixed_tax_cents = tax.cents if tax else None
    order.fixed_tax_rate_percent = tax.rate_percent if tax else None
    order.fixed_tax_is_included = tax.is_included if tax else None


def _check_carried_tax(order: Order, lines: Sequence[Line]) -> None:
    """A tax that is signed as one amount needs one document, so flat lines only; the tax of nothing is nothing."""
    if order.fixed_tax_cents is None:
        return
    if any(line.billing_rule != Rule.FLAT for line in lines):
        raise errors.RefusedTerms("A fixed tax needs flat lines.", field="fixed_tax", rule="fixed_tax_needs_flat_lines")
    if order.fixed_tax_cents and not order.total_cents:
        raise errors.RefusedTerms(
            "Nothing is charged, so there can be no tax.", field="fixed_tax", rule="fixed_tax_of_nothing"
        )


def price(order: Order, lines: Sequence[Line], at: datetime) -> None:
    """Set the totals and refuse terms that contradict themselves, as far as they are present (R17)."""
    today = customer_queries.today(business=order.business, at=at)
    terms = agreement_terms.engine_terms(order=order, lines=lines, approved_on=today)
    try:
        refusals.check(terms)
    except refusals.TermsRefused as refused:
        raise errors.RefusedTerms(refused.message, field=refused.field, rule=refused.code) from refused
    for line, signed in zip(lines, terms.lines, strict=True):
        line.line_total_cents = charges.line_total(line=signed, term_months=terms.term_months)
    order.subtotal_cents = sum(line.line_total_cents for line in lines)
    order.total_cents = order.subtotal_cents - order.discount_cents
    _check_carried_tax(order, lines)


def offer_day(*, day: date | None, business: Business, at: datetime) -> date | None:
    """The last day of an offer, if it is not over. Raises RefusedTerms for a day that is."""
    if day and day < customer_queries.today(business=business, at=at):
        raise errors.RefusedTerms("An offer has to be valid until today or a later day.", field="valid_until_date")
    return day
