"""A draft as texts, in one spelling: as it is stored, as it was at a version, as it is typed, and back into a form."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import QueryDict

from billing.engine.terms import Rule, Timing
from catalog.models import CatalogItem
from customers.admin import amounts, lookups
from customers.models import Business, Customer
from orders import merging
from orders.admin import label_texts, ramp_text
from orders.admin.draft_forms import HeaderForm, LineForm, LineForms, header_initial, line_initial
from orders.models import Line, Order

HEADER = (
    "customer",
    "description",
    "order_start_date",
    "first_invoice_date",
    "term_months",
    "discount",
    "tax_treatment",
    "po_number",
    "valid_until_date",
    "attributes",
)
LINE = ("item", "description", "qty", "unit_price", "billing_rule", "billing_timing", "ramp")


def of_order(order: Order, lines: Iterable[Line]) -> merging.Draft:
    """A draft as it is stored."""
    header = header_initial(order)
    return merging.Draft(
        header={name: text(header[name]) for name in HEADER},
        lines={str(line.uid): of_line(line, order.currency) for line in lines},
    )


def of_line(line: Line, currency: str) -> dict[str, str]:
    initial = line_initial(line, currency)
    return {name: text(initial[name]) for name in LINE}


def of_state(state: Mapping[str, Any], *, business: Business) -> merging.Draft:
    """A draft as the ledger tells it."""
    currency = str(state["currency"])
    customers = Customer.objects.for_business(business).in_bulk([state["customer_id"]])
    held = {line["catalog_item"] for line in state["lines"] if line["catalog_item"]}
    items = CatalogItem.objects.for_business(business).in_bulk(held)
    said = {
        **{name: state[name] for name in HEADER if name in state},
        "customer": _label(customers, state["customer_id"]),
        "discount": price(state["discount_cents"], currency) if state["discount_cents"] else "",
        "attributes": label_texts.write_attributes(state["attributes"]),
    }
    return merging.Draft(
        header={name: text(said[name]) for name in HEADER},
        lines={line["uid"]: _line_of_state(line, currency, items) for line in state["lines"]},
    )


def of_forms(header: HeaderForm, lines: LineForms | None) -> merging.Draft:
    """A draft as it is typed: spelled like a stored one where it can be read, word for word where it cannot."""
    header.is_valid()
    said = {name: _said(header, name) for name in HEADER}
    if discount := header.cleaned_data.get("discount"):
        said["discount"] = price(discount, header.order_currency)
    elif "discount" in header.cleaned_data:
        said["discount"] = ""
    if (attributes := header.cleaned_data.get("attributes")) is not None:
        said["attributes"] = label_texts.write_attributes(attributes)
    if lines is None:
        return merging.Draft(header=said, lines=None)
    lines.is_valid()
    return merging.Draft(
        header=said,
        lines={form.own_id or f"+{number}": of_line_form(form) for number, form in enumerate(lines.lines())},
    )


def to_post(draft: merging.Draft, *, order: Order, stored: Iterable[str]) -> QueryDict:
    """A draft as a form posts it, at the version that the order now has; lines that are no longer stored are new."""
    posted = QueryDict(mutable=True)
    tags = label_texts.write_tags(order.tags)
    posted.update({"tags": tags, "tags_seen": tags, **draft.header, "version": str(order.version)})
    if draft.lines is None:
        return posted
    own = set(stored)
    posted["lines-TOTAL_FORMS"], posted["lines-INITIAL_FORMS"] = str(len(draft.lines)), "0"
    for number, (uid, texts) in enumerate(draft.lines.items()):
        posted.update({f"lines-{number}-{name}": said for name, said in texts.items()})
        posted[f"lines-{number}-order_line"] = uid if uid in own else ""
    return posted


def text(value: object) -> str:
    """One spelling of a value: days as ISO writes them, lines ended as browsers do not."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return "\n".join(str(value).splitlines()).strip()


def price(cents: int, currency: str) -> str:
    return amounts.to_text(cents=cents, currency=currency)


def of_line_form(form: LineForm) -> dict[str, str]:
    said = {name: _said(form, name) for name in LINE}
    cleaned = form.cleaned_data
    if "unit_price_cents" in cleaned:
        said["unit_price"] = price(cleaned["unit_price_cents"], form.currency)
    if cleaned.get("qty") is not None:
        said["qty"] = f"{cleaned['qty'].normalize():f}"
    if cleaned.get("ramp") is not None:
        said["ramp"] = ramp_text.write(schedule=cleaned["ramp"], currency=form.currency)
    if not said["description"] and cleaned.get("item"):
        said["description"] = cleaned["item"].name
    if said["billing_rule"] == Rule.RECURRING and not said["billing_timing"]:
        said["billing_timing"] = Timing.EACH_PERIOD
    return said


def _said(form: HeaderForm | LineForm, name: str) -> str:
    cleaned = form.cleaned_data.get(name)
    if cleaned is None or isinstance(cleaned, dict | list):
        return text(form[name].data)
    return lookups.label(cleaned) if isinstance(cleaned, Customer | CatalogItem) else text(cleaned)


def _line_of_state(line: Mapping[str, Any], currency: str, items: Mapping[int, CatalogItem]) -> dict[str, str]:
    steps = [_step(*step) for step in line["ramp"]]
    said = {
        **{name: line[name] for name in LINE if name in line},
        "item": _label(items, line["catalog_item"]),
        "unit_price": price(line["unit_price_cents"], currency),
        "ramp": ramp_text.write(schedule={"steps": steps}, currency=currency) if steps else "",
    }
    return {name: text(said[name]) for name in LINE}


def _step(month: int, qty: str | None, cents: int | None) -> dict[str, object]:
    named: dict[str, object] = {"qty": qty, "unit_price_cents": cents}
    return {"from_month": month, **{name: value for name, value in named.items() if value is not None}}


def _label(rows: Mapping[int, Any], pk: int | None) -> str:
    return lookups.label(rows[pk]) if pk is not None and pk in rows else ""
