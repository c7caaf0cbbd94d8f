"""From the draft's forms to one service call, and a refusal back to the field at fault."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict

from billing.engine import ramps
from billing.engine.terms import Rule, Timing
from catalog.queries import OWN_SCHEME
from customers.actors import Actor
from customers.models import Business
from orders import services
from orders.admin import label_texts, ramp_notes, ramp_text
from orders.admin.draft_forms import MOST_LINES, HeaderForm, LineForm, LineForms
from orders.commands import KEEP, CreateOrder, ItemRef, Keep, LineSpec, Origin, TagEdit, UpdateOrder
from orders.errors import OrderError, RefusedTerms
from orders.models import Line, Order

MANY_LINES = 40
# What a merge may leave in the form: all that both have.
MOST_MERGED = 2_050
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
    is_complaining: bool = True
    # Beside each line stands what it comes to, and beside each step of its ramp what that bills.
    tells_amounts = True
    # Whether the page tells what it comes to: not while its lines are only moved about.
    is_looked_at: bool = True
    problems: list[str] = field(default_factory=list)

    @property
    def nears_the_most(self) -> bool:
        """Whether the form is nearly as long as it can get."""
        return self.lines is not None and self.lines.total_form_count() >= MANY_LINES

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
            changes = update_command(self.header, self.specs() if self.lines is not None else KEEP)
            saved = services.update_order(order=self.order, changes=changes, by=by, at=at, seen_version=seen_version)
        return services.submit_order(order=saved, by=by, at=at, seen_version=saved.version) if submit else saved

    def specs(self) -> tuple[LineSpec, ...]:
        """The lines as typed; those of a new order are all new, whatever they were copied from."""
        return self.specs_of(self.lines.lines() if self.lines is not None else [])

    def specs_of(self, forms: Sequence[LineForm]) -> tuple[LineSpec, ...]:
        """The same of some of the lines."""
        if self.order is None:
            return tuple(map(line_spec, forms))
        own = {str(line.uid): line for line in self.order.lines.all()}
        return tuple(changed_line(line_spec(form), form.own_id, own.get(form.own_id)) for form in forms)

    def refuse(self, refusal: OrderError) -> None:
        """Show a refusal of the core where it belongs: at a line's field, the header's, or above both."""
        said = sentence(refusal)
        if found := OF_A_LINE.match(refusal.field):
            self._refuse_line(int(found["position"]), INPUTS.get(found["name"], found["name"]), said, refusal)
        elif (name := INPUTS.get(refusal.field, refusal.field)) in self.header.fields:
            self.header.add_error(name, said)
        else:
            self.problems.append(said)

    def _refuse_line(self, position: int, name: str, said: str, refusal: OrderError) -> None:
        forms = self.lines.lines() if self.lines is not None else []
        if position < len(forms) and name == "ramp" and isinstance(refusal, RefusedTerms):
            self._refuse_ramp(forms[position], said, refusal.rule)
        elif position < len(forms) and name in forms[position].fields and name != "order_line":
            forms[position].add_error(name, said)
        else:
            self.problems.append(f"Line {position + 1}: {said}")

    def _refuse_ramp(self, form: LineForm, said: str, rule: str) -> None:
        """Beside the steps that are at fault, else below all of them."""
        schedule, term_months = form.cleaned_data.get("ramp"), self.header.cleaned_data.get("term_months")
        steps = ramp_notes.at_fault(rule, ramps.parse(schedule) if schedule else (), term_months)
        for code in [ramp_text.code(step) for step in steps] or [""]:
            form.add_error("ramp", ValidationError(said, code=code))


def blank(*, business: Business) -> DraftForms:
    """A new draft."""
    header = HeaderForm(business=business)
    lines = LineForms(business=business, currency=business.currency)
    return DraftForms(business=business, order=None, header=header, lines=lines)


def stored(*, order: Order) -> DraftForms:
    """A draft as it is."""
    lines = list(order.lines.all())
    few = len(lines) <= MOST_LINES
    return DraftForms(
        business=order.business,
        order=order,
        header=HeaderForm(business=order.business, order=order),
        lines=LineForms(business=order.business, currency=order.currency, stored=lines) if few else None,
    )


def typed(posted: QueryDict, *, business: Business, order: Order | None, most_lines: int = MOST_LINES) -> DraftForms:
    """A draft as somebody typed it; a page that showed no lines posts none, and they stay."""
    header = HeaderForm(posted, business=business, order=order)
    rows = list(order.lines.all()) if order else []
    lines: LineForms | None = LineForms(
        posted,
        business=business,
        currency=header.order_currency,
        stored=rows,
        most_lines=most_lines if len(rows) <= MOST_LINES else MOST_MERGED,
    )
    if len(rows) > MOST_LINES and posted.get("lines-TOTAL_FORMS", "0") == "0":
        lines = None
    return DraftForms(business=business, order=order, header=header, lines=lines)


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
        po_number=said["po_number"],
        valid_until_date=said["valid_until_date"],
        tags=tuple(said["tags"]),
        attributes=said["attributes"],
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
        po_number=said["po_number"] if _is_asked(header, "po_number") else KEEP,
        valid_until_date=said["valid_until_date"] if _is_asked(header, "valid_until_date") else KEEP,
        tags=_tag_edit(header) if _is_asked(header, "tags") else KEEP,
        attributes=_attributes(header) if _is_asked(header, "attributes") else KEEP,
    )


def _is_asked(header: HeaderForm, name: str) -> bool:
    """Whether the form that was posted had this field: one that was kept from before it had not."""
    return name in header.fields and name in header.data


def _tag_edit(header: HeaderForm) -> TagEdit:
    said = header.cleaned_data
    seen = said["tags_seen"]
    return TagEdit(add=tuple(tag for tag in said["tags"] if tag not in seen), remove=frozenset(seen) - {*said["tags"]})


def _attributes(header: HeaderForm) -> dict[str, object]:
    """What was typed, and what of the order cannot be typed."""
    known = header.order.attributes if header.order else {}
    untyped = {name: value for name, value in known.items() if not label_texts.is_plain(name, value)}
    return {**untyped, **header.cleaned_data["attributes"]}


def line_spec(form: LineForm) -> LineSpec:
    """A line as typed."""
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


def changed_line(spec: LineSpec, own_id: str, own: Line | None) -> LineSpec:
    """A line that goes on as a stored one, with what no form shows of that, as far as it goes with what is said now."""
    if own is None:
        return replace(spec, order_line=own_id or None)
    same_amount = (spec.qty, spec.unit_price_cents) == (own.qty, own.unit_price_cents)
    return replace(
        spec,
        order_line=str(own.uid),
        prepaid_expiry_months=own.prepaid_expiry_months if spec.billing_rule is Rule.PREPAID_BLOCK else None,
        pricing=own.pricing if spec.billing_rule is Rule.USAGE_METERED else None,
        fixed_amount_cents=own.fixed_amount_cents if spec.billing_rule is Rule.FLAT and same_amount else None,
        reference=own.reference,
        attributes=own.attributes,
    )


def sentence(refusal: OrderError) -> str:
    """A refusal for a reader who sees the field that it is about."""
    if isinstance(refusal, RefusedTerms) and refusal.rule in SENTENCES:
        return SENTENCES[refusal.rule]
    said = refusal.message.removeprefix(refusal.field).strip()
    return said[:1].upper() + said[1:]
