"""The draft as a form: a header and its lines, amounts in major units, rows named by lookups."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.renderers import get_default_renderer

from billing.engine.tax import Mode
from billing.engine.terms import Rule, Timing
from billing.models import TaxTreatment
from catalog.models import CatalogItem
from customers import currencies
from customers import queries as customer_queries
from customers.admin import amounts, lookups
from customers.checks import LARGEST_UNIT_PRICE_CENTS
from customers.models import Business
from orders.admin import label_texts, ramp_rows, ramp_text
from orders.models import Line, Order
from orders.services.amending import AMENDED_HERE

MOST_LINES = 50
RAMPED = frozenset({Rule.RECURRING, Rule.USAGE_METERED})
SPARE_LINES = 3
# What other doors have words of their own for.
DESK_ONLY = ("po_number", "valid_until_date", "attributes")
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class HeaderForm(forms.Form):
    """What an order says above its lines. Its currency is chosen once."""

    customer = lookups.LookupField(source="orders.order.customer", label="Customer")
    currency = forms.ChoiceField(choices=[(code, code) for code in sorted(currencies.EXPONENTS)])
    description = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    order_start_date = forms.DateField(required=False, label="Start", widget=DAY)
    first_invoice_date = forms.DateField(required=False, label="First invoice", widget=DAY)
    term_months = forms.IntegerField(
        required=False, label="Term, months", min_value=1, max_value=600, help_text="Empty: open-ended."
    )
    discount = forms.CharField(
        required=False, label="Contract discount", max_length=30, help_text="An amount off the whole term."
    )
    tax_treatment = forms.ChoiceField(required=False)
    po_number = forms.CharField(
        required=False, max_length=64, label="Their purchase order", help_text="The customer's own number."
    )
    valid_until_date = forms.DateField(
        required=False, label="Offer valid until", widget=DAY, help_text="Empty: it does not lapse."
    )
    tags = forms.CharField(required=False, max_length=30_000, help_text="Words to sort by, with commas between.")
    attributes = forms.CharField(
        required=False,
        max_length=30_000,
        label="Custom attributes",
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "cost centre: 4711"}),
        help_text="One name: value a line.",
    )
    # What the tags were when they were shown: only what is put on or taken off is changed.
    tags_seen = forms.CharField(required=False, max_length=30_000, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, business: Business, order: Order | None = None) -> None:
        initial = header_initial(order) if order else {"currency": business.currency}
        super().__init__(data, initial=initial, label_suffix="")
        self.order = order
        self.business = business
        self.fields["customer"].offer(lookups.Lookup(customer_queries.customers(business=business)))  # type: ignore[attr-defined]
        self.fields["tax_treatment"].choices = _tax_labels(business, order)  # type: ignore[attr-defined]
        if order:
            del self.fields["currency"]
        if order and order.origin not in AMENDED_HERE:
            for name in DESK_ONLY:
                del self.fields[name]

    @property
    def order_currency(self) -> str:
        """The currency that amounts are typed in, as far as it is known."""
        if self.order:
            return self.order.currency
        chosen = str(self.data.get("currency", ""))
        return chosen if currencies.is_known(chosen) else self.business.currency

    def clean_tags(self) -> list[str]:
        return label_texts.read_tags(self.cleaned_data["tags"])

    def clean_tags_seen(self) -> list[str]:
        return label_texts.read_tags(self.cleaned_data["tags_seen"])

    def clean_attributes(self) -> dict[str, str]:
        return label_texts.read_attributes(self.cleaned_data["attributes"])

    def clean_discount(self) -> int:
        text = self.cleaned_data["discount"]
        return amounts.to_cents(text=text, currency=self.order_currency) if text else 0


class LineForm(forms.Form):
    """One line; a row in which nothing is typed is no line. `order_line` is the id of the stored line it changes."""

    order_line = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    item = lookups.LookupField(
        source="orders.line.catalog_item",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Catalog item"}),
    )
    description = forms.CharField(
        required=False, max_length=2000, widget=forms.TextInput(attrs={"placeholder": "as the item"})
    )
    qty = forms.DecimalField(
        max_digits=16,
        decimal_places=6,
        min_value=0,
        label="Quantity",
        error_messages={
            "invalid": "Type a number like 1.5, with a point.",
            "max_digits": "At most 10 digits before the point, and 6 after it.",
            "max_whole_digits": "At most 10 digits before the point.",
            "max_decimal_places": "At most 6 digits after the point.",
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    unit_price = forms.CharField(required=False, max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    billing_rule = forms.ChoiceField(
        label="Rule", choices=[(rule, rule.replace("_", " ")) for rule in Rule], initial=Rule.FLAT
    )
    billing_timing = forms.ChoiceField(
        label="Timing", required=False, choices=[("", "—"), *((t, t.replace("_", " ")) for t in Timing)]
    )
    ramp = forms.CharField(required=False, max_length=10_000, widget=ramp_rows.RampTable(attrs={"rows": 2}))
    remove = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, currency: str, items: lookups.Lookup[CatalogItem], business: Business, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.business = business
        # What the line comes to, and what it bills from its start and from each step on, where that is known.
        self.total = ""
        self.ramp_notes: Mapping[int, ramp_rows.Note] = {}
        self.fields["item"].offer(items)  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Whether something is typed in it: an id alone is not."""
        return bool(set(self.changed_data) - {"order_line"})

    @property
    def is_line(self) -> bool:
        """Something stands in it, and it is to stay."""
        return self.has_changed() and not ("remove" not in self.errors and self.cleaned_data.get("remove"))

    @property
    def own_id(self) -> str:
        """The id of the stored line that it changes; blank for a new one."""
        return str(self.data.get(self.add_prefix("order_line"), "")).strip()[:36]

    @property
    def takes_ramp(self) -> bool:
        """Whether its rule has ramps, or one is typed all the same: that has to be seen to be removed."""
        return self["billing_rule"].value() in RAMPED or self.has_ramp

    @property
    def has_ramp(self) -> bool:
        return bool(self["ramp"].value())

    @property
    def steps(self) -> list[ramp_rows.Row] | None:
        """Its ramp as a table; None where it is a text to edit."""
        said = str(self["ramp"].value() or "")
        return ramp_rows.rows(text=said, name=self["ramp"].html_name, notes=self.notes)

    @property
    def notes(self) -> dict[int, ramp_rows.Note]:
        """What stands beside its steps, what cannot be read of them before all."""
        found = dict(self.ramp_notes)
        for error in self._ramp_errors():
            if (step := ramp_text.step_of(error)) is not None:
                found[step] = ramp_rows.Note(text=" ".join(error.messages), is_wrong=True)
        return found

    @property
    def starting_note(self) -> ramp_rows.Note | None:
        """What the line bills before any step."""
        return self.notes.get(ramp_rows.START)

    @property
    def whole_ramp_errors(self) -> list[str]:
        """What is wrong with the ramp and with no step of it."""
        return [said for error in self._ramp_errors() if ramp_text.step_of(error) is None for said in error.messages]

    def _ramp_errors(self) -> list[ValidationError]:
        errors = self.errors.get("ramp")
        return errors.as_data() if errors else []

    def clean_ramp(self) -> dict[str, object] | None:
        return ramp_text.parse(text=self.cleaned_data["ramp"], currency=self.currency)

    def clean(self) -> None:
        """Take the price typed, else the item's own when it is in the order's currency."""
        if "unit_price" not in self.cleaned_data:
            return
        text, item = self.cleaned_data["unit_price"], self.cleaned_data.get("item")
        if not text and item and self.currency == self.business.currency:
            self.cleaned_data["unit_price_cents"] = item.unit_price_cents
        elif text or "item" in self.cleaned_data:
            self._take_price(text)

    def _take_price(self, text: str) -> None:
        try:
            cents = amounts.to_cents(text=text, currency=self.currency, largest=LARGEST_UNIT_PRICE_CENTS)
        except ValidationError as refused:
            self.add_error("unit_price", refused)
        else:
            self.cleaned_data["unit_price_cents"] = cents


class LineForms(forms.BaseFormSet[LineForm]):
    """The lines; those to be removed are not looked at, and all picked items are read at once."""

    form = LineForm
    renderer = get_default_renderer()
    extra, min_num, max_num, absolute_max = SPARE_LINES, 0, MOST_LINES, MOST_LINES
    validate_max, validate_min = True, False
    can_order = can_delete = can_delete_extra = False

    def __init__(
        self,
        data: Any = None,
        *,
        business: Business,
        currency: str,
        stored: Sequence[Line] = (),
        most_lines: int = MOST_LINES,
    ) -> None:
        """`stored` are the order's lines: shown unless something is typed, and their items may stay when archived."""
        self.max_num = self.absolute_max = most_lines
        items = lookups.Lookup(offered_items(business, stored))
        if data is not None:
            items.load(value for name, value in data.items() if name.endswith("-item"))
        super().__init__(
            data,
            prefix="lines",
            initial=[line_initial(line, currency) for line in stored] if data is None else [],
            form_kwargs={"business": business, "currency": currency, "items": items, "empty_permitted": True},
        )

    def is_valid(self) -> bool:
        return not self.non_form_errors() and all(form.is_valid() for form in self.forms if not _goes(form))

    def lines(self) -> list[LineForm]:
        """The forms that are lines of the order, in its order."""
        return [form for form in self.forms if not _goes(form) and form.is_line]


def offered_items(business: Business, stored: Sequence[Line]) -> QuerySet[CatalogItem]:
    """What a line may name: the catalog of today, and what the order has already."""
    held = {line.catalog_item_id for line in stored if line.catalog_item_id}
    return CatalogItem.objects.for_business(business).filter(Q(is_active=True) | Q(pk__in=held))


def _goes(form: LineForm) -> bool:
    return bool(form.data.get(form.add_prefix("remove")))


def _tax_labels(business: Business, order: Order | None) -> list[tuple[str, str]]:
    """No label, then those of the tax table with what they mean, and the order's own though the table may not know it.

    A label that charges nothing is what no label is: it is offered to the order only that names it already.
    """
    rows = dict(TaxTreatment.objects.for_business(business).values_list("label", "mode"))
    own = order.tax_treatment if order else ""
    offered = {label for label, mode in rows.items() if mode != Mode.NONE} | ({own} if own else set())
    return [("", "no tax"), *((label, f"{label}, {_tax_in_words(rows.get(label))}") for label in sorted(offered))]


# Short enough for a choice.
TAX_IN_WORDS: dict[str, str] = {Mode.NONE: "not charged", Mode.EXCLUSIVE: "on top", Mode.INCLUSIVE: "in prices"}


def _tax_in_words(mode: str | None) -> str:
    return TAX_IN_WORDS[mode] if mode else "not in the tax table"


def header_initial(order: Order) -> dict[str, object]:
    return {
        "customer": lookups.label(order.customer),
        "description": order.description,
        "order_start_date": order.order_start_date,
        "first_invoice_date": order.first_invoice_date,
        "term_months": order.term_months,
        "discount": amounts.to_text(cents=order.discount_cents, currency=order.currency)
        if order.discount_cents
        else "",
        "tax_treatment": order.tax_treatment,
        "po_number": order.po_number,
        "valid_until_date": order.valid_until_date,
        "tags": label_texts.write_tags(order.tags),
        "tags_seen": label_texts.write_tags(order.tags),
        "attributes": label_texts.write_attributes(order.attributes),
        "version": order.version,
    }


def line_initial(line: Line, currency: str) -> dict[str, object]:
    return {
        "order_line": str(line.uid),
        "item": lookups.label(line.catalog_item) if line.catalog_item else "",
        "description": line.description,
        "qty": f"{line.qty.normalize():f}",
        "unit_price": amounts.to_text(cents=line.unit_price_cents, currency=currency),
        "billing_rule": line.billing_rule,
        "billing_timing": line.billing_timing,
        "ramp": ramp_text.write(schedule=line.ramp_schedule, currency=currency),
    }
