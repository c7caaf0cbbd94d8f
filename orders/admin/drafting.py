"""From the draft's forms to one service call, and a refusal back to the field at fault."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.http import QueryDict

from billing.engine.terms import Rule, Timing
from catalog.queries import OWN_SCHEME
from customers import ledger
from customers.actors import Actor
from customers.models import Business, Event
from orders import services
from orders.admin.draft_forms import MOST_LINES, HeaderForm, LineForm, LineForms
from orders.commands import KEEP, CreateOrder, ItemRef, Keep, LineSpec, Origin, UpdateOrder
from orders.errors import OrderError, RefusedTerms, StaleOrder
from orders.models import Order

MORE_LINES = 5
OF_A_LINE = re.compile(r"lines\[(?P<position>\d+)\]\.(?P<name>\w+)")
# The command's words for what the form calls otherwise.
INPUTS = {
    "discount_cents": "discount",
    "unit_price_cents": "unit_price",
    "ramp_schedule": "ramp",
    "order_description": "description",
}
# The engine counts in minor units; people do not.
SENTENCES = {"discount_above_committed": "This is more than all committed charges together."}


@dataclass(kw_only=True)
class DraftForms:
    """A draft on the screen: new or stored, as typed or as it is. `lines` is None when there are too many to edit."""

    business: Business
    order: Order | None
    header: HeaderForm
    lines: LineForms | None
    # Somebody else's change, which a save has run into.
    overtaken_by: Event | None = None
    is_complaining: bool = True
    problems: list[str] = field(default_factory=list)

    def is_valid(self) -> bool:
        lines_are_valid = self.lines is None or self.lines.is_valid()
        return self.header.is_valid() and lines_are_valid

    @transaction.atomic
    def save(self, *, by: Actor, at: datetime, seen_version: int | None, submit: bool) -> Order:
        """Create or update the draft, and hand it over for approval if asked: all of it or nothing."""
        if self.order is None:
            command = create_command(self.header, self.specs())
            saved = services.create_order(business=self.business, command=command, by=by, at=at)
        else:
            changes = update_command(self.header, KEEP if self.lines is None else self.specs())
            saved = services.update_order(order=self.order, changes=changes, by=by, at=at, seen_version=seen_version)
        return services.submit_order(order=saved, by=by, at=at, seen_version=saved.version) if submit else saved

    def specs(self) -> tuple[LineSpec, ...]:
        return tuple(map(line_spec, self.lines.lines())) if self.lines is not None else ()

    def refuse(self, refusal: OrderError) -> None:
        """Show a refusal of the core where it belongs: at a line's field, the header's, or above both."""
        sentence = _sentence(refusal)
        if isinstance(refusal, StaleOrder) and self.order:
            self.overtaken_by = ledger.history(business=self.business, subject=self.order).last()
        elif found := OF_A_LINE.match(refusal.field):
            self._refuse_line(int(found["position"]), INPUTS.get(found["name"], found["name"]), sentence)
        elif (name := INPUTS.get(refusal.field, refusal.field)) in self.header.fields:
            self.header.add_error(name, sentence)
        else:
            self.problems.append(sentence)

    def _refuse_line(self, position: int, name: str, sentence: str) -> None:
        forms = self.lines.lines() if self.lines is not None else []
        if position < len(forms) and name in forms[position].fields:
            forms[position].add_error(name, sentence)
        else:
            self.problems.append(f"Line {position + 1}: {sentence}")


def blank(*, business: Business) -> DraftForms:
    """A new draft."""
    header = HeaderForm(business=business)
    lines = LineForms(business=business, currency=business.currency, lines=[])
    return DraftForms(business=business, order=None, header=header, lines=lines)


def stored(*, order: Order) -> DraftForms:
    """A draft as it is."""
    lines = list(order.lines.all())
    few = len(lines) <= MOST_LINES
    return DraftForms(
        business=order.business,
        order=order,
        header=HeaderForm(business=order.business, order=order),
        lines=LineForms(business=order.business, currency=order.currency, lines=lines) if few else None,
    )


def typed(posted: QueryDict, *, business: Business, order: Order | None) -> DraftForms:
    """A draft as somebody typed it."""
    header = HeaderForm(posted, business=business, order=order)
    many = order is not None and len(order.lines.all()) > MOST_LINES
    lines = LineForms(posted, business=business, currency=header.order_currency, lines=[])
    return DraftForms(business=business, order=order, header=header, lines=None if many else lines)


def with_more_lines(posted: QueryDict) -> QueryDict:
    """What was typed, with room for more lines."""
    more = posted.copy()
    total = posted.get("lines-TOTAL_FORMS", "")
    so_far = int(total) if total.isascii() and total.isdigit() and len(total) < 4 else 0
    more["lines-TOTAL_FORMS"] = str(min(so_far + MORE_LINES, MOST_LINES))
    return more


def create_command(header: HeaderForm, lines: tuple[LineSpec, ...]) -> CreateOrder:
    said = header.cleaned_data
    return CreateOrder(
        origin=Origin.STAFF,
        customer=str(said["customer"].uid),
        order_description=said["description"] or None,
        order_start_date=said["order_start_date"],
        first_invoice_date=said["first_invoice_date"],
        term_months=said["term_months"],
        discount_cents=said["discount"],
        tax_treatment=said["tax_treatment"] or None,
        currency=said["currency"],
        lines=lines,
    )


def update_command(header: HeaderForm, lines: tuple[LineSpec, ...] | Keep) -> UpdateOrder:
    said = header.cleaned_data
    return UpdateOrder(
        customer=str(said["customer"].uid),
        order_description=said["description"] or None,
        order_start_date=said["order_start_date"],
        first_invoice_date=said["first_invoice_date"],
        term_months=said["term_months"],
        discount_cents=said["discount"],
        tax_treatment=said["tax_treatment"] or None,
        lines=lines,
    )


def line_spec(form: LineForm) -> LineSpec:
    said = form.cleaned_data
    return LineSpec(
        item=ItemRef(scheme=OWN_SCHEME, code=str(said["item"].uid)) if said["item"] else None,
        description=said["description"] or None,
        qty=said["qty"],
        unit_price_cents=said["unit_price_cents"],
        billing_rule=Rule(said["billing_rule"]),
        billing_timing=Timing(said["billing_timing"]) if said["billing_timing"] else None,
        ramp_schedule=said["ramp"],
    )


def _sentence(refusal: OrderError) -> str:
    if isinstance(refusal, RefusedTerms) and refusal.rule in SENTENCES:
        return SENTENCES[refusal.rule]
    said = refusal.message.removeprefix(refusal.field).strip()
    return said[:1].upper() + said[1:]
