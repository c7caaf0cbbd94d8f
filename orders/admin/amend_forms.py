"""An amendment as a form: from which day, why, each line of the agreement beside what it is to be, and added lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from billing.engine.terms import Rule
from billing.models import AgreementLine
from customers.admin import amounts
from customers.checks import LARGEST_UNIT_PRICE_CENTS
from orders.admin import drafting
from orders.admin.draft_forms import DAY, LineForms
from orders.commands import DraftChangeOrder, LineChange
from orders.models import ChangeOrder, ChangeOrderLine, Order

SHOWN = 100
# What is billed once is not amended: another line is added, or it is credited where it was billed.
BILLED_ONCE = frozenset({Rule.FLAT, Rule.PREPAID_BLOCK})
QTY = forms.DecimalField(required=False, max_digits=16, decimal_places=6, min_value=0)


class AmendHeader(forms.Form):
    """What an amendment says above its lines.

    `seen` is the state of the agreement that was on the page, `version` that of the draft if there was one.
    """

    effective_date = forms.DateField(label="From this day on", widget=DAY)
    description = forms.CharField(
        label="Why", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text="It stays with the change."
    )
    ends = forms.BooleanField(
        required=False, label="End the agreement", help_text="The day is then the first without service."
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


@dataclass(kw_only=True)
class LineRow:
    """A line of the agreement: what it is, and what was typed of what it is to be."""

    line: AgreementLine
    qty_now: Decimal
    unit_price_cents_now: int
    currency: str
    qty_typed: str = ""
    price_typed: str = ""
    qty_problems: list[str] = field(default_factory=list)
    price_problems: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        return [*self.qty_problems, *self.price_problems]

    @property
    def takes_qty(self) -> bool:
        return Rule(self.line.billing_rule) not in {*BILLED_ONCE, Rule.USAGE_METERED}

    @property
    def takes_price(self) -> bool:
        return Rule(self.line.billing_rule) not in BILLED_ONCE and self.line.pricing is None

    @property
    def is_typed(self) -> bool:
        return bool(self.qty_typed or self.price_typed)

    def change(self) -> LineChange | None:
        """What was typed; nothing where nothing was, or where it cannot be read, which is then a problem of the row."""
        self.qty_problems, self.price_problems = [], []
        qty, price = self._qty(), self._price()
        if self.problems or (qty is None and price is None):
            return None
        return LineChange(order_line=str(self.line.order_line_uid), qty=qty, unit_price_cents=price)

    def _qty(self) -> Decimal | None:
        try:
            qty: Decimal | None = QTY.clean(self.qty_typed)
        except ValidationError as refused:
            self.qty_problems += refused.messages
            return None
        return qty

    def _price(self) -> int | None:
        if not self.price_typed:
            return None
        try:
            return amounts.to_cents(text=self.price_typed, currency=self.currency, largest=LARGEST_UNIT_PRICE_CENTS)
        except ValidationError as refused:
            self.price_problems += refused.messages
            return None


@dataclass(kw_only=True)
class AmendForms:
    """An amendment on the screen. `lines` are those that it adds."""

    order: Order
    header: AmendHeader
    rows: Sequence[LineRow]
    lines: LineForms
    find: str = ""
    is_complaining: bool = True
    problems: list[str] = field(default_factory=list)

    @property
    def shown(self) -> list[LineRow]:
        """The rows that something is typed in, then those that are looked for, at most a hundred together."""
        wanted = self.find.casefold()
        typed = [row for row in self.rows if row.is_typed]
        others = [row for row in self.rows if not row.is_typed and wanted in row.line.description.casefold()]
        return sorted((*typed, *others[: max(0, SHOWN - len(typed))]), key=lambda row: row.line.position)

    @property
    def is_cut(self) -> bool:
        return len(self.rows) > SHOWN

    def is_valid(self) -> bool:
        """Whether all that is typed can be read."""
        changes = [row.change() for row in self.rows if row.is_typed]
        return self.header.is_valid() and self.lines.is_valid() and None not in changes

    def unread(self) -> Iterator[str]:
        """What cannot be read, as sentences."""
        for name, errors in self.header.errors.items():
            yield f"{self.header.fields[name].label}: {' '.join(map(str, errors))}"
        for row in self.rows:
            yield from (f"{row.line.description}: {problem}" for problem in row.problems)
        for number, form in enumerate(self.lines.lines(), start=1):
            for name, errors in form.errors.items():
                yield f"Added line {number}, {name.replace('_', ' ')}: {' '.join(map(str, errors))}"

    def command(self) -> DraftChangeOrder:
        """The change that a valid form asks for; what it is worth is worked out, never typed."""
        said = self.header.cleaned_data
        changes = (row.change() for row in self.rows if row.is_typed)
        return DraftChangeOrder(
            description=said["description"],
            effective_on=said["effective_date"],
            changed=tuple(change for change in changes if change),
            added=tuple(
                replace(drafting.line_spec(line), order_line=line.own_id or None) for line in self.lines.lines()
            ),
            ends=said["ends"],
        )


def blank(
    *, order: Order, in_force: Mapping[int, tuple[Decimal, int]], on: date, seen: str, ends: bool = False
) -> AmendForms:
    """A new amendment of an approved order, or its end, from a day on."""
    header = AmendHeader(initial={"effective_date": on, "ends": ends, "seen": seen}, label_suffix="")
    return AmendForms(
        order=order, header=header, rows=_rows(order, in_force), lines=_added(order), is_complaining=False
    )


def again(
    *, order: Order, in_force: Mapping[int, tuple[Decimal, int]], change_order: ChangeOrder, seen: str
) -> AmendForms:
    """An amendment that says what a stored one says: the draft itself, or another one begun from it."""
    said = {
        "effective_date": change_order.effective_date,
        "description": change_order.description,
        "ends": change_order.ends,
        "seen": seen,
    }
    lines = list(change_order.lines.all())
    changed = {line.agreement_line_id: line for line in lines if not line.is_added}
    rows = _rows(order, in_force)
    for row in rows:
        if line := changed.get(row.line.pk):
            row.qty_typed = "" if line.qty is None else f"{line.qty.normalize():f}"
            row.price_typed = _price_text(line, order.currency)
    header = AmendHeader(initial=said, label_suffix="")
    added = _added(order, said=[line for line in lines if line.is_added])
    return AmendForms(order=order, header=header, rows=rows, lines=added, is_complaining=False)


def typed(posted: QueryDict, *, order: Order, in_force: Mapping[int, tuple[Decimal, int]]) -> AmendForms:
    """An amendment as somebody typed it."""
    rows = _rows(order, in_force)
    for row in rows:
        row.qty_typed = posted.get(f"qty-{row.line.position}", "").replace("\0", "").strip()[:30]
        row.price_typed = posted.get(f"price-{row.line.position}", "").replace("\0", "").strip()[:30]
    return AmendForms(
        order=order,
        header=AmendHeader(posted, label_suffix=""),
        rows=rows,
        lines=_added(order, posted),
        find=posted.get("find", "").replace("\0", "").strip()[:100],
    )


def _rows(order: Order, in_force: Mapping[int, tuple[Decimal, int]]) -> list[LineRow]:
    lines = AgreementLine.objects.for_business(order.business).filter(agreement=order.agreement).order_by("position")
    return [
        LineRow(
            line=line,
            qty_now=in_force[line.position][0],
            unit_price_cents_now=in_force[line.position][1],
            currency=order.currency,
        )
        for line in lines
    ]


def _added(order: Order, posted: Any = None, said: Sequence[ChangeOrderLine] = ()) -> LineForms:
    return LineForms(posted, business=order.business, currency=order.currency, stored=said)  # type: ignore[arg-type]


def _price_text(line: ChangeOrderLine, currency: str) -> str:
    return "" if line.unit_price_cents is None else amounts.to_text(cents=line.unit_price_cents, currency=currency)
